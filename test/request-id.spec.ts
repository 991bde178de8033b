import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createCommandProducer } from '#libs/client';
import { openQueueBackend, openQueueServer } from '#libs/engine';
import type { HistoryItem, PaymentView, PracticeView } from '#libs/payments';
import { COMMAND_QUEUE, EVENT_TYPES } from '#libs/payments';
import { Receiver } from '../libs/webhooks/receiver.fixture.js';
import { practice } from './practice.fixture.js';
import type { Stack } from './stack.js';
import { eventually, startStack } from './stack.js';

type Line = Readonly<Record<string, unknown>> & { readonly msg: string };

const lines: Line[] = [];
let stack: Stack;
let receiver: Receiver;

beforeAll(async () => {
  const note = (facts: object, msg: string) => void lines.push({ ...facts, msg });
  const log = { debug: note, info: note, warn: note, error: note };
  stack = await startStack({ WEBHOOK_ALLOW_PRIVATE: 'true' }, log);
  receiver = await Receiver.open();
  await stack.call('POST', '/v1/webhooks', { url: receiver.url, eventTypes: EVENT_TYPES });
}, 60_000);

afterAll(async () => {
  await receiver.close();
  await stack.stop();
});

const asked = (requestId: string) => ({ authorization: `Bearer ${stack.apiKey}`, 'x-request-id': requestId });

const paymentOf = async (practiceId: string): Promise<PaymentView | undefined> =>
  (await stack.call<Partial<PracticeView>>('GET', `/v1/practices/${practiceId}`)).body.payments?.[0];

/** A payment that the payer may be redirected for, opened by the request that is named. */
async function ready(requestId: string): Promise<PaymentView> {
  const body = practice();
  await stack.call('POST', '/v1/practices', body, asked(requestId));
  return eventually(async () => {
    const payment = await paymentOf(body.practiceId);
    return payment?.allowedActions.includes('redirect') ? payment : null;
  }, 'the payment is ready');
}

const historyOf = async (paymentId: string): Promise<readonly HistoryItem[]> =>
  (await stack.call<{ items: HistoryItem[] }>('GET', `/v1/payments/${paymentId}/history`)).body.items;

const linesWith = (msg: RegExp, is: (line: Line) => boolean): Line[] =>
  lines.filter((line) => msg.test(line.msg) && is(line));

const heard = (msg: RegExp, is: (line: Line) => boolean): Promise<Line> =>
  eventually(() => Promise.resolve(linesWith(msg, is)[0] ?? null), `a line of ${msg.source}`);

describe('the id of a request follows a payment', () => {
  it('from HTTP over decision, effect, worker and IRIS to the event that is told outside', async () => {
    const { paymentId, attempt } = await ready('opens-it');
    const [position] = attempt.positions;
    const scenario = { idPagamento: position?.idPagamento, scenario: 'paid', push: false };
    await stack.sandbox('POST', '/sandbox/scenario', scenario);

    const id = 'redirects-the-payer';
    const { headers } = await stack.call('POST', `/v1/payments/${paymentId}/redirect`, undefined, asked(id));
    expect(headers.get('x-request-id')).toBe(id);
    const request = await heard(/redirect 200/, ({ requestId }) => requestId === id);
    expect(request).toMatchObject({ caller: 'env/api-key', method: 'POST' });

    const decision = (await stack.payments.store.readTransitions(paymentId, 0, 100)).find(
      ({ event }) => event.type === 'redirect.requested',
    );
    expect(decision).toMatchObject({ requestId: id, source: 'api' });
    const effects = await stack.payments.store.readEffects(paymentId);
    expect(effects.find(({ type }) => type === 'iris.poll')).toMatchObject({ requestId: id });

    await stack.sandbox('POST', `/sandbox/pay/${position?.idPagamento ?? ''}`);
    const told = await eventually(
      () => Promise.resolve(receiver.received.find(({ event }) => /payment\.paid/.test(event.type)) ?? null),
      'the event is told',
    );
    expect(told.event).toMatchObject({ subject: paymentId, requestid: id });

    const carried = await heard(/effect carried out/, (line) => line['requestId'] === id);
    expect(carried).toMatchObject({ instanceId: paymentId, effectType: 'iris.poll' });
    const message = await heard(/message to IRIS/, (line) => (line['requestIds'] as string[]).includes(id));
    expect(message).toMatchObject({ operation: 'IdpVerificaStatoPagamenti', outcome: 'answered' });
    expect(await heard(/a message was sent/, (line) => line['requestId'] === id)).toMatchObject({ statusCode: 204 });

    const history = await historyOf(paymentId);
    expect(history.map(({ type, requestId }) => [type, requestId])).toEqual(
      expect.arrayContaining([
        ['payment.initialized', 'opens-it'],
        ['attempt.opened', 'opens-it'],
        ['redirect.requested', id],
        ['position.reported', id],
      ]),
    );
  });

  it('also where the browser comes back, and where IRIS notifies', async () => {
    const { paymentId } = await ready('opens-another');
    const { body } = await stack.call<{ redirectUrl: string }>('POST', `/v1/payments/${paymentId}/redirect`);
    const paid = await fetch(`${body.redirectUrl}/pay`, { method: 'POST', redirect: 'manual' });
    await fetch(paid.headers.get('location') ?? '', { redirect: 'manual', headers: { 'x-request-id': 'comes-back' } });
    const history = await eventually(async () => {
      const items = await historyOf(paymentId);
      return items.some(({ type }) => type === 'notification.received') ? items : null;
    }, 'IRIS has notified');
    expect(history.find(({ type }) => type === 'payer.returned')).toMatchObject({ requestId: 'comes-back' });
    const notified = history.find(({ type }) => type === 'notification.received');
    await heard(/iris\/notifications 200/, ({ requestId }) => requestId === notified?.requestId);
  });
});

describe('a command of the queue', () => {
  const withQueue = async (data: object, jobId: string): Promise<void> => {
    const backend = await openQueueBackend(stack.queues);
    const server = openQueueServer(backend, stack.queues.prefix);
    const queue = server.openQueue(COMMAND_QUEUE);
    await queue.add('initialize', data, { jobId });
    server.disconnect();
    await queue.close();
    await backend.close();
  };

  const requestOf = async (practiceId: string): Promise<string | null | undefined> => {
    const payment = await eventually(async () => (await paymentOf(practiceId)) ?? null, 'the job is done');
    return (await historyOf(payment.paymentId))[0]?.requestId;
  };

  it('is followed by what its caller names it', async () => {
    const producer = createCommandProducer({ url: stack.queues.databaseUrl, prefix: stack.queues.prefix });
    const body = practice() as Parameters<typeof producer.initialize>[0];
    await producer.initialize(body, { idempotencyKey: body.practiceId, requestId: 'named-by-portos' });
    expect(await requestOf(body.practiceId)).toBe('named-by-portos');
    await producer.close();
  });

  it('is followed by the id of its job, if it has no other name', async () => {
    const body = practice();
    await withQueue({ ...body, idempotencyKey: body.practiceId }, 'job-of-portos');
    expect(await requestOf(body.practiceId)).toBe('job-of-portos');
  });

  it('is followed by no tax code', async () => {
    const body = practice();
    await withQueue({ ...body, idempotencyKey: body.practiceId }, 'job-of-RSSMRA80A01H501U');
    expect(await requestOf(body.practiceId)).toBeNull();
  });
});
