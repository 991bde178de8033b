import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Job } from 'bullmq';
import { Webhook } from 'standardwebhooks';
import { openQueueBackend, openQueueServer } from '#libs/engine';
import type { PaymentView, PracticeView, Problem } from '#libs/payments';
import { EVENT_TYPES } from '#libs/payments';
import type { CloudEvent, DeliveryView, Endpoint, NewEndpoint } from '#libs/webhooks';
import { EVENT_QUEUE } from '#libs/webhooks';
import { describeOnEachQueue } from '#libs/testkit';
import { Receiver } from '../libs/webhooks/receiver.fixture.js';
import { practice } from './practice.fixture.js';
import type { Answer, Stack } from './stack.js';
import { environmentOf, eventually, startStack } from './stack.js';

let stack: Stack;

const register = <Body = NewEndpoint>(body: unknown): Promise<Answer<Body>> =>
  stack.call<Body>('POST', '/v1/webhooks', body);

/** A practice whose payer pays at the sandbox; answers its payment. */
async function paid(): Promise<{ readonly practiceId: string; readonly paymentId: string; readonly url: string }> {
  const body = practice();
  await stack.call('POST', '/v1/practices', body);
  const view = (): Promise<PaymentView | undefined> =>
    stack.call<PracticeView>('GET', `/v1/practices/${body.practiceId}`).then((answer) => answer.body.payments[0]);
  const payment = await eventually(async () => {
    const found = await view();
    return found?.allowedActions.includes('redirect') ? found : null;
  }, 'the payment is ready');
  const { paymentId, attempt } = payment;
  const { body: redirected } = await stack.call<{ redirectUrl: string }>('POST', `/v1/payments/${paymentId}/redirect`);
  await stack.sandbox('POST', `/sandbox/pay/${attempt.positions[0]?.idPagamento ?? ''}`);
  await eventually(async () => ((await view())?.state === 'paid' ? true : null), 'the payment is paid');
  return { practiceId: body.practiceId, paymentId, url: redirected.redirectUrl };
}

const shortName = ({ type }: CloudEvent): string => type.replace(/^it\.toscana\.portos\.|\.v1$/g, '');

