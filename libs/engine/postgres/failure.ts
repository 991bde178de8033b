import { TransitionConflict } from '../core/errors.js';

/** What a failed statement asks of the caller. Anything that is not listed here is the fault of what was written. */

const CONTENTION = new Set([
  '40001', // serialization failure
  '40P01', // deadlock
  '55P03', // lock not available in time
]);

const UNREACHABLE = new Set([
  '53300', // too many connections
  '57P01', // shut down by an administrator
  '57P02', // crashed
  '57P03', // starting up
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
]);

/** What `pg` says, without a code, of a connection that is gone or was not to be had. */
const UNREACHABLE_MESSAGE =
  /connection terminated|connection error|timeout exceeded when trying to connect|read timeout|not queryable/i;

/** Another transaction was in the way: the same again may pass at once. */
export function isContention(error: unknown): boolean {
  return error instanceof TransitionConflict || CONTENTION.has(codeOf(error));
}

/** The database cannot be reached: nothing else will pass either, until it can. */
export function isUnreachable(error: unknown): boolean {
  const code = codeOf(error);
  if (code.startsWith('08') || UNREACHABLE.has(code)) return true;
  return error instanceof Error && UNREACHABLE_MESSAGE.test(error.message);
}

/** A failure that says nothing about what was to be written: trying again later is safe and sensible. */
export const isTransient = (error: unknown): boolean => isContention(error) || isUnreachable(error);

/** Two processes created one instance, or recorded one event, at once: the keys of these tables are the last guard. */
export function asConflict(error: unknown): unknown {
  const { schema, table } = error as { schema?: string; table?: string };
  if (codeOf(error) !== '23505' || schema !== 'engine' || (table !== 'instance' && table !== 'transition'))
    return error;
  return new TransitionConflict(`another transaction wrote the same row of engine.${table} first`, { cause: error });
}

function codeOf(error: unknown): string {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' ? code : '';
}
