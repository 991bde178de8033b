import type { ProblemBody as KnownProblem, ProblemFault } from './schemas.js';

/** What the API refuses with (RFC 9457); a newer one may know more of it. */
interface ProblemBody {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly errors?: readonly ProblemFault[];
  readonly retryAfterSeconds?: number;
  readonly [extension: string]: unknown;
}

type Basic = 'type' | 'title' | 'status' | 'detail' | 'errors' | 'retryAfterSeconds';

/** What an answer says besides: in which state a payment is, what is allowed now, which payments stand in the way. */
export type ProblemExtensions = Omit<KnownProblem, Basic>;

const TYPE_PREFIX = 'urn:portos:problem:';

/**
 * The API refused. Who must act follows from `status`: 401, 403 the holder of the key; 400, 404, 422 the caller's code or
 * its data; 409 says what is possible now; 429, 503 come again later, and were tried again for as long as allowed.
 */
export class PaymentsProblem extends Error {
  override readonly name = 'PaymentsProblem';
  readonly status: number;
  /** An address that names the class of problem: `urn:portos:problem:conflict`. */
  readonly type: string;
  /** The last word of it, to branch on: `conflict`, `not-found`, `too-soon`… */
  readonly code: string;
  readonly title: string;
  readonly detail: string;
  /** Every fault of the request's values; empty for other problems. */
  readonly errors: readonly ProblemFault[];
  /** When it is only too early: how long to wait. */
  readonly retryAfterSeconds: number | null;
  readonly extensions: ProblemExtensions;

  /** @param requestId names the request in the service's log; tell it to its operator */
  constructor(
    body: ProblemBody,
    readonly requestId: string | null,
  ) {
    const { type, title, status, detail, errors = [], retryAfterSeconds = null, ...extensions } = body;
    super(`${status} ${title}: ${detail}`);
    this.status = status;
    this.type = type;
    this.code = type.startsWith(TYPE_PREFIX) ? type.slice(TYPE_PREFIX.length) : type;
    this.title = title;
    this.detail = detail;
    this.errors = errors;
    this.retryAfterSeconds = retryAfterSeconds;
    this.extensions = extensions;
  }
}

/** @param body of an answer that is no success; what stands between may answer too, and then it is no problem+json */
export function problemFrom(body: unknown, response: Response): PaymentsProblem {
  const named = response.headers.get('x-request-id');
  if (isProblem(body)) return new PaymentsProblem(body, named);
  const detail = 'The answer is not one of PORTOS Payments: something between may have given it, or baseUrl is wrong.';
  return new PaymentsProblem({ type: 'about:blank', title: 'No problem+json', status: response.status, detail }, named);
}

const isProblem = (body: unknown): body is ProblemBody =>
  typeof body === 'object' &&
  body !== null &&
  ['type', 'title', 'detail'].every((name) => typeof (body as Record<string, unknown>)[name] === 'string') &&
  typeof (body as Record<string, unknown>)['status'] === 'number';
