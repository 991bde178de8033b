import { CommandRefused, Erased, NotFound, ResolutionRefused, TooSoon } from './errors.js';
import { RequestRefused } from './requests/validation.js';

/** An error as a caller is told it (RFC 9457), over HTTP and in a failed job alike. */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly errors?: readonly { readonly pointer: string; readonly message: string }[];
  /** When it is only too early: how long to wait. */
  readonly retryAfterSeconds?: number;
  readonly [extension: string]: unknown;
}

/** The classes of problems there are; `none` is the answer of `/status` while all is well. */
export const PROBLEM_NAMES = [
  'malformed-request',
  'unauthenticated',
  'forbidden',
  'not-found',
  'erased',
  'conflict',
  'still-running',
  'too-large',
  'unsupported-media-type',
  'invalid-values',
  'idempotency-key-used',
  'too-many-requests',
  'too-soon',
  'internal',
  'unavailable',
  'none',
] as const;
export type ProblemName = (typeof PROBLEM_NAMES)[number];

/** A class of problems; `name` ends the type's address, so that a client can branch on it. */
export function problem(status: number, name: ProblemName, title: string, detail: string, more: object = {}): Problem {
  return { type: `urn:portos:problem:${name}`, title, status, detail, ...more };
}

const NAMES: Readonly<Record<NotFound['what'], string>> = {
  practice: 'practice',
  payment: 'payment',
  incident: 'incident',
  receipt: 'receipt, or none yet',
  machine: 'machine',
  returnToken: 'address to return to',
  webhook: 'webhook',
  delivery: 'delivery to this webhook',
};

const CORRECT = 'Correct the values listed in errors and send it again.';

/**
 * What a caller must act upon, as a problem: the one table that says which refusal becomes what. Null for any other
 * error, which says nothing about the request. No value of the request is repeated in it.
 */
export function problemOf(error: unknown): Problem | null {
  if (error instanceof RequestRefused) {
    const { faults: errors } = error;
    return error.because === 'schema'
      ? problem(400, 'malformed-request', 'The request is malformed', CORRECT, { errors })
      : problem(422, 'invalid-values', 'The values cannot be', CORRECT, { errors });
  }
  if (error instanceof NotFound) {
    return problem(404, 'not-found', 'Not found', `There is no such ${NAMES[error.what]}; check the identifier.`);
  }
  if (error instanceof Erased) {
    const day = error.erasedAt.toISOString().slice(0, 10);
    return problem(404, 'erased', 'Erased', `The document of this ${error.what} was erased on ${day}.`);
  }
  if (error instanceof TooSoon) {
    const { state, reason, retryAfterSeconds } = error;
    const detail = `${reason}. Try again in ${retryAfterSeconds} s.`;
    return problem(429, 'too-soon', 'Too soon', detail, { state, retryAfterSeconds });
  }
  if (error instanceof ResolutionRefused) {
    const { reason, allowedResolutions } = error;
    const allowed = allowedResolutions.length > 0 ? ` Allowed now: ${allowedResolutions.join(', ')}.` : '';
    return problem(409, 'conflict', 'Not possible now', `${reason}.${allowed}`, { allowedResolutions });
  }
  if (error instanceof CommandRefused) {
    const { state, allowedActions, reason, retryAfterSeconds, because } = error;
    const allowed = allowedActions.length > 0 ? ` Allowed now: ${allowedActions.join(', ')}.` : '';
    const where = state === null ? '' : ` The payment is in state ${state}.`;
    const incidents = because.incidents?.length ? ` To be resolved: ${because.incidents.join(', ')}.` : '';
    return problem(409, 'conflict', 'Not possible now', `${reason}.${incidents}${where}${allowed}`, {
      state,
      allowedActions,
      ...because,
      ...(retryAfterSeconds === null ? {} : { retryAfterSeconds }),
    });
  }
  return null;
}

const KEPT_UNDER_A_KEY: readonly number[] = [409, 422, 429];

/** What was decided about a command, if it was: any other error left nothing behind, and its key is free for a better request. */
export function decidedRefusal(error: unknown): Problem | null {
  const told = problemOf(error);
  return told && KEPT_UNDER_A_KEY.includes(told.status) ? told : null;
}
