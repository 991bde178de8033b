import type { Request } from 'express';
import type { Principal } from '../access/principal.js';

/** A reader looks; an operator may also retry, remove, pause. */
export type BoardRole = 'reader' | 'operator';

/** Who may enter the board changes something there only by a role of his own, not in an operator's stead. */
export const boardRoleOf = ({ roles }: Principal): BoardRole =>
  roles.includes('operator') || roles.includes('admin') ? 'operator' : 'reader';

/**
 * What is presented, as a bearer token or, since a browser has no other way, as the password of HTTP Basic with any
 * user name. Empty for anybody else.
 */
export function presentedKey(authorization: string): string {
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
