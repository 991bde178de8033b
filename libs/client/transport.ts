import { setTimeout as pauseOf } from 'node:timers/promises';
import { PaymentsUnreachable } from './errors.js';

/** How long a call goes on when there is no answer, or one that says "later". */
export interface RetryOptions {
  /** How often a request is sent at most, 4 if not given; 1 never repeats. */
  readonly tries?: number;
  /** No try begins later than so many milliseconds after the first, 60 000 if not given. */
  readonly withinMs?: number;
  /** So long one try may take until the whole answer is here, 30 000 if not given. */
  readonly tryTimeoutMs?: number;
}

export interface TransportOptions extends RetryOptions {
  /** The value of the header `Authorization`, asked for at each try. */
  readonly authorization: () => Promise<string>;
  readonly fetch: typeof globalThis.fetch;
  /** Waits; rejects when the signal is aborted. */
  readonly pause?: (ms: number, signal: AbortSignal) => Promise<void>;
  /** In [0, 1), draws the jitter. */
  readonly chance?: () => number;
}

const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 8_000;
/** Not begun, or answered by a proxy that got no answer. */
const PASSING = [429, 502, 503, 504];

/**
 * Sends requests until there is an answer that stays: after a network error, a 429, 502, 503 or 504, and a 409 that says
 * that the first request under its key is still worked on, the same request is sent again under the same Idempotency-Key.
 * `Retry-After` is waited for if there is time for it. A 429 `too-soon` is an answer: it was decided under this key, and
 * would be repeated.
 * @returns what openapi-fetch sends with: the last answer, whatever it is, all of it read
 * @throws PaymentsUnreachable when there is none, or the reason of the request's own signal
 */
export function persistentFetch(options: TransportOptions): (request: Request) => Promise<Response> {
  const { tries = 4, withinMs = 60_000, tryTimeoutMs = 30_000, chance = Math.random, pause = pauseFor } = options;
  return async (request) => {
    const body = request.body === null ? null : await request.text();
    const deadline = performance.now() + withinMs;
    for (let count = 1; ; count += 1) {
      const result = await tryOnce(request, body, options, tryTimeoutMs);
      const isLast = count >= tries;
      if (result instanceof Response && (isLast || !isPassing(result, await textOf(result)))) return result;
      const waitMs = pauseBefore(count, result, chance());
      if (isLast || performance.now() + waitMs > deadline) {
        if (result instanceof Response) return result;
        const { headers } = request;
        throw new PaymentsUnreachable(result.code, count, headers.get('idempotency-key'), headers.get('x-request-id'));
      }
      await pause(waitMs, request.signal);
    }
  };
}

/** Why there is no answer: the code of the network, or the name of the error. */
interface NoAnswer {
  readonly code: string;
}

/** The answer with all of its body, so that one that breaks off is none; or why there is none. */
async function tryOnce(
  { url, method, headers, signal }: Request,
  body: string | null,
  { authorization, fetch }: TransportOptions,
  timeoutMs: number,
): Promise<Response | NoAnswer> {
  const own = new Headers(headers);
  own.set('authorization', await authorization());
  try {
    const response = await fetch(url, {
      method,
      headers: own,
      body,
      redirect: 'error', // the API has none, and the key must not follow one
      signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
    });
    const { status, statusText } = response;
    const content = await response.arrayBuffer();
    const named = new Headers(response.headers);
    if (!named.has('x-request-id')) named.set('x-request-id', headers.get('x-request-id') ?? '');
    return new Response(content.byteLength === 0 ? null : content, { status, statusText, headers: named });
  } catch (error) {
    signal.throwIfAborted();
    return { code: codeOf(error) };
  }
}

const textOf = (response: Response): Promise<string> => response.clone().text();

function isPassing({ status }: Response, body: string): boolean {
  if (status === 409) return body.includes('urn:portos:problem:still-running');
  return PASSING.includes(status) && !body.includes('urn:portos:problem:too-soon');
}

/** What the answer asks for, else twice as long each time, less up to half by chance so that callers part. */
function pauseBefore(count: number, result: Response | NoAnswer, chance: number): number {
  const asked = result instanceof Response ? retryAfterMs(result.headers.get('retry-after')) : null;
  return asked ?? Math.min(FIRST_PAUSE_MS * 2 ** (count - 1), LONGEST_PAUSE_MS) * (1 - chance / 2);
}

/** Seconds or a date (RFC 9110, 10.2.3). */
function retryAfterMs(value: string | null): number | null {
  if (value === null) return null;
  if (/^\d+$/.test(value)) return Number(value) * 1000;
  const at = Date.parse(value);
  return Number.isNaN(at) ? null : Math.max(0, at - Date.now());
}

/** The words of a network error may repeat what was sent; its code does not. */
function codeOf(error: unknown): string {
  const { name, cause } = error as { readonly name?: unknown; readonly cause?: { readonly code?: unknown } };
  return typeof cause?.code === 'string' ? cause.code : String(name);
}

async function pauseFor(ms: number, signal: AbortSignal): Promise<void> {
  await pauseOf(ms, undefined, { signal });
}
