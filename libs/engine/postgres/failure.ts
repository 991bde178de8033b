import { EffectExcluded, TransitionConflict } from '../core/errors.js';

/** What a failed statement asks of the caller. */

const CONTENTION = new Set([
  '40001', // serialization failure
  '40P01', // deadlock
  '55P03', // lock not available in time
]);

const UNIQUE_VIOLATION = '23505';

const UNREACHABLE = new Set([
  '25006', // read only: a standby, or a server that is being moved
  '25P03', // the transaction waited too long for us
  '40003', // it may have completed
  '53100', // disk full
  '53200', // out of memory
  '53300', // too many connections
  '57014', // the statement took too long
  '57P01', // shut down by an administrator
  '57P02', // crashed
  '57P03', // starting up
  '57P05', // the connection was idle too long
  '58030', // input or output failed
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

/**
 * Whether the same may be taken in later: what stood in the way ends by itself. What was written is at fault only if
 * the database says so, of a value (class 22) or a constraint (class 23), or if no database had a hand in it; any other
 * code says nothing about the content.
 */
export const mayPassLater = (error: unknown): boolean =>
  error instanceof EffectExcluded || isTransient(error) || (codeOf(error) !== '' && !/^2[23]/.test(codeOf(error)));

/**
 * What a key of the engine's tables refused. Two processes created one instance, or recorded one event, at once: these
 * keys are the last guard. Or a constraint that the users of the engine laid down allows only one of two effects to be
 * pending.
 */
export function inOurWords(error: unknown): unknown {
  const { schema, table } = error as { schema?: string; table?: string };
  if (codeOf(error) !== UNIQUE_VIOLATION || schema !== 'engine') return error;
  if (table === 'effect') return new EffectExcluded('another effect stands that excludes it', { cause: error });
  if (table !== 'instance' && table !== 'transition') return error;
  return new TransitionConflict(`another transaction wrote the same row of engine.${table} first`, { cause: error });
}

function codeOf(error: unknown): string {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' ? code : '';
}
