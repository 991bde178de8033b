import { createPostgresBackend, setDefaultBackendFactory } from 'bullmq';
import type { ConnectionOptions, WorkerOptions } from 'bullmq';
import type { Cluster, Redis } from 'ioredis';
import type { Pool } from 'pg';
import type { EffectClass } from '../core/effect.js';

/**
 * Where the queues live. On PostgreSQL the pool is opened with `options: '-c search_path=bullmq,public'`, and each
 * worker on it holds one of its connections for listening. On Redis give an address, or a client of your own (a
 * cluster) with `maxRetriesPerRequest: null`, as workers need it.
 */
export type QueueBackend =
  | { readonly kind: 'redis'; readonly connection: RedisAddress | RedisClient }
  | { readonly kind: 'postgres'; readonly pool: Pool };

/** `redis://` or `rediss://` (TLS), with user and password where there are any. */
export interface RedisAddress {
  readonly url: string;
}

/** A client that its owner opened and will close. */
export type RedisClient = Redis | Cluster;

/** Makes every BullMQ Queue and Worker of this process use the backend: @nestjs/bullmq has no option for it. */
export function useQueueBackend(backend: QueueBackend): void {
  if (backend.kind === 'postgres') setDefaultBackendFactory(createPostgresBackend);
  else setDefaultBackendFactory();
}

/** The connection for workers (`BullModule.forRoot`, or a Worker): on Redis it waits out an outage. */
export function workerConnection(backend: QueueBackend): ConnectionOptions {
  if (backend.kind === 'postgres') return backend.pool;
  return isClient(backend.connection)
    ? backend.connection
    : { url: backend.connection.url, maxRetriesPerRequest: null };
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

export const isClient = (connection: RedisAddress | RedisClient): connection is RedisClient =>
  'duplicate' in connection;
