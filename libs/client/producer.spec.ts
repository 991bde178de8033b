import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { createRedisBackend, Queue, Worker } from 'bullmq';
import { Cluster } from 'ioredis';
import type { RedisServer } from '#libs/platform';
import { hasRedisServer, startRedisCluster, startRedisServer } from '#libs/platform';
import { createTestDatabase } from '#libs/testkit';
import { migrateAll } from '#libs/payments';
import { CommandFailed, QueueUnreachable, ResultUnknown } from './errors.js';
import type { CommandProducer } from './producer.js';
import { createCommandProducer } from './producer.js';

const ONCE = { idempotencyKey: 'once' };
const TAX_CODE = 'RSSMRA80A01H501U';
const BODY = {
  practiceId: 'P-1',
  practiceType: 'fineLavori',
  payer: { fiscalCode: TAX_CODE, email: 'mario.rossi@example.org' },
  charges: [{ kind: 'bolli', stampDuties: [] }],
  returnUrl: 'https://portos.example.org/pratiche',
} as const;
/** A port on which nobody listens: reserved for the TCP port multiplexer of 1988. */
const DEAD_PORT = 1;

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
});

function producerAt(url: string | readonly string[]): CommandProducer {
  const producer = createCommandProducer({ url });
  closing.push(() => producer.close());
  return producer;
}

describe('a queue whose server cannot be reached', () => {
  const attempt = async (url: string | readonly string[]) => {
    const before = performance.now();
    const error = await producerAt(url)
      .initialize(BODY, ONCE)
      .catch((refused: unknown) => refused);
    expect(error).toBeInstanceOf(QueueUnreachable);
    expect(performance.now() - before).toBeLessThan(8_000);
    expect(JSON.stringify([error, String(error), (error as Error).cause])).not.toMatch(/RSSMRA|mario|secret/);
  };

  it.each([
    `redis://:secret@127.0.0.1:${DEAD_PORT}`,
    `rediss://:secret@127.0.0.1:${DEAD_PORT}`,
    `postgres://nobody:secret@127.0.0.1:${DEAD_PORT}/none`,
  ])('is told within seconds: %s', attempt);
  it('is told within seconds: a cluster', () =>
    attempt([`redis://:secret@127.0.0.1:${DEAD_PORT}`, `redis://127.0.0.1:${DEAD_PORT}`]));

  it.each(['redis', 'postgres'])(
    'is told within seconds, though the server takes the call and never answers: %s',
    async (scheme) => {
      const callers: Socket[] = [];
      const server = createServer((caller) => callers.push(caller.on('error', () => undefined)));
      const { port } = await listening(server);
      closing.push(() => server.close());
      closing.push(() => callers.forEach((caller) => caller.destroy()));
      await attempt(`${scheme}://nobody:secret@127.0.0.1:${port}/0`);
    },
  );

  it.each(['', 'http://localhost', [], ['postgres://a/b', 'postgres://c/d'], ['redis://a', 'http://b']])(
    'is none that it knows: %j',
    (url) => {
      expect(() => createCommandProducer({ url })).toThrow(TypeError);
    },
  );
});

