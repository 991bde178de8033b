import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { IncidentView, PaymentView, PracticeView } from '#libs/payments';
import { EVENT_TYPES } from '#libs/payments';
import type { DeliveryView, NewEndpoint } from '#libs/webhooks';
import { openApiDocument } from '../../apps/api/openapi/document.js';
import { Receiver } from '../../libs/webhooks/receiver.fixture.js';
import { notification } from '../notification.fixture.js';
import { bolli, istruttoria, practice } from '../practice.fixture.js';
import type { AnswerCheck } from '../answer-check.js';
import type { Stack } from '../stack.js';
import { eventually, startStack } from '../stack.js';
import type { Ask, Asking } from './asking.js';
import { createAsking } from './asking.js';

/** Every operation of the description, asked for on the running system: what it answers is what is described. */

const OPERATOR_KEY = 'key-of-an-operator';
const NOWHERE = `pay_${'0'.repeat(32)}`;

const document = openApiDocument();

let stack: Stack;
let receiver: Receiver;
let ask: Ask;
let check: AnswerCheck;

beforeAll(async () => {
  stack = await startStack({
    PORTOS_OPERATOR_KEY: OPERATOR_KEY,
    WEBHOOK_ALLOW_PRIVATE: 'true',
    RATE_LIMIT_PER_MINUTE: '6000',
  });
  receiver = await Receiver.open();
  const { text: viewer } = await stack.payments.apiKeys.create('a viewer', 'viewer');
  const keys = { service: stack.apiKey, operator: OPERATOR_KEY, viewer };
  ({ ask, check } = createAsking(stack.apiUrl, keys, document));
}, 60_000);

afterAll(async () => {
  await receiver.close();
  await stack.stop();
});

/** The statuses that a request leads to, asked for in these ways, one after the other. */
async function statuses(request: string, ...askings: readonly Asking[]): Promise<number[]> {
  const found: number[] = [];
  for (const asking of askings) found.push((await ask(request, asking)).status);
  return found;
}

async function readyPractice(change: Record<string, unknown> = {}): Promise<PracticeView> {
  const body = practice(change);
  await ask('POST /v1/practices', { body });
  return eventually(async () => {
    const { body: view } = await ask<PracticeView>(`GET /v1/practices/${body.practiceId}`);
    return view.payments.every(({ allowedActions }) => allowedActions.includes('redirect')) ? view : null;
  }, 'every payment is ready');
}

async function readyPayment(): Promise<PaymentView> {
  const [payment] = (await readyPractice()).payments;
  if (!payment) throw new Error('a practice has a payment');
  return payment;
}

const positionOf = ({ attempt }: PaymentView): string => attempt.positions[0]?.idPagamento ?? '';

const untilState = (paymentId: string, state: string): Promise<PaymentView> =>
  eventually(async () => {
    const { body } = await ask<PaymentView>(`GET /v1/payments/${paymentId}`);
    return body.state === state ? body : null;
  }, `the payment is ${state}`);

/** The payer goes to IRIS, where this happens. */
async function atIris(payment: PaymentView, scenario: string): Promise<void> {
  await ask(`POST /v1/payments/${payment.paymentId}/redirect`);
  await stack.sandbox('POST', '/sandbox/scenario', { idPagamento: positionOf(payment), scenario });
  await stack.sandbox('POST', `/sandbox/pay/${positionOf(payment)}`);
}

