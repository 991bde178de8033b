import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ConnectionOptions, PaymentsClient, PracticeRequest } from './index.js';
import { createPaymentsClient, PaymentsProblem, PaymentsUnreachable, ResultUnknown } from './index.js';
import { problemAnswer, ScriptedServer } from './scripted-server.fixture.js';

const KEY = 'pk_1234_secret';
const ID = 'id-1';
const PRACTICE: PracticeRequest = {
  practiceId: 'PROVA-1',
  practiceType: 'fineLavori',
  payer: { fiscalCode: 'RSSMRA80A01H501U', email: 'mario.rossi@example.org' },
  charges: [{ kind: 'bolli', stampDuties: [{ documentHash: 'x', province: 'FI' }] }],
  returnUrl: 'https://portos.example.org/pratiche',
};
const EMPTY = { items: [], nextCursor: null };

let server: ScriptedServer;
let client: PaymentsClient;
beforeAll(async () => {
  server = await ScriptedServer.open();
  client = createPaymentsClient({ baseUrl: `${server.url}/`, apiKey: KEY, retry: { tries: 1 } });
});
afterAll(() => server.close());

/** Every method, by the operation of `docs/openapi.json` it stands for. */
const METHODS: Readonly<Record<string, () => PromiseLike<unknown>>> = {
  openPractice: () => client.practices.open(PRACTICE),
  readPractice: () => client.practices.get(ID),
  replacePractice: () => client.practices.replace(ID, PRACTICE),
  withdrawPractice: () => client.practices.withdraw(ID, { reason: 'r' }),
  listPayments: () => client.payments.list({ state: 'paid', q: 'a b' }),
  readPayment: () => client.payments.get(ID),
  redirectPayer: () => client.payments.redirect(ID),
  regeneratePayment: () => client.payments.regenerate(ID, { attempt: 1 }),
  annulPayment: () => client.payments.annul(ID, { reason: 'r' }),
  verifyPayment: () => client.payments.verify(ID),
  readHistory: () => client.payments.history(ID),
  listReceipts: () => client.payments.receipts(ID),
  readReceipt: () => client.payments.receipt(ID, ID),
  listIncidents: () => client.incidents.list({ state: 'open' }),
  readIncident: () => client.incidents.get(ID),
  resolveIncident: () => client.incidents.resolve(ID, { resolution: 'dismiss', reason: 'r' }),
  redriveIncident: () => client.incidents.redrive(ID),
  listWebhooks: () => client.webhooks.list(),
  registerWebhook: () => client.webhooks.register({ url: 'https://a.example.org', eventTypes: [] }),
  removeWebhook: () => client.webhooks.remove(ID),
  enableWebhook: () => client.webhooks.enable(ID),
  rotateWebhookSecret: () => client.webhooks.rotateSecret(ID),
  listDeliveries: () => client.webhooks.deliveries(ID),
  redeliver: () => client.webhooks.redeliver(ID, ID),
  listMachines: () => client.machines.list(),
  drawPaymentMachine: () => client.machines.draw('payment'),
  drawPracticeMachine: () => client.machines.draw('practice'),
  readMachine: () => client.machines.get('payment'),
  countInstances: () => client.machines.counts('payment'),
  readStatus: () => client.service.status(),
  readLiveness: () => client.service.live(),
  readReadiness: () => client.service.ready(),
};

/** Of browsers, of IRIS, and of who reads the descriptions themselves. */
const NOT_FOR_PORTOS = ['returnFromIris', 'notifyFromIris', 'readOpenApi', 'readAsyncApi', 'readDocs', 'readMetrics'];

interface Operation {
  readonly operationId: string;
  readonly method: string;
  readonly path: RegExp;
  readonly takesKey: boolean;
}

function operations(): readonly Operation[] {
  const { paths } = JSON.parse(readFileSync('docs/openapi.json', 'utf8')) as {
    paths: Record<string, Record<string, { operationId: string; parameters?: readonly { $ref?: string }[] }>>;
  };
  return Object.entries(paths).flatMap(([template, methods]) =>
    Object.entries(methods).map(([method, { operationId, parameters = [] }]) => ({
      operationId,
      method: method.toUpperCase(),
      path: new RegExp(`^${template.replaceAll('.', '\\.').replaceAll(/\{\w+\}/g, '[^/?]+')}(\\?.*)?$`),
      takesKey: parameters.some(({ $ref }) => $ref?.endsWith('/IdempotencyKey')),
    })),
  );
}

