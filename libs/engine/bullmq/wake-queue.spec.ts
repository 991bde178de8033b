import { describe, expect, it } from '@jest/globals';
import { Queue, Worker } from 'bullmq';
import { Pool } from 'pg';
import { freePort, hasRedisServer, startRedisServer } from '#libs/platform';
import { describeOnEachQueue } from '#libs/testkit';
import { createEngineDatabase, untilTrue, wakeQueueSuite } from '../../testkit/engine/index.js';
import type { WakeQueueBench } from '../../testkit/engine/index.js';
import { EFFECT_CLASSES } from '../core/effect.js';
import { openQueueBackend, openWorkerConnection, useQueueBackend, wakeWorkerOptions } from './backend.js';
import type { QueueBackend } from './backend.js';
import { createWakeQueue, readWakeJob, wakeQueueName } from './wake-queue.js';

/** A port on which nobody listens: reserved for the TCP port multiplexer of 1988. */
const DEAD_PORT = 1;
const PREFIX = '{portos-spec}';

async function openBench(redisUrls: readonly string[] | null): Promise<WakeQueueBench> {
  const database = await createEngineDatabase({ queue: redisUrls === null });
  const backend = await openQueueBackend({ databaseUrl: database.url, redisUrls });
  const queue = createWakeQueue({ backend, prefix: PREFIX });
  const connection = openWorkerConnection(backend);
  const options = { connection: connection.options, prefix: PREFIX };
  useQueueBackend(backend);
  const workers: Worker[] = [];
  const board = EFFECT_CLASSES.map((name) => new Queue(wakeQueueName(name), options));
  return {
    queue,
    database,
    work: async (effectClass, run) => {
      const worker = new Worker(wakeQueueName(effectClass), (job) => run(readWakeJob(job.data)), {
        ...options,
        ...wakeWorkerOptions(effectClass),
      });
      worker.on('error', () => undefined); // as the worker process hears it: a connection that ends
      await worker.waitUntilReady();
      workers.push(worker);
      return { close: () => connection.drain([worker]) };
    },
    wipe: async () => {
      await Promise.all(board.map((each) => each.obliterate({ force: true })));
    },
    deadQueue: () => Promise.resolve(createWakeQueue({ backend: deadBackend(backend), prefix: PREFIX })),
    close: async () => {
      await Promise.all([queue.close(), ...board.map((each) => each.close())]);
      connection.close();
      await Promise.all(workers.map((worker) => worker.close())); // none is left hanging
      await backend.close();
      await database.close();
    },
  };
}

function deadBackend(backend: QueueBackend): QueueBackend {
  if (backend.kind === 'redis') {
    return { kind: 'redis', address: { ...backend.address, urls: [`redis://127.0.0.1:${DEAD_PORT}`] } };
  }
  const url = `postgres://nobody@127.0.0.1:${DEAD_PORT}/none`;
  return { kind: 'postgres', pool: new Pool({ connectionString: url, connectionTimeoutMillis: 1_000 }) };
}

describeOnEachQueue('wake queue', (leg) => {
  wakeQueueSuite('BullMQ', () => openBench(leg.redisUrls()));
});

describe('wake queue on a Redis that is late', () => {
  if (!hasRedisServer()) {
    it.skip('is not tried (skipped: redis-server is not installed)', () => undefined);
    return;
  }
  it('works once its server is there, though it was not when the queue was made', async () => {
    const port = await freePort();
    const address = { urls: [`redis://127.0.0.1:${port}`], isCluster: false };
    const queue = createWakeQueue({ backend: { kind: 'redis', address }, prefix: PREFIX });
    await expect(queue.waiting('poll')).rejects.toThrow();
    const server = await startRedisServer({ port: String(port) });
    const answers = () =>
      queue.waiting('poll').then(
        () => true,
        () => false,
      );
    await untilTrue(answers);
    await queue.close();
    await server.stop();
  });
});

describe('a wake job', () => {
  it('is refused unless it names its effects', () => {
    for (const data of [null, {}, { effects: 'all' }, { effects: [{ instanceId: 'a' }] }, { effects: [null] }]) {
      expect(() => readWakeJob(data)).toThrow(TypeError);
    }
  });
});