describe('practices are answered as described', () => {
  it('when they are opened, again, with other content, wrongly, by nobody, by somebody else, under a used key', async () => {
    const body = practice({ practiceType: 'istanza', charges: [bolli(2), istruttoria()] });
    const key = { 'idempotency-key': randomUUID() };
    const unread = { 'content-type': 'application/json; charset=iso-8859-1' };
    const wrong = { ...body, payer: { ...body.payer, fiscalCode: 'RSSMRA80A01H501X' } };
    expect(
      await statuses(
        'POST /v1/practices',
        { body, headers: key },
        { body, headers: key },
        { body: practice(), headers: key },
        { body },
        { body: { ...body, charges: [bolli(1)] } },
        { body: wrong },
        { body: {} },
        { body: '{"practiceId":' },
        { body: `"${'x'.repeat(200_000)}"` },
        { body, headers: unread },
        { body, as: null },
        { body, as: 'viewer' },
        { body, headers: { 'idempotency-key': 'x'.repeat(256) } },
      ),
    ).toEqual([202, 202, 422, 202, 409, 422, 400, 400, 413, 415, 401, 403, 400]);
  });

  it('when they are read, replaced and withdrawn, or cannot be', async () => {
    const { practiceId } = await readyPractice();
    const busy = await readyPractice();
    const [payment] = busy.payments;
    if (!payment) throw new Error('a practice has a payment');
    await atIris(payment, 'in-progress-forever');
    await eventually(async () => {
      const { body } = await ask<PaymentView>(`GET /v1/payments/${payment.paymentId}`);
      return body.attempt.positions[0]?.esito === 'inProgress' ? body : null;
    }, 'the payment is in progress');
    const other = { charges: [bolli(3)] };
    expect(await statuses(`GET /v1/practices/${practiceId}`, {}, { as: 'viewer' }, { as: null })).toEqual([
      200, 200, 401,
    ]);
    expect(await statuses('GET /v1/practices/unknown', {})).toEqual([404]);
    expect(await statuses('GET /v1/practices/%E0%A4%A', {})).toEqual([400]);
    expect(
      await statuses(
        `PUT /v1/practices/${practiceId}`,
        { body: practice({ practiceId, ...other }) },
        { body: practice() },
        { body: {} },
        { body: practice({ practiceId }), as: 'operator' },
      ),
    ).toEqual([200, 422, 400, 403]);
    expect(await statuses('PUT /v1/practices/unknown', { body: practice({ practiceId: 'unknown' }) })).toEqual([404]);
    expect(
      await statuses(`PUT /v1/practices/${busy.practiceId}`, {
        body: practice({ practiceId: busy.practiceId, ...other }),
      }),
    ).toEqual([409]);
    const why = { body: { reason: 'rinuncia' } };
    expect(await statuses(`POST /v1/practices/${busy.practiceId}/withdraw`, why, {})).toEqual([409, 400]);
    expect(await statuses(`POST /v1/practices/${practiceId}/withdraw`, why, why)).toEqual([202, 202]);
    expect(await statuses('POST /v1/practices/unknown/withdraw', why)).toEqual([404]);
  });
});

