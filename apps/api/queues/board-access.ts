import type { Request } from 'express';
import { isSameSecret } from '../http/same-secret.js';

/** A reader looks; an operator may also retry, remove, pause. */
export type BoardRole = 'reader' | 'operator';

export interface BoardKeys {
  /** The key of the API: who has it is a reader. */
  readonly apiKey: string;
  /** null: nobody is an operator. */
  readonly operatorKey: string | null;
}

/**
 * Who presents a key, as a bearer token or, since a browser has no other way, as the password of HTTP Basic with any
 * user name. Null for anybody else.
 */
export function roleOf(authorization: string | undefined, { apiKey, operatorKey }: BoardKeys): BoardRole | null {
  const key = presentedKey(authorization ?? '');
  if (operatorKey !== null && isSameSecret(key, operatorKey)) return 'operator';
  return isSameSecret(key, apiKey) ? 'reader' : null;
}

function presentedKey(authorization: string): string {
  const [scheme = '', credentials = ''] = authorization.split(' ', 2);
  if (scheme.toLowerCase() === 'bearer') return credentials;
  if (scheme.toLowerCase() !== 'basic') return '';
  const userAndPassword = Buffer.from(credentials, 'base64').toString();
  const colon = userAndPassword.indexOf(':');
  return colon < 0 ? '' : userAndPassword.slice(colon + 1);
}

export const isReading = ({ method }: Request): boolean => method === 'GET' || method === 'HEAD';

/**
 * Whether a page other than the board's sent a request. A browser presents Basic credentials for whatever page asks, so
 * a change that another site's page asks for is nobody's wish. Who is no browser names no page.
 */
export function isFromElsewhere({ headers }: Request, publicUrl: string): boolean {
  const site = headers['sec-fetch-site'];
  if (site !== undefined) return site !== 'same-origin';
  const { origin, host } = headers;
  if (origin === undefined) return false;
  return (
    origin !== new URL(publicUrl).origin && origin !== `http://${host ?? ''}` && origin !== `https://${host ?? ''}`
  );
}
