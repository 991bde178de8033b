import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Server } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import { Queue, Worker, createPostgresBackend } from 'bullmq';
import type { PostgresConnectionOptions } from 'bullmq';
import { Pool } from 'pg';
import { createEngineDatabase, untilTrue, wakeQueueSuite } from '../../testkit/engine/index.js';
import type { WakeQueueBench } from '../../testkit/engine/index.js';
import { EFFECT_CLASSES } from '../core/effect.js';
import { wakeWorkerOptions, workerConnection } from './backend.js';
import type { QueueBackend } from './backend.js';
import { createWakeQueue, readWakeJob, wakeQueueName } from './wake-queue.js';

/** A port on which nobody listens: reserved for the TCP port multiplexer of 1988. */
const DEAD_PORT = 1;
const PREFIX = 'portos-spec';

async function onPostgres(): Promise<WakeQueueBench> {
  const database = await createEngineDatabase({ queue: true });
  const pool = new Pool({ connectionString: database.url, max: 20, options: '-c search_path=bullmq,public' });
  const connection = pool as unknown as PostgresConnectionOptions;
  const queue = createWakeQueue({ backend: { kind: 'postgres', pool }, prefix: PREFIX });
  return {
    queue,
    database,
    work: async (effectClass, run) => {
      const worker = new Worker(
        wakeQueueName(effectClass),
        (job) => run(readWakeJob(job.data)),
        { connection, ...wakeWorkerOptions(effectClass) },
        createPostgresBackend,
      );
      await worker.waitUntilReady();
      return worker;
    },
    wipe: async () => {
      await pool.query('truncate bullmq.job cascade');
    },
    deadQueue: () => {
      const url = `postgres://nobody@127.0.0.1:${DEAD_PORT}/none`;
      const dead = new Pool({ connectionString: url, connectionTimeoutMillis: 1_000 });
      return Promise.resolve(createWakeQueue({ backend: { kind: 'postgres', pool: dead }, prefix: PREFIX }));
    },
    close: async () => {
      await queue.close();
      await pool.end();
      await database.close();
    },
  };
}

async function onRedis(url: string): Promise<WakeQueueBench> {
  const database = await createEngineDatabase();
  const backend: QueueBackend = { kind: 'redis', connection: { url } };
  const queue = createWakeQueue({ backend, prefix: PREFIX });
  const board = EFFECT_CLASSES.map((name) => new Queue(wakeQueueName(name), { connection: { url }, prefix: PREFIX }));
  return {
    queue,
    database,
    work: async (effectClass, run) => {
      const worker = new Worker(wakeQueueName(effectClass), (job) => run(readWakeJob(job.data)), {
        connection: workerConnection(backend),
        prefix: PREFIX,
        ...wakeWorkerOptions(effectClass),
      });
      await worker.waitUntilReady();
      return worker;
    },
    wipe: async () => {
      await Promise.all(board.map((each) => each.obliterate({ force: true })));
    },
    deadQueue: () => {
      const connection = { url: `redis://127.0.0.1:${DEAD_PORT}` };
      return Promise.resolve(createWakeQueue({ backend: { kind: 'redis', connection }, prefix: PREFIX }));
    },
    close: async () => {
      await Promise.all([queue.close(), ...board.map((each) => each.close())]);
      await database.close();
    },
  };
}

wakeQueueSuite('BullMQ on PostgreSQL', onPostgres);

const redisUrl = process.env['REDIS_URL'];
if (redisUrl) {
  wakeQueueSuite('BullMQ on Redis', () => onRedis(redisUrl));
  describe('wake queue on BullMQ on Redis', () => {
    it('works once its server is there, though it was not when the queue was made', async () => {
      const address = await freeAddress();
      const url = new URL(redisUrl);
      url.host = `${address.host}:${address.port}`;
      const queue = createWakeQueue({ backend: { kind: 'redis', connection: { url: url.href } }, prefix: PREFIX });
      await expect(queue.waiting('poll')).rejects.toThrow();
      const proxy = proxyTo(new URL(redisUrl)).listen(address);
      await untilTrue(() =>
        queue.waiting('poll').then(
          () => true,
          () => false,
        ),
      );
      await queue.close();
      proxy.close();
    });
  });
} else {
  describe('wake queue on BullMQ on Redis', () => {
    it.skip('is tried only where REDIS_URL names a server', () => undefined);
  });
}

describe('a wake job', () => {
  it('is refused unless it names its effects', () => {
    for (const data of [null, {}, { effects: 'all' }, { effects: [{ instanceId: 'a' }] }, { effects: [null] }]) {
      expect(() => readWakeJob(data)).toThrow(TypeError);
    }
  });
});

/** An address where nobody listens, and we may. */
async function freeAddress(): Promise<{ host: string; port: number }> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return { host: '127.0.0.1', port };
}

function proxyTo({ hostname, port }: URL): Server {
  return createServer((near) => {
    const far = connect(Number(port || 6379), hostname);
    near.on('error', () => far.destroy()).on('close', () => far.destroy());
    far.on('error', () => near.destroy()).on('close', () => near.destroy());
    near.pipe(far).pipe(near);
  });
}