describe('payments are answered as described', () => {
  it('on their way to paid, with their history and attestations', async () => {
    const payment = await readyPayment();
    const { paymentId, practiceId } = payment;
    const path = `/v1/payments/${paymentId}`;
    await atIris(payment, 'paid');
    await untilState(paymentId, 'paid');
    const [label] = await eventually(async () => {
      const { body } = await ask<{ items: { idPagamento: string }[] }>(`GET ${path}/receipts`);
      return body.items.length > 0 ? body.items : null;
    }, 'the attestation is here');
    const receipt = `GET ${path}/receipts/${label?.idPagamento ?? ''}`;
    expect(await statuses(receipt, {}, { as: 'viewer' }, { as: null })).toEqual([200, 403, 401]);
    expect(await statuses(`GET ${path}/receipts/none`, {})).toEqual([404]);
    expect(await statuses(`GET ${path}/receipts/%00`, {})).toEqual([404]);
    expect(await statuses(`GET ${path}/history?limit=2`, {})).toEqual([200]);
    expect(await statuses(`GET ${path}/history?cursor=2`, {}, { as: 'viewer' })).toEqual([200, 200]);
    expect(await statuses(`GET ${path}/history?cursor=x`, {})).toEqual([400]);
    for (const query of [`q=${practiceId}`, 'state=paid&kind=bolli&limit=1', 'q=nothing', '']) {
      expect(await statuses(`GET /v1/payments?${query}`, {})).toEqual([200]);
    }
    for (const query of ['limit=201', 'blocked=true', 'state=lost', `cursor=${'x'.repeat(101)}`]) {
      expect(await statuses(`GET /v1/payments?${query}`, {})).toEqual([400]);
    }
    const why = { reason: 'per prova' };
    expect(await statuses(`POST ${path}/redirect`, {}, { as: 'operator' })).toEqual([409, 403]);
    expect(await statuses(`POST ${path}/annul`, { body: why }, {}, { body: why, as: 'viewer' })).toEqual([
      409, 400, 403,
    ]);
    expect(await statuses(`POST ${path}/verify`, {}, { as: 'operator' }, { body: why, as: 'operator' })).toEqual([
      202, 400, 202,
    ]);
    expect(await statuses(`POST ${path}/regenerate`, { body: { attempt: 1 } }, { body: { attempt: 7 } })).toEqual([
      409, 422,
    ]);
  });

  it('while they are opened, annulled and regenerated', async () => {
    const body = practice();
    const { body: opened } = await ask<PracticeView>('POST /v1/practices', { body });
    const early = opened.payments[0]?.paymentId ?? '';
    expect([200, 409]).toContain((await ask(`POST /v1/payments/${early}/redirect`)).status);
    const payment = await readyPayment();
    const path = `/v1/payments/${payment.paymentId}`;
    await atIris(payment, 'rejected');
    await untilState(payment.paymentId, 'rejected');
    const body1 = { body: { attempt: 1 } };
    expect(await statuses(`POST ${path}/regenerate`, {}, body1, body1)).toEqual([400, 202, 202]);
    await eventually(async () => {
      const { body: view } = await ask<PaymentView>(`GET ${path}`);
      return view.attempt.number === 2 && view.allowedActions.includes('redirect') ? view : null;
    }, 'the second attempt is ready');
    const why = { body: { reason: 'rinuncia' } };
    expect(await statuses(`POST ${path}/annul`, why, why)).toEqual([202, 202]);
    expect(await statuses(`POST ${path}/regenerate`, { body: { attempt: 2 } })).toEqual([429]);
  });

  it('where there are none', async () => {
    for (const request of [
      'GET ',
      'GET /history',
      'GET /receipts',
      'GET /receipts/1',
      'POST /redirect',
      'POST /verify',
    ]) {
      const [method, rest = ''] = request.split(' ');
      expect(await statuses(`${method ?? ''} /v1/payments/${NOWHERE}${rest}`, {})).toEqual([404]);
    }
    expect(await statuses(`POST /v1/payments/${NOWHERE}/annul`, { body: { reason: 'x' } })).toEqual([404]);
    expect(await statuses(`POST /v1/payments/${NOWHERE}/regenerate`, { body: { attempt: 1 } })).toEqual([404]);
  });
});

