import { createPostgresBackend, setDefaultBackendFactory } from 'bullmq';
import type { ConnectionOptions, WorkerOptions } from 'bullmq';
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
 * Opens the place where the queues live: the Redis of `redisUrls` if there are any, else the database.
 * @throws QueueUnfit when the Redis cannot be reached, is too old, or may evict keys.
 */
export async function openQueueBackend(options: {
  readonly databaseUrl: string;
  readonly redisUrls: readonly string[] | null;
}): Promise<OpenedBackend> {
  if (options.redisUrls !== null) {
    return { kind: 'redis', address: await findRedis(options.redisUrls), close: () => Promise.resolve() };
  }
  const pool = openQueuePool(options.databaseUrl);
  return { kind: 'postgres', pool, close: () => pool.end() };
}

/** Makes every BullMQ Queue and Worker of this process use the backend: @nestjs/bullmq has no option for it. */
export function useQueueBackend(backend: QueueBackend): void {
  if (backend.kind === 'postgres') setDefaultBackendFactory(createPostgresBackend);
  else setDefaultBackendFactory();
}

/** What BullMQ workers are opened with (`BullModule.forRoot`, or a Worker), and closed after them. */
export interface WorkerConnection {
  readonly options: ConnectionOptions;
  close(): void;
}

/** A connection for workers: on Redis it waits out an outage. */
export function openWorkerConnection(backend: QueueBackend): WorkerConnection {
  if (backend.kind === 'postgres') return { options: backend.pool, close: () => undefined };
  const client = openRedis(backend.address, 'worker');
  return { options: client, close: () => client.disconnect() };
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
 * BullMQ's own limit on such takeovers is lifted, because tries are counted in the effect's row.
 */
export function wakeWorkerOptions(
  effectClass: EffectClass,
): Required<Pick<WorkerOptions, 'concurrency' | 'lockDuration' | 'stalledInterval' | 'maxStalledCount'>> {
  return {
    concurrency: CONCURRENCY[effectClass],
    lockDuration: 5_000,
    stalledInterval: 5_000,
    maxStalledCount: 1_000_000,
  };
}

/** Longer than any handler's own deadline; the process that stops is given ten seconds in all. */
const CLOSE_TIMEOUT_MS = 6_000;

/**
 * Lets a worker finish the jobs it has in hand. On a Redis Cluster BullMQ's close may wait for ever, for the end of a
 * blocking connection that was just being made; what is then still in hand is left to its lease.
 */
export async function closeWorker(worker: { close(): Promise<void> }): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, CLOSE_TIMEOUT_MS);
  });
  await Promise.race([worker.close(), timeout]);
  clearTimeout(timer);
}

/** BullMQ finds its tables by the search path. */
function openQueuePool(url: string): Pool {
  const pool = new Pool({
    connectionString: url,
    max: POSTGRES_CONNECTIONS,
    options: '-c search_path=bullmq,public',
    connectionTimeoutMillis: 5_000,
    keepAlive: true,
  });
  pool.on('error', () => undefined); // an idle connection that breaks is replaced
  pool.setMaxListeners(0); // each queue and each worker listens to it
  return pool;
}
