import { request as requestHttp } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { PracticeView } from '#libs/payments';
import type { AccessLine } from '../apps/api/http/access-log.js';
import { practice } from './practice.fixture.js';
import type { Stack } from './stack.js';
import { eventually, startStack } from './stack.js';

interface Line extends AccessLine {
  readonly level: string;
}

const OPERATOR_KEY = 'key-of-an-operator';
const lines: Line[] = [];
let stack: Stack;

const noting = (level: string) => (facts: object, message: string) => {
  if ('receivedAt' in facts && message !== '') lines.push({ level, ...(facts as AccessLine) });
};

beforeAll(async () => {
  const log = { debug: noting('debug'), info: noting('info'), warn: noting('warn'), error: noting('error') };
  const environment = {
    PORTOS_OPERATOR_KEY: OPERATOR_KEY,
    TRUSTED_PROXIES: '1',
    RATE_LIMIT_PER_MINUTE: '40',
    IRIS_NOTIFY_USER: 'iris',
    IRIS_NOTIFY_PASSWORD: 'secret-of-iris',
  };
  stack = await startStack(environment, log);
}, 60_000);

afterAll(() => stack.stop());

let count = 0;

/** Sends one request and waits for its line, which must be the only one with that id. */
async function lineOf(method: string, path: string, body?: unknown, more: Record<string, string> = {}): Promise<Line> {
  const requestId = `request-${(count += 1)}`;
  const headers = { authorization: `Bearer ${stack.apiKey}`, 'x-request-id': requestId, ...more };
  await stack.call(method, path, body, headers);
  return lineNamed(requestId);
}

async function lineNamed(requestId: string): Promise<Line> {
  const found = () => Promise.resolve(lines.find((line) => line.requestId === requestId) ?? null);
  const line = await eventually(found, `the line of ${requestId}`);
  expect(lines.filter((other) => other.requestId === requestId)).toHaveLength(1);
  return line;
}