describe('incidents are answered as described', () => {
  it('from the list to the decision', async () => {
    const payment = await readyPayment();
    await atIris(payment, 'wrong-amount');
    const incident = await eventually(async () => {
      const { body } = await ask<{ items: IncidentView[] }>(
        'GET /v1/incidents?kind=amountMismatch&state=open&limit=200',
      );
      return body.items.find(({ paymentId }) => paymentId === payment.paymentId) ?? null;
    }, 'the incident is open');
    const path = `/v1/incidents/${incident.incidentId}`;
    const settle = { body: { resolution: 'settle', reason: 'saldato' }, as: 'operator' } as const;
    const dismiss = { ...settle, body: { resolution: 'dismiss', reason: 'nulla' } };
    expect(await statuses(`GET ${path}`, {}, { as: 'viewer' })).toEqual([200, 200]);
    expect(await statuses(`POST /v1/payments/${payment.paymentId}/regenerate`, { body: { attempt: 1 } })).toEqual([
      409,
    ]);
    expect(await statuses(`POST ${path}/redrive`, { as: 'operator' }, {})).toEqual([409, 403]);
    expect(
      await statuses(`POST ${path}/resolve`, { as: 'operator' }, { ...settle, as: 'service' }, settle, settle, dismiss),
    ).toEqual([400, 403, 200, 200, 409]);
    expect(await statuses('GET /v1/incidents', {})).toEqual([200]);
    expect(await statuses('GET /v1/incidents?state=closed', {})).toEqual([400]);
    expect(await statuses('GET /v1/incidents/none', {})).toEqual([404]);
    expect(await statuses('POST /v1/incidents/none/resolve', settle)).toEqual([404]);
    expect(await statuses('POST /v1/incidents/none/redrive', { as: 'operator' })).toEqual([404]);
  });

  it('when what was given up is tried again', async () => {
    const { paymentId } = await readyPayment();
    const incidentId = `inc_${'0'.repeat(32)}`;
    await stack.pool.query(
      `insert into payments.incident (incident_id, kind, instance_id, effect_key, facts, allowed_resolutions)
       values ($1, 'parkedEffect', $2, 'given-up', 'The effect iris.poll was given up', array['dismiss'])`,
      [incidentId, paymentId],
    );
    const { status, body } = await ask<IncidentView>(`POST /v1/incidents/${incidentId}/redrive`, { as: 'operator' });
    expect([status, body.resolution]).toEqual([202, 'redriven']);
  });
});

describe('machines are answered as described', () => {
  it('as a list, one by one, as pictures, with their numbers', async () => {
    expect(await statuses('GET /v1/machines', {}, { as: 'viewer' }, { as: null })).toEqual([200, 200, 401]);
    for (const name of ['payment', 'practice']) {
      for (const what of [name, `${name}.svg`, `${name}/counts`]) {
        expect(await statuses(`GET /v1/machines/${what}`, {})).toEqual([200]);
      }
    }
    for (const what of ['unknown', 'unknown.svg', 'unknown/counts']) {
      expect(await statuses(`GET /v1/machines/${what}`, {})).toEqual([404]);
    }
  });
});

describe('webhooks are answered as described', () => {
  it('from the registration to the deliveries, which are themselves as described', async () => {
    const registration = { url: receiver.url, eventTypes: EVENT_TYPES };
    const { body: endpoint } = await ask<NewEndpoint>('POST /v1/webhooks', { body: registration });
    const path = `/v1/webhooks/${endpoint.webhookId}`;
    const payment = await readyPayment();
    await atIris(payment, 'paid');
    await eventually(
      () => Promise.resolve(receiver.heard.some((heard) => heard.includes('practice.settled')) ? true : null),
      'the practice is told of',
    );
    for (const { headers, body, event } of receiver.received) {
      expect([event.type, check.faultsOfMessage(event.type, headers, body)]).toEqual([event.type, []]);
    }
    const { body: page } = await ask<{ items: DeliveryView[] }>(`GET ${path}/deliveries?limit=3`);
    const again = `${path}/deliveries/${page.items[0]?.deliveryId ?? ''}/redeliver`;
    expect(await statuses(`GET ${path}/deliveries?cursor=x`, {})).toEqual([400]);
    expect(await statuses(`POST ${again}`, {}, { as: 'viewer' })).toEqual([202, 403]);
    expect(await statuses(`POST ${path}/deliveries/none/redeliver`, {})).toEqual([404]);
    expect(await statuses('GET /v1/webhooks', {}, { as: 'viewer' })).toEqual([200, 200]);
    expect(await statuses('GET /v1/webhooks?limit=0', {})).toEqual([400]);
    expect(await statuses(`POST ${path}/rotate-secret`, {}, { as: 'viewer' })).toEqual([200, 403]);
    receiver.react = () => 410;
    await ask(`POST ${again}`);
    await eventually(
      async () => ((await ask(`POST ${again}`)).status === 409 ? true : null),
      'the endpoint is disabled',
    );
    expect(await statuses('GET /v1/webhooks', {})).toEqual([200]);
    receiver.react = () => 204;
    expect(await statuses(`POST ${path}/enable`, {}, {}, { as: 'viewer' })).toEqual([200, 200, 403]);
    expect(await statuses(`POST ${again}`, {})).toEqual([202]);
    expect(await statuses(`DELETE ${path}`, { as: 'viewer' }, {}, {})).toEqual([403, 204, 404]);
    expect(await statuses(`POST ${path}/rotate-secret`, {})).toEqual([404]);
    expect(await statuses(`POST ${path}/enable`, {})).toEqual([404]);
    expect(await statuses(`GET ${path}/deliveries`, {})).toEqual([404]);
    const nowhere = { ...registration, url: 'ftp://example.org' };
    expect(await statuses('POST /v1/webhooks', { body: nowhere }, { body: {} }, { as: 'viewer', body: {} })).toEqual([
      422, 400, 403,
    ]);
  });
});

