import { randomBytes } from 'node:crypto';
import { Logger } from '@nestjs/common';
import { createPostgresBackend, createRedisBackend, Worker } from 'bullmq';
import type { Job, Queue } from 'bullmq';
import { openQueueBackend, openQueueServer, openWorkerConnection } from '#libs/engine';
import { createPayments, migrateAll, QUEUE_PREFIX } from '#libs/payments';
import { createPool, readConfig } from '#libs/platform';
import type { QueueLeg } from '#libs/testkit';
import { createTestDatabase } from '#libs/testkit';
import { createWebhooks } from '#libs/webhooks';
import { createApi } from '../apps/api/api.js';
import { eventually, freePorts } from './stack.js';

export const READER_KEY = 'key-of-a-reader';
export const OPERATOR_KEY = 'key-of-an-operator';

/** The API with its queue board, and the queues as anybody has them who can reach their server. No worker of ours runs. */
export interface BoardBench {
  readonly url: string;
  /** Asks the board; a key is presented as a bearer token, null presents none. */
  ask(method: string, path: string, key: string | null, headers?: Record<string, string>): Promise<BoardAnswer>;
  queue(name: string): Queue;
  /** Runs the jobs of a queue, one after the other, until each of `ids` has ended. */
  work(name: string, ids: readonly string[], run: (job: Job) => Promise<unknown>): Promise<void>;
  close(): Promise<void>;
}

export interface BoardAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

export async function openBoardBench(leg: QueueLeg): Promise<BoardBench> {
  Logger.overrideLogger(false);
  const [port = 0] = await freePorts(1);
  const config = readConfig({ ENCRYPTION_KEY: randomBytes(32).toString('base64'), PORT: String(port) });
  const database = await createTestDatabase({ name: 'payments', migrate: migrateAll });
  const place = { databaseUrl: database.url, redisUrls: leg.redisUrls(), hasEvents: true };
  const pool = createPool(database.url, { max: 4, applicationName: 'board' });
  const api = await createApi(
    {
      payments: await createPayments({ config, databaseUrl: database.url, pool }),
      webhooks: createWebhooks(config, pool),
      apiKey: READER_KEY,
      operatorKey: OPERATOR_KEY,
      access: config.access,
      queues: place,
      publicUrl: config.http.publicUrl,
      notifyAccount: null,
    },
    false,
  );
  await api.listen(port, '127.0.0.1');
  const backend = await openQueueBackend(place);
  const factory = backend.kind === 'postgres' ? createPostgresBackend : createRedisBackend;
  const server = openQueueServer(backend, QUEUE_PREFIX);
  await server.connected();
  const queues = new Map<string, Queue>();
  const queue = (name: string): Queue => {
    const opened = queues.get(name) ?? server.openQueue(name);
    queues.set(name, opened);
    return opened;
  };
  const url = `http://127.0.0.1:${port}`;
  return {
    url,
    ask: (method, path, key, headers = {}) =>
      ask(`${url}/queues${path}`, method, { ...(key === null ? {} : { authorization: `Bearer ${key}` }), ...headers }),
    queue,
    work: async (name, ids, run) => {
      const connection = openWorkerConnection(backend);
      const options = { connection: connection.options, prefix: QUEUE_PREFIX };
      const worker: Worker = new Worker(name, run, options, factory as never);
      worker.on('error', () => undefined); // as of a connection that ends
      for (const id of ids) await eventually(() => endOf(queue(name), id), `job ${id} has ended`);
      await connection.drain([worker]);
      connection.close();
    },
    close: async () => {
      await api.close();
      server.disconnect();
      await Promise.all([...queues.values()].map((each) => each.close()));
      await Promise.all([pool.end(), backend.close()]);
      await database.drop();
    },
  };
}

async function endOf(queue: Queue, id: string): Promise<true | null> {
  const state = await queue.getJobState(id);
  return state === 'completed' || state === 'failed' ? true : null;
}

async function ask(url: string, method: string, headers: Record<string, string>): Promise<BoardAnswer> {
  const hasBody = method === 'POST' || method === 'PATCH';
  const response = await fetch(url, {
    method,
    headers: { 'content-type': 'application/json', ...headers },
    ...(hasBody ? { body: JSON.stringify({ name: 'verify', data: {}, options: {}, jobData: {}, delay: 1 }) } : {}),
  });
  return { status: response.status, headers: response.headers, text: await response.text() };
}
