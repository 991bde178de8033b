import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { PaymentsUnreachable } from './errors.js';
import type { Scripted } from './scripted-server.fixture.js';
import { problemAnswer, ScriptedServer } from './scripted-server.fixture.js';
import type { TransportOptions } from './transport.js';
import { persistentFetch } from './transport.js';

let server: ScriptedServer;
beforeAll(async () => {
  server = await ScriptedServer.open();
});
afterAll(() => server.close());

const OK: Scripted = { status: 200, body: { fine: true } };
const cutOff: Scripted = (response) => response.destroy();
const brokenOff: Scripted = (response) => {
  response.writeHead(200, { 'content-length': '100' });
  response.write('{"fine":', () => response.destroy());
};

/** One POST; answers what came, how often it was sent and how long it waited between. */
async function post(
  options: Partial<TransportOptions> = {},
  init: RequestInit = {},
): Promise<{ readonly result: Response | Error; readonly pauses: number[] }> {
  const pauses: number[] = [];
  const pause = (ms: number): Promise<void> => {
    pauses.push(ms);
    return Promise.resolve();
  };
  const authorization = () => Promise.resolve('Bearer key');
  const send = persistentFetch({ authorization, fetch, pause, chance: () => 0, ...options });
  const headers = { 'idempotency-key': 'key-1', 'x-request-id': 'request-1', 'content-type': 'application/json' };
  const request = new Request(`${server.url}/v1/practices`, { method: 'POST', body: '{"a":1}', headers, ...init });
  const result = await send(request).catch((error: unknown) => error as Error);
  return { result, pauses };
}

describe('a request', () => {
  it.each<[string, Scripted]>([
    ['the connection breaks', cutOff],
    ['the answer breaks off', brokenOff],
    ['there is a 502', { status: 502, body: '<html>' }],
    ['there is a 503', problemAnswer(503, 'unavailable')],
    ['there is a 504', { status: 504 }],
    ['there were too many requests', problemAnswer(429, 'too-many-requests')],
    ['the first one is still worked on', problemAnswer(409, 'still-running')],
  ])('is sent again, the same in all, when %s', async (_, failure) => {
    server.answers(failure, failure, OK);
    const { result, pauses } = await post();
    expect(result).toMatchObject({ status: 200 });
    expect(await (result as Response).json()).toEqual({ fine: true });
    expect(pauses).toEqual([250, 500]);
    expect(server.heard).toHaveLength(3);
    for (const heard of server.heard) {
      expect(heard).toMatchObject({
        method: 'POST',
        url: '/v1/practices',
        body: '{"a":1}',
        headers: { 'idempotency-key': 'key-1', 'x-request-id': 'request-1', authorization: 'Bearer key' },
      });
    }
  });

  it.each<[Scripted]>([
    [problemAnswer(400, 'malformed-request')],
    [problemAnswer(401, 'unauthenticated')],
    [problemAnswer(404, 'not-found')],
    [problemAnswer(409, 'conflict', { retryAfterSeconds: 1 }, '1')],
    [problemAnswer(422, 'idempotency-key-used')],
    [problemAnswer(429, 'too-soon', { retryAfterSeconds: 1 }, '1')],
    [problemAnswer(500, 'internal')],
  ])('is not sent again when it was decided: %j', async (decided) => {
    server.answers(decided, OK);
    const { result } = await post();
    expect(result).toMatchObject({ status: (decided as { status: number }).status });
    expect(server.heard).toHaveLength(1);
  });

  it('waits as long as Retry-After says, in seconds or until a date', async () => {
    const soon = new Date(Date.now() + 20_000).toUTCString();
    server.answers(problemAnswer(503, 'unavailable', {}, '7'), problemAnswer(503, 'unavailable', {}, soon), OK);
    const { result, pauses } = await post();
    expect(result).toMatchObject({ status: 200 });
    expect(pauses[0]).toBe(7_000);
    expect(pauses[1]).toBeGreaterThan(15_000);
    expect(pauses[1]).toBeLessThanOrEqual(20_000);
  });

  it('parts from others by chance, and its pauses end growing', async () => {
    server.answers(cutOff);
    const { pauses } = await post({ tries: 8, chance: () => 0.5 });
    expect(pauses).toEqual([187.5, 375, 750, 1_500, 3_000, 6_000, 6_000]);
  });

  it('gives the last answer when it was sent as often as allowed', async () => {
    server.answers(problemAnswer(503, 'unavailable'));
    const { result } = await post({ tries: 3 });
    expect(result).toMatchObject({ status: 503 });
    expect(server.heard).toHaveLength(3);
  });

  it('does not wait for what lies beyond its time', async () => {
    server.answers(problemAnswer(503, 'unavailable', {}, '61'), OK);
    const { result, pauses } = await post();
    expect(result).toMatchObject({ status: 503 });
    expect(pauses).toEqual([]);
  });

  it('that nobody answers says so, with its key and nothing of its content', async () => {
    server.answers(cutOff);
    const { result } = await post({ tries: 2 });
    expect(result).toBeInstanceOf(PaymentsUnreachable);
    expect(result).toMatchObject({
      code: 'UND_ERR_SOCKET',
      tries: 2,
      idempotencyKey: 'key-1',
      requestId: 'request-1',
      message: 'PORTOS Payments cannot be reached, or did not answer (UND_ERR_SOCKET), at 2 tries',
    });
  });

  it('is given up when one try takes too long, and sent again', async () => {
    server.answers(() => undefined, OK);
    const { result } = await post({ tryTimeoutMs: 50 });
    expect(result).toMatchObject({ status: 200 });
    server.answers(() => undefined);
    expect((await post({ tryTimeoutMs: 20, tries: 1 })).result).toMatchObject({ code: 'TimeoutError', tries: 1 });
  });

  it('ends at once when its caller wants no more of it', async () => {
    const stop = new AbortController();
    server.answers(() => stop.abort(new Error('the user went away')));
    const { result } = await post({}, { signal: stop.signal });
    expect(result).toEqual(new Error('the user went away'));
    expect(server.heard).toHaveLength(1);
  });

  it('ends in its pause, too', async () => {
    const stop = new AbortController();
    server.answers((response) => {
      response.writeHead(503, { 'retry-after': '30' }).end(() => setImmediate(() => stop.abort()));
    });
    const send = persistentFetch({ authorization: () => Promise.resolve('Bearer key'), fetch });
    await expect(send(new Request(server.url, { signal: stop.signal }))).rejects.toMatchObject({ name: 'AbortError' });
  });

  it('follows no redirect: the key stays here', async () => {
    const other = await ScriptedServer.open();
    other.answers(OK);
    server.answers({ status: 307, headers: { location: `${other.url}/` } });
    const { result } = await post({ tries: 1 });
    expect(result).toBeInstanceOf(PaymentsUnreachable);
    expect(other.heard).toEqual([]);
    await other.close();
  });

  it('asks for its token at each try', async () => {
    let count = 0;
    server.answers(cutOff, OK);
    await post({ authorization: () => Promise.resolve(`Bearer token-${(count += 1)}`) });
    expect(server.heard.map(({ headers }) => headers.authorization)).toEqual(['Bearer token-1', 'Bearer token-2']);
  });
});
