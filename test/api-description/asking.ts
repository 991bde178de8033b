import { expect } from '@jest/globals';
import type { OpenApiDocument } from '../../apps/api/openapi/document.js';
import type { AnswerCheck } from '../answer-check.js';
import { createAnswerCheck } from '../answer-check.js';

type Caller = 'service' | 'operator' | 'viewer';

/** How something is asked for. */
export interface Asking {
  /** A text is sent as it is, anything else as JSON. */
  readonly body?: unknown;
  /** PORTOS, unless another one is named; null: nobody. */
  readonly as?: Caller | null;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Told<Body> {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Body;
}

/** Asks, such as `GET /status`, and holds the answer to the description, whatever it is. */
export type Ask = <Body = unknown>(request: string, asking?: Asking) => Promise<Told<Body>>;

export function createAsking(
  apiUrl: string,
  keys: Readonly<Record<Caller, string>>,
  document: OpenApiDocument,
): { readonly ask: Ask; readonly check: AnswerCheck } {
  const check = createAnswerCheck(document);
  const ask: Ask = async (request, { body, as = 'service', headers } = {}) => {
    const [method = '', path = ''] = request.split(' ');
    const response = await fetch(`${apiUrl}${path}`, {
      method,
      redirect: 'manual',
      headers: {
        'content-type': 'application/json',
        ...(as !== null && { authorization: `Bearer ${keys[as]}` }),
        ...headers,
      },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    expect([request, await check.faultsOf(method, path, response)]).toEqual([request, []]);
    const text = await response.text();
    const isJson = text !== '' && (response.headers.get('content-type') ?? '').includes('json');
    return { status: response.status, headers: response.headers, body: (isJson ? JSON.parse(text) : text) as never };
  };
  return { ask, check };
}
