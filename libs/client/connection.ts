import { randomUUID } from 'node:crypto';
import type { Client } from 'openapi-fetch';
import createFetchClient from 'openapi-fetch';
import { PaymentsUnreachable } from './errors.js';
import type { paths } from './generated/openapi.js';
import type { CallOptions, CommandOptions } from './operations.js';
import type { Page, Pages } from './pages.js';
import { pagesOf } from './pages.js';
import { problemFrom } from './problem.js';
import type { RetryOptions } from './transport.js';
import { persistentFetch } from './transport.js';

/** Who calls: an API key, or whatever gives a token that is still valid; it is asked at each try. */
export type Credentials =
  | { readonly apiKey: string; readonly token?: never }
  | { readonly token: () => Promise<string>; readonly apiKey?: never };

export type ConnectionOptions = Credentials & {
  /** Where the API is, without `/v1`: `https://payments.example.org`. */
  readonly baseUrl: string;
  /** Sends in place of the global `fetch`. */
  readonly fetch?: typeof globalThis.fetch;
  readonly retry?: RetryOptions;
};

const VISIBLE_ASCII = /^[\x21-\x7e]+$/;

/** What openapi-fetch gives for a call. */
interface Answered<Data> {
  readonly data?: Data;
  readonly error?: unknown;
  readonly response: Response;
}

/** The typed calls of the API, and what is the same for all of them. */
export class Connection {
  readonly http: Client<paths>;

  /** @throws TypeError for an address or a key that cannot be one; the key is not repeated. */
  constructor(options: ConnectionOptions) {
    const { baseUrl, fetch = globalThis.fetch, retry = {} } = options;
    const authorization = authorizationOf(options);
    this.http = createFetchClient<paths>({
      baseUrl: addressOf(baseUrl),
      fetch: persistentFetch({ ...retry, authorization, fetch }),
    });
  }

  /** How a question is sent. */
  asking({ requestId = randomUUID(), signal }: CallOptions = {}) {
    return { headers: { 'x-request-id': assertNameable('requestId', requestId) }, ...(signal && { signal }) };
  }

  /** How a command is sent: under a key, so that it may be sent again. */
  commanding({ idempotencyKey = randomUUID(), ...options }: CommandOptions = {}) {
    const { headers, ...rest } = this.asking(options);
    return { ...rest, headers: { ...headers, 'idempotency-key': assertNameable('idempotencyKey', idempotencyKey) } };
  }

  /** @throws PaymentsProblem, PaymentsUnreachable */
  async answered<Data>(
    call: () => Promise<Answered<Data>>,
  ): Promise<{ readonly data: Data; readonly response: Response }> {
    const { data, error, response } = await call().catch((failure: unknown) => {
      // Its words would repeat the answer, which is somebody else's page.
      if ((failure as Error).name === 'SyntaxError') throw new PaymentsUnreachable('NOT_JSON', 1, null, null);
      throw failure;
    });
    if (!response.ok) throw problemFrom(error, response);
    return { data: data as Data, response };
  }

  async data<Data>(call: () => Promise<Answered<Data>>): Promise<Data> {
    return (await this.answered(call)).data;
  }

  /** A list that has no pages. */
  async items<Item>(call: () => Promise<Answered<{ readonly items: readonly Item[] }>>): Promise<readonly Item[]> {
    return (await this.data(call)).items;
  }

  /** @param read one page; `cursor` is empty for the first one */
  pages<Item>(read: (cursor: { readonly cursor?: string }) => Promise<Answered<Page<Item>>>): Pages<Item> {
    return pagesOf((cursor) => this.data(() => read(cursor === undefined ? {} : { cursor })));
  }
}

function addressOf(baseUrl: string): string {
  const url = URL.canParse(baseUrl) ? new URL(baseUrl) : null;
  const isFit =
    url !== null && /^https?:$/.test(url.protocol) && `${url.username}${url.password}${url.search}${url.hash}` === '';
  if (!isFit) throw new TypeError('baseUrl must be https://… or http://…, without user, password, ? or #');
  return url.href;
}

function authorizationOf({ apiKey, token }: Credentials): () => Promise<string> {
  if ((apiKey === undefined) === (token === undefined)) throw new TypeError('give either apiKey or token');
  if (token !== undefined) return async () => `Bearer ${assertSecret('the token', await token())}`;
  const authorization = `Bearer ${assertSecret('apiKey', apiKey)}`;
  return () => Promise.resolve(authorization);
}

/** What fetch says of a header that cannot be one repeats it. */
function assertSecret(name: string, value: string): string {
  if (value === '') throw new TypeError(`${name} is empty: give the key or token that opens the API`);
  if (typeof value !== 'string' || !VISIBLE_ASCII.test(value)) throw new TypeError(`${name} must be visible ASCII`);
  return value;
}

const MAX_NAME_LENGTH = 255;

function assertNameable(name: string, value: string): string {
  if (VISIBLE_ASCII.test(value) && value.length <= MAX_NAME_LENGTH) return value;
  throw new TypeError(`${name} must be 1 to ${MAX_NAME_LENGTH} visible ASCII characters`);
}