describe('a producer', () => {
  it('on PostgreSQL works once the tables are there, though they were not at first', async () => {
    const database = await createTestDatabase({ name: 'payments', migrate: migrateAll });
    closing.push(() => database.drop());
    const wrong = new URL(database.url);
    wrong.pathname = '/postgres';
    await expect(producerAt(wrong.href).verify({ paymentId: 'p' }, ONCE)).rejects.toThrow(QueueUnreachable);
    const { jobId } = await producerAt(database.url).verify({ paymentId: 'p' }, ONCE);
    expect(jobId).toMatch(/^verify-[0-9a-f-]{36}$/);
  });

  if (!hasRedisServer()) {
    it.skip('on Redis (skipped: redis-server is not installed)', () => undefined);
    return;
  }

  it('on Redis works once its server is there, though it was not at first', async () => {
    const { port } = await freed();
    const producer = producerAt(`redis://127.0.0.1:${port}`);
    await expect(producer.verify({ paymentId: 'p' }, ONCE)).rejects.toThrow(QueueUnreachable);
    const { url } = await startedRedis();
    const door = proxyTo(Number(new URL(url).port)).listen(port, '127.0.0.1');
    closing.push(() => door.close());
    const enqueued = async () => producer.verify({ paymentId: 'p' }, ONCE).catch(() => null);
    let job = await enqueued();
    for (const until = performance.now() + 10_000; job === null && performance.now() < until;) job = await enqueued();
    expect(job).not.toBeNull();
  });

  it('asks for ten attempts with growing pauses, and gives each job an id of its own', async () => {
    const { url } = await startedRedis();
    const producer = producerAt(url);
    const ids = await Promise.all([1, 2].map(() => producer.initialize(BODY, ONCE)));
    expect(new Set(ids.map(({ jobId }) => jobId)).size).toBe(2);
    const queue = queueAt({ url });
    const [job] = await queue.getWaiting();
    expect(job).toMatchObject({ name: 'initialize', data: { ...BODY, ...ONCE } });
    expect(job?.opts).toMatchObject({
      attempts: 10,
      backoff: { type: 'exponential' },
      removeOnComplete: { age: 86_400 },
      removeOnFail: { age: 604_800 },
    });
  });

  it('waits for the answer, for the words of a failure, and no longer than it is told to', async () => {
    const { url } = await startedRedis();
    const producer = producerAt(url);
    const { jobId } = await producer.verify({ paymentId: 'p' }, ONCE);
    await expect(producer.result(jobId, { timeoutMs: 60 })).rejects.toThrow(ResultUnknown);
    await expect(producer.result('verify-never')).rejects.toThrow('nothing is known');
    const other = await producer.annul({ paymentId: 'p', reason: 'x' }, ONCE);
    const waiting = Promise.allSettled([producer.result(jobId), producer.result(other.jobId)]);
    workAt({ url, maxRetriesPerRequest: null });
    expect(await waiting).toMatchObject([
      { status: 'fulfilled', value: { status: 202 } },
      { status: 'rejected', reason: { name: 'CommandFailed', status: 409, message: '409 Not possible now. …' } },
    ]);
  });

  it('knows a cluster by several of its nodes', async () => {
    const cluster = await startRedisCluster();
    closing.push(() => cluster.stop());
    const producer = producerAt(cluster.urls);
    const client = new Cluster([...cluster.urls], { redisOptions: { maxRetriesPerRequest: null } });
    closing.push(() => {
      client.disconnect();
    });
    const jobs = await Promise.all([1, 2, 3].map((attempt) => producer.regenerate({ paymentId: 'p', attempt })));
    workAt(client);
    const answers = await Promise.all(jobs.map(({ jobId }) => producer.result(jobId)));
    expect(answers.map(({ status }) => status)).toEqual([202, 202, 202]);
  });
});

async function startedRedis(): Promise<RedisServer> {
  const server = await startRedisServer();
  closing.push(() => server.stop());
  return server;
}

function queueAt(connection: object): Queue {
  const queue = new Queue('payment-commands', { connection, prefix: '{portos}' }, createRedisBackend);
  closing.push(() => queue.close());
  return queue;
}

/** A worker that answers everything but `annul`. */
function workAt(connection: object): void {
  const work = ({ name }: { name: string }) =>
    name === 'annul'
      ? Promise.reject(Object.assign(new CommandFailed('409 Not possible now. …'), { name: 'UnrecoverableError' }))
      : Promise.resolve({ status: 202, body: {} });
  const worker = new Worker('payment-commands', work, { connection, prefix: '{portos}' }, createRedisBackend);
  worker.on('error', () => undefined);
  closing.push(() => worker.close());
}

async function listening(server: Server): Promise<AddressInfo> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server.address() as AddressInfo;
}

function proxyTo(port: number): Server {
  return createServer((near) => {
    const far = connect(port, '127.0.0.1');
    near.on('error', () => far.destroy()).on('close', () => far.destroy());
    far.on('error', () => near.destroy()).on('close', () => near.destroy());
    near.pipe(far).pipe(near);
  });
}

/** An address where nobody listens, and we may. */
async function freed(): Promise<AddressInfo> {
  const server = createServer();
  const address = await listening(server);
  server.close();
  await once(server, 'close');
  return address;
}
