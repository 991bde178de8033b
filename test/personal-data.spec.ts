import { randomBytes } from 'node:crypto';
import { Logger } from '@nestjs/common';
import type { Queue } from 'bullmq';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { EFFECT_CLASSES, openQueueBackend, openQueueServer, wakeQueueName } from '#libs/engine';
import type { PaymentView, PracticeView } from '#libs/payments';
import { COMMAND_QUEUE, EVENT_TYPES } from '#libs/payments';
import { createSealer, SealBroken } from '#libs/platform';
import type { QueueLeg } from '#libs/testkit';
import { describeOnRedis } from '#libs/testkit';
import { EVENT_QUEUE } from '#libs/webhooks';
import { Receiver } from '../libs/webhooks/receiver.fixture.js';
import { EMAIL, foundIn, PAYER, SENTENCE, TAX_CODE } from './personal-data/canary.js';
import type { Smuggled, SmuggledJob } from './personal-data/doors.js';
import { jobsFor, notificationsFor, requestsFor, RIGHT } from './personal-data/doors.js';
import { Ear } from './personal-data/ear.js';
import { Stored } from './personal-data/stored.js';
import { bolli, istruttoria, practice } from './practice.fixture.js';
import type { Stack } from './stack.js';
import { environmentOf, eventually, startStack } from './stack.js';

/**
 * A payer whose data occurs nowhere else goes all the way to paid; then the data is brought by every door, where it does not
 * belong. All that is kept or was said meanwhile is searched for it.
 */

const KEY = randomBytes(32);
const PLACES = [COMMAND_QUEUE, EVENT_QUEUE, ...EFFECT_CLASSES.map(wakeQueueName)];

describe('personal data, with the queues in PostgreSQL,', () => claims({ name: 'PostgreSQL', redisUrls: () => null }));
describeOnRedis('personal data', claims);

