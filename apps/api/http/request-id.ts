import { randomUUID } from 'node:crypto';
import type { NextFunction, Request, Response } from 'express';
import { isRequestId } from '#libs/payments';
import type { AdmittedRequest } from '../access/roles.js';

export const REQUEST_ID_HEADER = 'X-Request-ID';

/**
 * Gives every request an id, that of its caller if it is fit to be kept and logged, and says it in the answer, whatever that
 * will be.
 */
export function nameRequest(request: Request, response: Response, next: NextFunction): void {
  const given = request.headers['x-request-id'];
  const requestId = typeof given === 'string' && isRequestId(given) ? given : randomUUID();
  (request as AdmittedRequest).requestId = requestId;
  response.setHeader(REQUEST_ID_HEADER, requestId);
  next();
}

/** The id that `nameRequest` gave a request. */
export const requestIdOf = (request: unknown): string | undefined => (request as AdmittedRequest).requestId;
