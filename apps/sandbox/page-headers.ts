import type { NextFunction, Request, Response } from 'express';

/**
 * No script, no frame, no referrer (the addresses hold tokens), no cache. The policy names no form-action: browsers apply
 * it to the redirects that follow a form as well, and a payer must get back to the creditor, wherever that is.
 */
const HEADERS = {
  'Content-Security-Policy': "default-src 'none'; style-src 'self'; base-uri 'none'; frame-ancestors 'none'",
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
  'Cache-Control': 'no-store',
} as const;

export function pageHeaders(_request: Request, response: Response, next: NextFunction): void {
  for (const [name, value] of Object.entries(HEADERS)) response.setHeader(name, value);
  next();
}