describe('the client', () => {
  it('has a method for every operation that is for PORTOS, and no other', () => {
    const described = operations().map(({ operationId }) => operationId);
    expect([...Object.keys(METHODS), ...NOT_FOR_PORTOS].sort()).toEqual([...described].sort());
  });

  it.each(operations().filter(({ operationId }) => operationId in METHODS))(
    'calls $operationId where it is, under a key if it takes one',
    async ({ operationId, method, path, takesKey }) => {
      server.answers({ status: 200, body: EMPTY });
      await METHODS[operationId]?.();
      const [heard] = server.heard;
      expect(heard).toMatchObject({ method, headers: { authorization: `Bearer ${KEY}` } });
      expect(heard?.url).toMatch(path);
      expect('idempotency-key' in (heard?.headers ?? {})).toBe(takesKey);
      expect(heard?.headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/);
    },
  );

  it('sends what it is given: content, query, key and request id', async () => {
    server.answers({ status: 202, body: {} });
    await client.practices.open(PRACTICE, { idempotencyKey: 'order-7', requestId: 'request-7' });
    await client.payments.list({ state: 'paid', q: 'a b', limit: 5 });
    expect(server.heard[0]).toMatchObject({
      headers: { 'idempotency-key': 'order-7', 'x-request-id': 'request-7', 'content-type': 'application/json' },
    });
    expect(JSON.parse(server.heard[0]?.body ?? '')).toEqual(PRACTICE);
    expect(Object.fromEntries(new URL(server.heard[1]?.url ?? '', server.url).searchParams)).toEqual({
      state: 'paid',
      q: 'a b',
      limit: '5',
    });
  });

  it('keeps an id from leading elsewhere', async () => {
    server.answers({ status: 200, body: {} });
    await client.practices.get('../payments?x=1#y');
    expect(server.heard[0]?.url).toBe('/v1/practices/..%2Fpayments%3Fx%3D1%23y');
  });

  it('takes a token in place of a key, and another fetch', async () => {
    const sent: string[] = [];
    const other = createPaymentsClient({
      baseUrl: server.url,
      token: () => Promise.resolve('token-1'),
      fetch: (input, init) => {
        sent.push(new Headers(init?.headers).get('authorization') ?? '');
        return fetch(input, init);
      },
    });
    server.answers({ status: 200, body: {} });
    await other.practices.get(ID);
    expect(sent).toEqual(['Bearer token-1']);
  });

  it('gives an attestation byte for byte, with its kind and name', async () => {
    server.answers((response) => {
      const headers = { 'content-type': 'application/pdf', 'content-disposition': 'attachment; filename="r.pdf"' };
      response.writeHead(200, headers).end(Buffer.from([0xff, 0, 0x80]));
    });
    expect(await client.payments.receipt(ID, ID)).toEqual({
      contentType: 'application/pdf',
      content: new Uint8Array([0xff, 0, 0x80]),
      fileName: 'r.pdf',
    });
  });
});

describe('a list', () => {
  const page = (first: number, nextCursor: string | null) => ({
    status: 200,
    body: { items: [{ paymentId: `pay_${first}` }, { paymentId: `pay_${first + 1}` }], nextCursor },
  });

  it('awaited is its first page', async () => {
    server.answers(page(1, 'c1'));
    const { items, nextCursor } = await client.payments.list({ limit: 2 });
    expect([items.length, nextCursor]).toEqual([2, 'c1']);
    expect(server.heard).toHaveLength(1);
  });

  it('gone through gives every item of every page, in order', async () => {
    server.answers(page(1, 'c 1'), page(3, 'c2'), page(5, null));
    const ids: string[] = [];
    for await (const { paymentId } of client.payments.list({ limit: 2 })) ids.push(paymentId);
    expect(ids).toEqual([1, 2, 3, 4, 5, 6].map((number) => `pay_${number}`));
    const asked = server.heard.map(({ url }) => new URL(url, server.url).searchParams);
    expect(asked.map((query) => [query.get('cursor'), query.get('limit')])).toEqual([
      [null, '2'],
      ['c 1', '2'],
      ['c2', '2'],
    ]);
  });

  it('left early asks for no further page', async () => {
    server.answers(page(1, 'c1'), page(3, null));
    for await (const { paymentId } of client.payments.list()) if (paymentId === 'pay_2') break;
    expect(server.heard).toHaveLength(1);
  });
});

describe('waiting until a payment is as it should be', () => {
  const paymentIs = (state: string) => ({ status: 200, body: { paymentId: ID, state } });

  it('ends with the payment that is', async () => {
    server.answers(paymentIs('initialized'), paymentIs('redirected'), paymentIs('paid'));
    expect(await client.payments.until(ID, ({ state }) => state === 'paid')).toMatchObject({ state: 'paid' });
    expect(server.heard).toHaveLength(3);
  });

  it('ends in time', async () => {
    server.answers(paymentIs('initialized'));
    const waiting = client.payments.until(ID, ({ state }) => state === 'paid', { timeoutMs: 50 });
    await expect(waiting).rejects.toThrow(new ResultUnknown('not reached within 50 ms'));
  });
});