describe('webhooks', () => {
  let receiver: Receiver;
  let endpoint: NewEndpoint;
  beforeAll(async () => {
    stack = await startStack({ WEBHOOK_ALLOW_PRIVATE: 'true' });
    receiver = await Receiver.open();
    endpoint = (await register({ url: receiver.url, eventTypes: EVENT_TYPES })).body;
  }, 60_000);
  afterAll(async () => {
    await receiver.close();
    await stack.stop();
  });

  it('tell what happens to a payment, in its order, and that the practice is settled', async () => {
    const { practiceId, paymentId, url } = await paid();
    const of = (subject: string) => receiver.received.filter(({ event }) => event.subject === subject);
    await eventually(
      () => Promise.resolve(of(practiceId).length === 1 && of(paymentId).length === 4 ? true : null),
      'all is told',
    );
    const names = of(paymentId).map(({ event }) => shortName(event));
    expect(names).toEqual(['payment.initialized', 'payment.redirected', 'payment.paid', 'payment.receipt-available']);
    expect(of(practiceId).map(({ event }) => shortName(event))).toEqual(['practice.settled']);
    const { body: view } = await stack.call<PaymentView>('GET', `/v1/payments/${paymentId}`);
    expect(of(paymentId)[2]?.event.data).toMatchObject({
      paymentId,
      practiceId,
      state: 'paid',
      amount: view.amount,
      items: view.items,
      message: view.message,
    });
    const verifier = new Webhook(endpoint.secret);
    for (const { body, headers } of receiver.received) verifier.verify(body, headers as Record<string, string>);
    const all = receiver.received.map(({ body }) => body).join('\n');
    for (const secret of [url, 'RSSMRA80A01H501U', 'mario.rossi']) expect(all).not.toContain(secret);
  });

  it('show their secret once', async () => {
    expect(endpoint.secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    const { body, status } = await stack.call<{ items: Endpoint[]; nextCursor: null }>('GET', '/v1/webhooks');
    expect(status).toBe(200);
    expect(body).toMatchObject({
      items: [{ webhookId: endpoint.webhookId, url: receiver.url, eventTypes: EVENT_TYPES, disabledAt: null }],
      nextCursor: null,
    });
    expect(JSON.stringify(body)).not.toContain('whsec_');
  });

  it('show how each message stands, a page at a time, and send one again when they are asked to', async () => {
    const path = `/v1/webhooks/${endpoint.webhookId}/deliveries`;
    const newest = await eventually(async () => {
      const { body } = await stack.call<{ items: DeliveryView[]; nextCursor: string }>('GET', `${path}?limit=1`);
      return body.items[0]?.status === 'delivered' ? body : null;
    }, 'the last message is delivered');
    expect(newest.items[0]).toMatchObject({ status: 'delivered', tries: 1, lastStatusCode: 204, nextTryAt: null });
    const { body: next } = await stack.call<{ items: DeliveryView[] }>('GET', `${path}?cursor=${newest.nextCursor}`);
    expect(next.items.map(({ deliveryId }) => deliveryId)).not.toContain(newest.items[0]?.deliveryId);
    const count = receiver.received.length;
    const again = await stack.call('POST', `${path}/${newest.items[0]?.deliveryId ?? ''}/redeliver`);
    expect(again.status).toBe(202);
    await receiver.until(count + 1);
    expect(receiver.received.at(-1)?.headers['webhook-id']).toBe(newest.items[0]?.eventId);
  });

  it('are given a new secret, shown once', async () => {
    const path = `/v1/webhooks/${endpoint.webhookId}/rotate-secret`;
    const { status, body } = await stack.call<{ secret: string; formerLiveUntil: string }>('POST', path);
    expect(status).toBe(200);
    expect(body.secret).toMatch(/^whsec_/);
    expect(body.secret).not.toBe(endpoint.secret);
    expect(Date.parse(body.formerLiveUntil)).toBeGreaterThan(Date.now());
  });

  it.each([
    [{ url: 'https://example.org/' }, 400, '/eventTypes'],
    [{ eventTypes: [EVENT_TYPES[0]] }, 400, '/url'],
    [{ url: 'https://example.org/', eventTypes: [] }, 400, '/eventTypes'],
    [{ url: 'https://example.org/', eventTypes: ['paid'] }, 400, '/eventTypes/0'],
    [{ url: 'https://example.org/', eventTypes: [EVENT_TYPES[0], EVENT_TYPES[0]] }, 400, '/eventTypes'],
    [{ url: 'https://example.org/', eventTypes: [EVENT_TYPES[0]], secret: 'mine' }, 400, '/secret'],
    [{ url: 'nowhere', eventTypes: [EVENT_TYPES[0]] }, 422, '/url'],
    [{ url: 'ftp://example.org/', eventTypes: [EVENT_TYPES[0]] }, 422, '/url'],
  ])('%j is no endpoint', async (body, status, pointer) => {
    const answer = await register<Problem>(body);
    expect(answer.status).toBe(status);
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
    expect(answer.body.errors?.map((error) => error.pointer)).toEqual([pointer]);
  });

  it('that there are not are 404s', async () => {
    const nobody = `/v1/webhooks/whk_${'0'.repeat(32)}`;
    const own = `/v1/webhooks/${endpoint.webhookId}/deliveries`;
    for (const [method, path] of [
      ['DELETE', nobody],
      ['GET', `${nobody}/deliveries`],
      ['POST', `${nobody}/enable`],
      ['POST', `${nobody}/rotate-secret`],
      ['POST', `${nobody}/deliveries/dlv_${'0'.repeat(32)}/redeliver`],
      ['POST', `${own}/dlv_${'0'.repeat(32)}/redeliver`],
      ['POST', `${own}/%00/redeliver`],
      ['DELETE', '/v1/webhooks/%00'],
    ] as const) {
      expect([path, (await stack.call(method, path)).status]).toEqual([path, 404]);
    }
    for (const query of ['?cursor=x', '?limit=0', '?limit=201']) {
      expect([query, (await stack.call('GET', `${own}${query}`)).status]).toEqual([query, 400]);
    }
    expect((await stack.call('GET', '/v1/webhooks?cursor=1')).status).toBe(400);
    expect((await stack.call('GET', '/v1/webhooks', undefined, {})).status).toBe(401);
  });

  it('that are deleted are told nothing more', async () => {
    const other = await Receiver.open();
    const { body } = await register({ url: other.url, eventTypes: [EVENT_TYPES[0]] });
    expect((await stack.call('DELETE', `/v1/webhooks/${body.webhookId}`)).status).toBe(204);
    const count = receiver.received.length;
    await stack.call('POST', '/v1/practices', practice());
    await receiver.until(count + 1);
    expect(other.received).toEqual([]);
    await other.close();
  });
});

describe('webhooks, as long as nobody allowed private addresses', () => {
  beforeAll(async () => {
    stack = await startStack();
  }, 60_000);
  afterAll(() => stack.stop());

  it.each([
    'http://example.org/',
    'https://localhost/',
    'https://0x7f.1/',
    'https://169.254.169.254/',
    'https://10.0.0.1/',
  ])('%s is refused in plain words', async (url) => {
    const { status, body } = await register<Problem>({ url, eventTypes: [EVENT_TYPES[0]] });
    expect(status).toBe(422);
    expect(body.errors).toEqual([{ pointer: '/url', message: expect.stringMatching(/^(must|names|the address) /) }]);
  });
});

describeOnEachQueue('the queue of events', (leg) => {
  beforeAll(async () => {
    stack = await startStack({ EVENTS_QUEUE: 'on', ...environmentOf(leg) });
  }, 60_000);
  afterAll(() => stack.stop());

  it('holds one job for each event, named by its id, in the order of each subject', async () => {
    const { paymentId } = await paid();
    const backend = await openQueueBackend(stack.queues);
    const server = openQueueServer(backend, stack.queues.prefix);
    const queue = server.openQueue(EVENT_QUEUE);
    const jobs = await eventually(async () => {
      const found = (await queue.getJobs(['waiting'], 0, 99, true)) as Job<CloudEvent>[];
      return found.some(({ data }) => shortName(data) === 'payment.receipt-available') ? found : null;
    }, 'the jobs are there');
    const ofPayment = jobs.filter(({ data }) => data.subject === paymentId);
    expect(ofPayment.map(({ name }) => name.split('.').at(-2))).toEqual([
      'initialized',
      'redirected',
      'paid',
      'receipt-available',
    ]);
    for (const { id, name, data } of jobs) expect(data).toMatchObject({ id, type: name, specversion: '1.0' });
    server.disconnect();
    await queue.close();
    await backend.close();
  });
});