function claims(leg: QueueLeg): void {
  let ear: Ear;
  let stack: Stack;
  let stored: Stored;
  let receiver: Receiver;
  /** Whatever somebody outside was told, and by what. */
  const told: Told[] = [];
  const body = practice({ practiceType: 'istanza', payer: PAYER, charges: [bolli(2), istruttoria()] });

  beforeAll(async () => {
    ear = new Ear();
    ear.open();
    const settings = { EVENTS_QUEUE: 'on', WEBHOOK_ALLOW_PRIVATE: 'true', AUTH_FAILURES_PER_MINUTE: '0' };
    const environment = {
      ...settings,
      ...environmentOf(leg),
      ENCRYPTION_KEY: KEY.toString('base64'),
      LOG_LEVEL: 'trace',
    };
    stack = await startStack(environment, ear.log);
    ear.listenToFramework();
    stored = new Stored(stack);
    receiver = await Receiver.open();
    await stack.call('POST', '/v1/webhooks', { url: receiver.url, eventTypes: EVENT_TYPES });
    await payAll(stack, stored, ear, body);
    const [payment] = (await stack.call<PracticeView>('GET', `/v1/practices/${body.practiceId}`)).body.payments;
    if (!payment) throw new Error('the practice has a payment');
    await smuggleAll(payment);
    Logger.error(new Error('to show that what is logged is heard'));
    await stored.look();
  }, 180_000);

  afterAll(async () => {
    await receiver.close();
    await stack.stop();
    ear.close();
  });

  async function smuggleAll(payment: PaymentView): Promise<void> {
    ear.ignoreRequestsTo(stack.apiUrl);
    let count = 0;
    for (const smuggled of requestsFor(payment)) {
      told.push({ by: smuggled, ...(await send(stack, smuggled, (count += 1))) });
    }
    await enqueue(stack, jobsFor(payment));
    for (const xml of notificationsFor(payment.attempt.positions[0]?.idPagamento ?? '')) {
      told.push({ text: JSON.stringify((await stack.call('POST', '/iris/notifications', xml)).body) });
    }
    const addresses = [...boardPaths.map((path) => `${stack.apiUrl}/queues${path}`), `${stack.apiUrl}/metrics`];
    for (const url of [...addresses, `${stack.workerUrl}/metrics`]) told.push({ text: await textOf(stack, url) });
    told.push(...receiver.received.map(({ headers, body: text }) => ({ text: JSON.stringify([headers, text]) })));
  }

  it('would be found, were they there', () => {
    const encodings = [
      (text: string) => Buffer.from(text).toString('base64'),
      (text: string) => Buffer.from(text).toString('hex'),
      encodeURIComponent,
    ];
    for (const canary of [TAX_CODE, EMAIL]) {
      expect(foundIn(`a ${canary}.`)).not.toEqual([]);
      for (const before of ['', 'x', 'xy']) {
        for (const encode of encodings)
          expect(foundIn(`… ${encode(`${before}${canary}, and more`)} …`)).not.toEqual([]);
      }
    }
    const said = ear.said.join('');
    for (const part of ['what is logged is heard', 'effect carried out', 'message to IRIS', 'command of the queue']) {
      expect(said).toContain(part);
    }
    expect(ear.urls).toContain(`/v1/practices/${body.practiceId}`);
    for (const part of ['/iris/services/', '/iris/gateway/', '/return/', '/iris/notifications', 'portos.example.org']) {
      expect(ear.urls.filter((url) => url.includes(part))).not.toEqual([]);
    }
    for (const part of ['payment.paid', 'portos_instances{', 'portos_commands_total{']) {
      expect(told.filter(({ text }) => text.includes(part))).not.toEqual([]);
    }
  });

  it('stand in no column of any table, and in no value of Redis', () => {
    const { places } = stored;
    expect(places.get('payments.attestation')).toContain('bolli');
    expect(places.get('engine.transition')).toContain('position.reported');
    expect(places.get('payments.idempotency_key')).toContain('/v1/');
    const jobs = [...places].filter(([place]) => /^bullmq\.|^redis /.test(place)).map(([, text]) => text);
    expect(jobs.join('\n')).toContain(body.practiceId);
    const offences = [...places].flatMap(([place, text]) => foundIn(text).map((needle) => `${place}: ${needle}`));
    expect(offences).toEqual([]);
  });

  it('stand in no job, whoever put it there and however it ended', async () => {
    const texts = await onQueues(stack, async (queue) => (await queue.getJobs()).map((job) => JSON.stringify(job)));
    expect(texts.flat().length).toBeGreaterThan(10);
    expect(texts.flat().flatMap(foundIn)).toEqual([]);
  });

  it('are neither printed nor logged, at no level', () => {
    expect(ear.said.filter((line) => foundIn(line).length > 0)).toEqual([]);
  });

  it('stand in no URL', () => {
    expect(ear.urls.flatMap(foundIn)).toEqual([]);
  });

  it('are told to nobody: in no answer, no message of a webhook, on no page of the board', () => {
    expect(told.filter(({ text }) => foundIn(text).length > 0)).toEqual([]);
  });

  it('are refused where they do not belong, with a fault of the request and never one of ours', () => {
    const refused = told.filter(({ by }) => by && by.method !== 'GET' && by.what !== RIGHT);
    expect(refused.length).toBeGreaterThan(30);
    expect(refused.filter(({ status = 0 }) => status < 400 || status >= 500)).toEqual([]);
    expect(told.filter(({ status = 0 }) => status >= 500)).toEqual([]);
  });

  it('are opened by the key alone, and only where they belong', async () => {
    const { rows } = await stack.pool.query<{ sealed: Buffer }>(
      'select sealed from payments.payer where practice_id = $1',
      [body.practiceId],
    );
    const sealed = rows[0]?.sealed ?? Buffer.alloc(0);
    const context = `payer/${body.practiceId}`;
    expect(createSealer(KEY).open(sealed, context)).toEqual(PAYER);
    expect(() => createSealer(randomBytes(32)).open(sealed, context)).toThrow(SealBroken);
    expect(() => createSealer(KEY).open(sealed, 'payer/another')).toThrow(SealBroken);
  });

  it('do not stay in a queue as the name of a job', async () => {
    await enqueue(stack, [{ queue: COMMAND_QUEUE, name: SENTENCE, data: {} }], `job-${TAX_CODE}`);
    const [jobs] = await onQueues(stack, (queue) => queue.getJobs());
    expect(jobs?.filter(({ name, id }) => foundIn(`${name} ${id ?? ''}`).length > 0)).toEqual([]);
  });
}