describe('a refusal', () => {
  const refusalOf = async (call: PromiseLike<unknown>): Promise<PaymentsProblem> => {
    const error = await Promise.resolve(call).catch((thrown: unknown) => thrown);
    if (error instanceof PaymentsProblem) return error;
    throw new Error('no problem was thrown', { cause: error });
  };

  it('has all that the API said of it', async () => {
    const more = { state: 'redirected.inProgress', allowedActions: ['verify'] };
    server.answers(problemAnswer(409, 'conflict', { ...more, retryAfterSeconds: 9 }));
    const error = await refusalOf(client.payments.annul(ID, { reason: 'r' }, { requestId: 'request-1' }));
    expect(error).toMatchObject({
      name: 'PaymentsProblem',
      message: '409 A title: What to do.',
      status: 409,
      type: 'urn:portos:problem:conflict',
      code: 'conflict',
      detail: 'What to do.',
      errors: [],
      retryAfterSeconds: 9,
      extensions: more,
      requestId: 'request-1',
    });
  });

  it('names the fault of each value, and no value', async () => {
    const errors = [{ pointer: '/payer/fiscalCode', message: 'is no codice fiscale' }];
    server.answers(problemAnswer(422, 'invalid-values', { errors }));
    const error = await refusalOf(client.practices.open(PRACTICE));
    expect(error.errors).toEqual(errors);
    const told = `${error.message} ${error.stack ?? ''} ${JSON.stringify(error)}`;
    for (const value of ['RSSMRA80A01H501U', 'mario.rossi', KEY]) expect(told).not.toContain(value);
  });

  it('is known by the id that the service gave the request', async () => {
    server.answers({ status: 404, body: {}, headers: { 'x-request-id': 'theirs' } });
    expect((await refusalOf(client.practices.get(ID))).requestId).toBe('theirs');
  });

  it('by something that stands between is told apart', async () => {
    server.answers({ status: 403, body: '<html>RSSMRA80A01H501U', headers: { 'content-type': 'text/html' } });
    const error = await refusalOf(client.practices.open(PRACTICE));
    expect(error).toMatchObject({ status: 403, type: 'about:blank', code: 'about:blank', title: 'No problem+json' });
    expect(error.message).not.toContain('RSSMRA80A01H501U');
  });

  it('and an answer that is no JSON repeats nothing of it', async () => {
    server.answers({ status: 200, body: '<html>RSSMRA80A01H501U', headers: { 'content-type': 'text/html' } });
    const error: unknown = await client.practices.get(ID).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(PaymentsUnreachable);
    expect((error as Error).message).not.toContain('RSSMRA');
  });
});

describe('a client that is set up wrong', () => {
  const baseUrl = 'https://payments.example.org';
  it.each<[Partial<ConnectionOptions>, string]>([
    [{ baseUrl: 'payments.example.org', apiKey: KEY }, 'baseUrl must be'],
    [{ baseUrl: 'ftp://payments.example.org', apiKey: KEY }, 'baseUrl must be'],
    [{ baseUrl: `https://user:${KEY}@payments.example.org`, apiKey: KEY }, 'baseUrl must be'],
    [{ baseUrl, apiKey: `${KEY}\n` }, 'apiKey must be visible ASCII'],
    [{ baseUrl, apiKey: '' }, 'apiKey is empty'],
    [{ baseUrl }, 'give either apiKey or token'],
    [{ baseUrl, apiKey: KEY, token: () => Promise.resolve(KEY) } as never, 'give either apiKey or token'],
  ])('is refused at once, without its key: %#', (options, words) => {
    const create = () => createPaymentsClient(options as ConnectionOptions);
    expect(create).toThrow(TypeError);
    expect(create).toThrow(words);
    expect(create).not.toThrow(KEY);
  });

  it('sends no token and no name that cannot be sent', async () => {
    const other = createPaymentsClient({ baseUrl: server.url, token: () => Promise.resolve(`${KEY}\n`) });
    await expect(other.practices.get(ID)).rejects.toThrow(new TypeError('the token must be visible ASCII'));
    for (const idempotencyKey of ['', 'chiave à', 'x'.repeat(256)]) {
      const opening = client.practices.open(PRACTICE, { idempotencyKey });
      await expect(opening).rejects.toThrow('idempotencyKey must be 1 to 255');
    }
  });
});
