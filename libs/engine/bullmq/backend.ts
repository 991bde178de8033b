import { createPostgresBackend, setDefaultBackendFactory } from 'bullmq';
import type { ConnectionOptions, WorkerOptions } from 'bullmq';
import type { Pool } from 'pg';
import type { EffectClass } from '../core/effect.js';

/**
 * Where the queues live. On PostgreSQL the pool is opened with `options: '-c search_path=bullmq,public'`, and each
 * worker on it holds one of its connections for listening. On Redis give options, or a client of your own (a cluster).
 */
export type QueueBackend =
  | { readonly kind: 'redis'; readonly connection: ConnectionOptions }
  | { readonly kind: 'postgres'; readonly pool: Pool };

/** Makes every BullMQ Queue and Worker of this process use the backend: @nestjs/bullmq has no option for it. */
export function useQueueBackend(backend: QueueBackend): void {
  if (backend.kind === 'postgres') setDefaultBackendFactory(createPostgresBackend);
  else setDefaultBackendFactory();
}

/** The connection for workers (`BullModule.forRoot`, or a Worker): on Redis it waits out an outage. */
export function workerConnection(backend: QueueBackend): ConnectionOptions {
  if (backend.kind === 'postgres') return backend.pool;
  return isClient(backend.connection) ? backend.connection : { ...backend.connection, maxRetriesPerRequest: null };
}

/** The connection for producers: it fails fast, because nobody may wait for a queue that is only a doorbell. */
export function producerConnection(connection: ConnectionOptions): ConnectionOptions {
  if (isClient(connection)) return connection;
  return { ...connection, enableOfflineQueue: false, maxRetriesPerRequest: 1 };
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

const isClient = (connection: ConnectionOptions): boolean => 'duplicate' in connection;