describe('what needs no key is answered as described', () => {
  it('how the service is, and what describes it', async () => {
    for (const path of ['/status', '/health/live', '/health/ready', '/openapi.json', '/asyncapi.json', '/docs']) {
      expect(await statuses(`GET ${path}`, { as: null })).toEqual([200]);
    }
    expect(await statuses('GET /docs/', { as: null })).toEqual([308]);
    expect(await statuses('GET /metrics', {}, { as: 'viewer' }, { as: null })).toEqual([200, 200, 401]);
    expect(await statuses('HEAD /status', { as: null })).toEqual([200]);
    expect((await ask('GET /openapi.json', { as: null })).body).toEqual({
      ...(JSON.parse(JSON.stringify(document)) as object),
      servers: [
        { url: stack.apiUrl.replace('127.0.0.1', 'localhost'), description: expect.any(String), 'x-sandbox': true },
      ],
    });
  });

  it('the payer who comes back, and IRIS', async () => {
    const { paymentId } = await readyPayment();
    const { rows } = await stack.pool.query<{ token: string }>(
      'select return_token as token from payments.return_token where payment_id = $1',
      [paymentId],
    );
    expect(await statuses(`GET /return/${rows[0]?.token ?? ''}`, { as: null })).toEqual([303]);
    expect(await statuses('GET /return/nobody', { as: null })).toEqual([404]);
    expect(await statuses('GET /return/%E0%A4%A', { as: null })).toEqual([400]);
    const xml = { 'content-type': 'text/xml' };
    expect(
      await statuses(
        'POST /iris/notifications',
        { as: null, headers: xml, body: notification('99999999999999999') },
        { as: null, headers: xml, body: '<x/>' },
        { as: null, headers: xml, body: 'x'.repeat(1_100_000) },
        { as: null, headers: { 'content-type': 'text/xml; charset=klingon' }, body: '<x/>' },
        { as: null, body: '{' },
        { as: null, headers: xml, body: notification('99999999999999999').replace('16.00', 'x') },
      ),
    ).toEqual([200, 400, 413, 415, 400, 500]);
  });

  it('what there is not', async () => {
    expect(await statuses('GET /v1/nothing', {}, { as: null })).toEqual([404, 401]);
    expect(await statuses('PATCH /v1/payments', { body: {} })).toEqual([404]);
    expect(await statuses('GET /nothing', {})).toEqual([404]);
  });
});

describe('the description as a whole', () => {
  it('was asked for to the last operation, and each was answered well at least once', () => {
    const ids = Object.values(document.paths).flatMap((methods) =>
      Object.values(methods).map((operation) => (operation as { readonly operationId: string }).operationId),
    );
    const well = [...check.seen].filter((answer) => /^\w+ [23]/.test(answer)).map((answer) => answer.split(' ')[0]);
    expect(ids.filter((id) => !well.includes(id))).toEqual([]);
  });
});