/** An answer or a message. */
interface Told {
  readonly by?: Smuggled;
  readonly status?: number;
  readonly text: string;
}

/** Both payments of a practice, to their attestations, in the payer's own browser. */
async function payAll(stack: Stack, stored: Stored, ear: Ear, body: ReturnType<typeof practice>): Promise<void> {
  const { status } = await stack.call('POST', '/v1/practices', body);
  expect(status).toBe(202);
  await stored.look();
  const ready = await eventually(async () => {
    const { body: view } = await stack.call<PracticeView>('GET', `/v1/practices/${body.practiceId}`);
    return view.payments.every((payment) => payment.allowedActions.includes('redirect')) ? view : null;
  }, 'every payment is ready');
  for (const { paymentId } of ready.payments) {
    const { body: sent } = await stack.call<{ redirectUrl: string }>('POST', `/v1/payments/${paymentId}/redirect`);
    await stored.look();
    ear.urls.push(...(await browse(sent.redirectUrl)));
    await stack.call('GET', `/v1/payments/${paymentId}/history`);
  }
  await eventually(async () => {
    const { rows } = await stack.pool.query(`select from engine.instance where state = 'paid.receipted'`);
    return rows.length === ready.payments.length ? true : null;
  }, 'every attestation is here');
}

/** The payer's browser: looks at IRIS's page, pays there, and is sent back. Answers the addresses it saw. */
async function browse(redirectUrl: string): Promise<string[]> {
  await (await fetch(redirectUrl)).text();
  const paid = await fetch(`${redirectUrl}/pay`, { method: 'POST', redirect: 'manual' });
  const back = await fetch(paid.headers.get('location') ?? '', { redirect: 'manual' });
  return [redirectUrl, back.headers.get('location') ?? ''];
}

async function send(stack: Stack, { method, path, body, type, headers }: Smuggled, count: number) {
  const response = await fetch(`${stack.apiUrl}${path}`, {
    method,
    redirect: 'manual',
    headers: {
      authorization: `Bearer ${stack.apiKey}`,
      'content-type': type ?? 'application/json',
      'x-request-id': TAX_CODE,
      'user-agent': EMAIL,
      'idempotency-key': `${TAX_CODE}-${count}`,
      ...headers,
    },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = JSON.stringify([...response.headers, await response.text()]);
  return { status: response.status, text };
}

const boardPaths = PLACES.filter((name) => name !== EVENT_QUEUE).flatMap((queue) => [
  ...['latest', 'waiting', 'completed', 'failed'].map(
    (status) => `/api/queues?activeQueue=${queue}&status=${status}&page=1&jobsPerPage=100`,
  ),
]);

async function textOf({ apiKey }: Stack, url: string): Promise<string> {
  const response = await fetch(url, { headers: { authorization: `Bearer ${apiKey}` } });
  return response.text();
}

/** Puts jobs in as somebody would who can reach the server, and waits until each has come to its end. */
async function enqueue(stack: Stack, jobs: readonly SmuggledJob[], jobId?: string): Promise<void> {
  await onQueues(
    stack,
    async (queue) => {
      for (const { name, data } of jobs.filter((job) => job.queue === queue.name)) {
        await queue.add(name, data, jobId === undefined ? {} : { jobId });
      }
      await eventually(
        async () => ((await queue.getJobCountByTypes('waiting', 'active', 'delayed')) === 0 ? true : null),
        `the jobs of ${queue.name} have ended`,
        30_000,
      );
    },
    [...new Set(jobs.map(({ queue }) => queue))],
  );
}

async function onQueues<Answer>(
  stack: Stack,
  work: (queue: Queue) => Promise<Answer>,
  names: readonly string[] = PLACES,
): Promise<Answer[]> {
  const backend = await openQueueBackend(stack.queues);
  const server = openQueueServer(backend, stack.queues.prefix);
  await server.connected();
  const queues = names.map((name) => server.openQueue(name));
  try {
    return await Promise.all(queues.map(work));
  } finally {
    server.disconnect();
    await Promise.all(queues.map((queue) => queue.close()));
    await backend.close();
  }
}