const basic = (user: string, password: string): string =>
  `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;

describe('the access log', () => {
  it('has for each request when, what, by whom, from where, how it ended and under which id', async () => {
    const body = practice();
    const line = await lineOf('POST', '/v1/practices', body, { 'x-forwarded-for': '203.0.113.7' });
    expect(line).toEqual({
      level: 'info',
      receivedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/) as unknown,
      method: 'POST',
      uri: '/v1/practices',
      route: '/v1/practices',
      status: 202,
      client: '203.0.113.7',
      caller: 'env/api-key',
      requestId: line.requestId,
      durationMs: expect.any(Number) as unknown,
    });
    const { body: view } = await stack.call<PracticeView>('GET', `/v1/practices/${body.practiceId}`);
    const address = `/v1/payments/${view.payments[0]?.paymentId ?? ''}`;
    expect(await lineOf('GET', address)).toMatchObject({ uri: address, route: '/v1/payments/:paymentId', status: 200 });
  });

  it('shows no value of a query: a search field takes whatever is typed into it', async () => {
    const line = await lineOf('GET', '/v1/payments?q=Mario+Rossi&limit=5');
    expect(line).toMatchObject({ uri: '/v1/payments?q=*&limit=*', status: 200 });
  });

  it.each<[string, string, string, number, string, string | null, unknown, Record<string, string>]>([
    ['no key', 'GET', '/v1/payments', 401, 'warn', null, undefined, { authorization: '' }],
    ['a wrong key', 'GET', '/v1/payments', 401, 'warn', null, undefined, { authorization: 'Bearer pk_wrong' }],
    ['a role that may not', 'POST', '/v1/practices', 403, 'warn', 'env/operator-key', {}, bearer(OPERATOR_KEY)],
    ['no such path', 'GET', '/v1/nothing-here', 404, 'info', 'env/api-key', undefined, {}],
    ['no such path outside of /v1', 'GET', '/nowhere', 404, 'info', null, undefined, {}],
    ['no such payment', 'GET', '/v1/payments/pay_0', 404, 'info', 'env/api-key', undefined, {}],
    ['a body that is too large', 'POST', '/v1/practices', 413, 'info', 'env/api-key', { a: 'a'.repeat(200_000) }, {}],
    ['an address that cannot be read', 'GET', '/v1/practices/%E0%A4%A', 400, 'info', 'env/api-key', undefined, {}],
    ['the board without a key', 'GET', '/queues', 401, 'warn', null, undefined, { authorization: '' }],
    ['a change of the board', 'PUT', '/queues/api/queues/pause', 403, 'warn', 'env/api-key', undefined, {}],
    ['a page of the board', 'GET', '/queues', 200, 'info', 'env/api-key', undefined, {}],
    ['IRIS without its password', 'POST', '/iris/notifications', 401, 'warn', null, '<a/>', { authorization: '' }],
    ['IRIS, unreadable', 'POST', '/iris/notifications', 400, 'info', 'iris', '<a/>', iris()],
    ['a probe', 'GET', '/health/live', 200, 'debug', null, undefined, { authorization: '' }],
    ['a browser that comes back', 'GET', '/return/ret_x', 404, 'info', null, undefined, { authorization: '' }],
  ])('has a line for %s', async (_, method, path, status, level, caller, body, headers) => {
    expect(await lineOf(method, path, body, headers)).toMatchObject({ method, status, level, caller });
  });

  it('has a line for JSON that is none', async () => {
    await fetch(`${stack.apiUrl}/v1/practices`, {
      method: 'POST',
      headers: { ...bearer(stack.apiKey), 'content-type': 'application/json', 'x-request-id': 'no-json' },
      body: '{"practiceId": ',
    });
    expect(await lineNamed('no-json')).toMatchObject({ status: 400, caller: 'env/api-key', level: 'info' });
  });

  it('has a line for a caller who hangs up before the answer', async () => {
    const sent = requestHttp(`${stack.apiUrl}/v1/practices`, {
      method: 'POST',
      headers: { ...bearer(stack.apiKey), 'content-type': 'application/json', 'x-request-id': 'hung-up' },
    });
    sent.on('error', () => undefined);
    sent.write('{"practiceId": ', () => setImmediate(() => sent.destroy()));
    expect(await lineNamed('hung-up')).toMatchObject({ status: null, level: 'info' });
  });

  it('believes a proxy no more than is configured, and takes no text for an address', async () => {
    const forged = await lineOf('GET', '/status', undefined, { 'x-forwarded-for': '198.51.100.1, 203.0.113.7' });
    expect(forged.client).toBe('203.0.113.7');
    const text = await lineOf('GET', '/status', undefined, { 'x-forwarded-for': 'Mario Rossi' });
    expect(text.client).toMatch(/127\.0\.0\.1$/);
  });

  it('has a line for who came too often, and says who it was', async () => {
    const statuses: (number | null)[] = [];
    while (!statuses.includes(429) && statuses.length < 60) {
      statuses.push((await lineOf('GET', '/v1/machines')).status);
    }
    expect(lines.find(({ status }) => status === 429)).toMatchObject({ caller: 'env/api-key', level: 'warn' });
  });

  it('never holds a key', () => {
    const all = JSON.stringify(lines);
    for (const secret of [stack.apiKey, OPERATOR_KEY, 'secret-of-iris']) expect(all).not.toContain(secret);
  });
});

describe('the id of a request', () => {
  const answered = async (given?: string, path = '/status'): Promise<string> => {
    const { headers } = await stack.call('GET', path, undefined, given === undefined ? {} : { 'x-request-id': given });
    return headers.get('x-request-id') ?? '';
  };

  it('is its caller’s, if it is well-formed', async () => {
    expect(await answered('f81d4fae-7dec-11d0-a765-00a0c91e6bf6')).toBe('f81d4fae-7dec-11d0-a765-00a0c91e6bf6');
    expect(await answered('/x+y=z;1')).toBe('/x+y=z;1');
  });

  it.each([
    ['none', undefined],
    ['an empty one', ''],
    ['one with a space', 'a b'],
    ['one that is too long', 'a'.repeat(129)],
    ['a tax code', 'RSSMRA80A01H501U'],
    ['an e-mail address', 'mario.rossi@example.org'],
  ])('is a new one in place of %s', async (_, given) => {
    expect(await answered(given)).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
  });

  it.each(['/v1/payments', '/nowhere', '/queues', '/return/ret_x'])('is told with a refusal too: %s', async (path) => {
    expect(await answered('my-request', path)).toBe('my-request');
  });
});

function bearer(key: string): Record<string, string> {
  return { authorization: `Bearer ${key}` };
}

function iris(): Record<string, string> {
  return { authorization: basic('iris', 'secret-of-iris') };
}
