import { request as requestHttp } from 'node:http';
import type { IncomingMessage, RequestOptions } from 'node:http';
import { request as requestHttps } from 'node:https';
import type { LookupFunction } from 'node:net';
import type { Address, Resolve } from './target.js';
import { readTarget, resolveTarget } from './target.js';

/** A signed message on its way. */
export interface Message {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What became of it: the receiver's status, or why there is none. */
export type Answer =
  | {
      readonly statusCode: number;
      readonly error: null;
      /** When the receiver said how long to leave it alone (429 or 503 with `Retry-After`, RFC 9110 section 10.2.3). */
      readonly retryAfterMs?: number;
    }
  | { readonly statusCode: null; readonly error: string };

/** Sends one message. It never rejects: whatever goes wrong is an answer too. */
export type Send = (message: Message, signal: AbortSignal) => Promise<Answer>;

export interface SenderOptions {
  readonly allowPrivate: boolean;
  readonly resolve: Resolve;
  /** From the question for the host's address to the last byte of the answer. */
  readonly timeoutMs: number;
}

/** No receiver has more to say than this; the rest is not read. */
const MAX_ANSWER_BYTES = 65_536;

/**
 * Sends by HTTP, to an address that was checked at this very moment: the connection is pinned to it, so that a name that
 * changes its meaning between check and connection leads nowhere else. Host and server name stay those of the URL.
 * Redirects are answers, and are not followed.
 */
export function createSender({ allowPrivate, resolve, timeoutMs }: SenderOptions): Send {
  return async ({ url, headers, body }, stopping) => {
    const { signal, release } = abortedWith(stopping, timeoutMs);
    try {
      const target = readTarget(url, allowPrivate);
      const addresses = await untilAborted(resolveTarget(target, allowPrivate, resolve), signal);
      return { ...(await post(target, addresses, headers, body, signal)), error: null };
    } catch (error) {
      return { statusCode: null, error: signal.aborted ? `no answer in ${timeoutMs / 1000} s` : wordsOf(error) };
    } finally {
      release();
    }
  };
}

/**
 * Aborted with `stopping`, or after `timeoutMs`, until it is released. `AbortSignal.any` would leave an entry with `stopping`
 * for each message (Node 20), and that signal lives as long as the process.
 */
function abortedWith(
  stopping: AbortSignal,
  timeoutMs: number,
): { readonly signal: AbortSignal; readonly release: () => void } {
  const ending = new AbortController();
  const end = (): void => ending.abort();
  const timer = setTimeout(end, timeoutMs);
  stopping.addEventListener('abort', end, { once: true });
  if (stopping.aborted) end();
  return {
    signal: ending.signal,
    release: () => {
      clearTimeout(timer);
      stopping.removeEventListener('abort', end);
    },
  };
}

function post(
  url: URL,
  addresses: readonly Address[],
  headers: Readonly<Record<string, string>>,
  body: string,
  signal: AbortSignal,
): Promise<Heard> {
  const options: RequestOptions = {
    method: 'POST',
    agent: false,
    lookup: pinnedTo(addresses),
    signal,
    headers: { ...headers, 'content-length': Buffer.byteLength(body) },
  };
  return new Promise((resolve, reject) => {
    let heard: Heard | null = null;
    const request = (url.protocol === 'https:' ? requestHttps : requestHttp)(url, options, (response) => {
      let bytes = 0;
      const here = heardIn(response);
      heard = here;
      response.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
        if (bytes > MAX_ANSWER_BYTES) response.destroy();
      });
      response.on('error', () => undefined);
      response.on('close', () => resolve(here));
    });
    // A status is all that counts: once it is here, nothing that happens to the rest changes it.
    request.on('error', (error) => (heard === null ? reject(error) : resolve(heard)));
    request.end(body);
  });
}

type Heard = Omit<Extract<Answer, { statusCode: number }>, 'error'>;

function heardIn({ statusCode = 0, headers }: IncomingMessage): Heard {
  const retryAfterMs = statusCode === 429 || statusCode === 503 ? readRetryAfter(headers['retry-after']) : null;
  return { statusCode, ...(retryAfterMs !== null && { retryAfterMs }) };
}

/** Seconds, or a date by the receiver's clock, which may be wrong: what lies behind us is none. */
function readRetryAfter(text = ''): number | null {
  const ms = /^\d{1,9}$/.test(text) ? Number(text) * 1_000 : Date.parse(text) - Date.now();
  return ms > 0 ? ms : null;
}

/** Answers what was checked, whatever is asked. */
const pinnedTo =
  (addresses: readonly Address[]): LookupFunction =>
  (_hostname, options, callback) => {
    const [first] = addresses;
    if (options.all) callback(null, [...addresses]);
    else callback(null, first?.address ?? '', first?.family);
  };

/** The code says it best (ECONNREFUSED, CERT_HAS_EXPIRED); a URL, which may hold a secret, is never repeated. */
function wordsOf(error: unknown): string {
  const { code, message } = error as { readonly code?: unknown; readonly message?: unknown };
  if (typeof code === 'string') return code;
  return typeof message === 'string' ? message.slice(0, 200) : 'it could not be sent';
}

async function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  let abort: () => void = () => undefined;
  const aborted = new Promise<never>((_, reject) => {
    abort = () => reject(new Error('aborted'));
    signal.addEventListener('abort', abort, { once: true });
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}
