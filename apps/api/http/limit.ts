import { RequestRefused } from '#libs/payments';

/** Reads `limit` of a list, 1 to 200. @throws RequestRefused */
export function readLimit(limit: unknown, fallback = 50): number {
  if (limit === undefined) return fallback;
  const value = Number(limit);
  if (typeof limit === 'string' && /^\d{1,3}$/.test(limit) && value >= 1 && value <= 200) return value;
  throw new RequestRefused('schema', [{ pointer: '/limit', message: 'must be a whole number from 1 to 200' }]);
}

/** Reads the cursor of a history: the `seq` after which it goes on. @throws RequestRefused */
export function readSeqCursor(cursor: string | undefined): number {
  if (cursor === undefined) return 0;
  if (/^\d{1,9}$/.test(cursor)) return Number(cursor);
  throw new RequestRefused('schema', [{ pointer: '/cursor', message: 'must be the nextCursor of a former answer' }]);
}
