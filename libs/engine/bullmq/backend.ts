import { createPostgresBackend, setDefaultBackendFactory } from 'bullmq';
import type { ConnectionOptions, WorkerOptions } from 'bullmq';
import type { Cluster, Redis } from 'ioredis';
import { Pool } from 'pg';
import type { EffectClass } from '../core/effect.js';
import { findRedis, openRedis } from './redis.js';
import type { RedisAddress } from './redis.js';

/** Where the queues live. */
export type QueueBackend =
  { readonly kind: 'redis'; readonly address: RedisAddress } | { readonly kind: 'postgres'; readonly pool: Pool };

/** A backend that was opened here, and is closed after everything that uses it. */
export type OpenedBackend = QueueBackend & { close(): Promise<void> };

/** Each BullMQ worker on PostgreSQL holds one connection for listening, and queues and workers share the rest. */
const POSTGRES_CONNECTIONS = 24;

/**
 * Opens the place where the queues live: the Redis of `redisUrls` if there are any, else the database, where at most
 * `connections` are held at once (by default as many as a worker process needs).
 * @throws QueueUnfit when the Redis cannot be reached, is too old, or may evict keys.
 */
export async function openQueueBackend(options: {
  readonly databaseUrl: string;
  readonly redisUrls: readonly string[] | null;
  readonly connections?: number;
}): Promise<OpenedBackend> {
  if (options.redisUrls !== null) {
    return { kind: 'redis', address: await findRedis(options.redisUrls), close: () => Promise.resolve() };
  }
  const pool = openQueuePool(options.databaseUrl, options.connections ?? POSTGRES_CONNECTIONS);
  return { kind: 'postgres', pool, close: () => pool.end() };
}

/** Makes every BullMQ Queue and Worker of this process use the backend: @nestjs/bullmq has no option for it. */
export function useQueueBackend(backend: QueueBackend): void {
  if (backend.kind === 'postgres') setDefaultBackendFactory(createPostgresBackend);
  else setDefaultBackendFactory();
}

/** What BullMQ workers are opened with (`BullModule.forRoot`, or a Worker). */
export interface WorkerConnection {
  readonly options: ConnectionOptions;
  /** Lets workers finish the jobs they have in hand, for a while; what is in hand then is left to its lease. */
  drain(workers: readonly { close(): Promise<void> }[]): Promise<void>;
  /** Closes what was opened here, after everything that uses it. */
  close(): void;
}

/** A connection for workers: on Redis it waits out an outage. */
export function openWorkerConnection(backend: QueueBackend): WorkerConnection {
  if (backend.kind === 'postgres') {
    return { options: backend.pool, drain: (workers) => drain(workers, nothing), close: nothing };
  }
  const [url] = backend.address.urls;
  if (!backend.address.isCluster && url !== undefined) {
    // BullMQ opens and closes connections of its own.
    return {
      options: { url, maxRetriesPerRequest: null },
      drain: (workers) => drain(workers, nothing),
      close: nothing,
    };
  }
  const client = openRedis(backend.address, 'worker');
  const copies: (Redis | Cluster)[] = [];
  // Each worker blocks on a copy. On a Redis Cluster BullMQ may connect a copy again while it closes the worker, and
  // then waits for ever for the end of it: so the copies are known here, and can be ended.
  const duplicate = client.duplicate.bind(client) as (...args: unknown[]) => Redis | Cluster;
  Object.assign(client, {
    duplicate: (...args: unknown[]) => {
      const copy = duplicate(...args);
      copies.push(copy);
      return copy;
    },
  });
  const cut = (): void => copies.forEach((copy) => copy.disconnect()); // jobs in hand end over the client itself
  return { options: client, drain: (workers) => drain(workers, cut), close: () => client.disconnect() };
}

/** Longer than any handler's own deadline; a process that stops is given ten seconds in all. */
const DRAIN_TIMEOUT_MS = 6_000;

const nothing = (): void => undefined;

/** @param cut ends the connections that a worker still waits for when the time is up. */
async function drain(workers: readonly { close(): Promise<void> }[], cut: () => void): Promise<void> {
  const timer = setTimeout(cut, DRAIN_TIMEOUT_MS);
  await Promise.all(workers.map((worker) => worker.close()));
  clearTimeout(timer);
}

/** Jobs of one class that one worker process has in hand at once. */
const CONCURRENCY: Readonly<Record<EffectClass, number>> = {
  interactive: 16,
  timer: 4,
  poll: 4,
  watch: 2,
  delivery: 8,
};

/**
 * Options for the worker of a class, without its connection. A dead worker's job is taken over in about ten seconds;
 * BullMQ's own limit on such takeovers is lifted, because tries are counted in the effect's row. After an error of its
 * server BullMQ would by default do nothing for 15 s.
 */
export function wakeWorkerOptions(
  effectClass: EffectClass,
): Required<
  Pick<WorkerOptions, 'concurrency' | 'lockDuration' | 'stalledInterval' | 'maxStalledCount' | 'runRetryDelay'>
> {
  return {
    concurrency: CONCURRENCY[effectClass],
    lockDuration: 5_000,
    stalledInterval: 5_000,
    maxStalledCount: 1_000_000,
    runRetryDelay: 1_000,
  };
}

/** BullMQ finds its tables by the search path. */
function openQueuePool(url: string, max: number): Pool {
  const pool = new Pool({
    connectionString: url,
    max,
    options: '-c search_path=bullmq,public',
    connectionTimeoutMillis: 5_000,
    keepAlive: true,
  });
  pool.on('error', () => undefined); // an idle connection that breaks is replaced
  pool.setMaxListeners(0); // each queue and each worker listens to it
  return pool;
}
