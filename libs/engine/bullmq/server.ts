import { once } from 'node:events';
import { Queue, createPostgresBackend, createRedisBackend } from 'bullmq';
import type { PostgresConnectionOptions } from 'bullmq';
import type { QueueBackend } from './backend.js';
import { openRedis } from './redis.js';
import type { RedisAddress } from './redis.js';

/** The server that queues live on, as somebody reaches it who must not wait for it: a producer, the queue board. */
export interface QueueServer {
  /** To be closed by its opener, after `disconnect`: a queue that still waits for its server would not close. */
  openQueue(name: string): Queue;
  /** Resolves when a call can reach the server; rejects soon if it cannot. */
  connected(): Promise<void>;
  disconnect(): void;
}

/** How long a producer waits for a connection that is being made. */
const CONNECT_TIMEOUT_MS = 1_000;

/** The server of a backend. Everything it opens names its backend: BullMQ's own default is one for the whole process. */
export function openServer(backend: QueueBackend, prefix: string): QueueServer {
  return backend.kind === 'postgres' ? onPostgres(backend.pool) : onRedis(backend.address, prefix);
}

function onPostgres(pool: object): QueueServer {
  // A pg.Pool is what BullMQ asks for here, though its own type of a pool is narrower in its listeners.
  const connection = pool as PostgresConnectionOptions;
  return {
    // Its type tells the backend; what can be done with it is the same on both.
    openQueue: (name) => quiet(new Queue(name, { connection }, createPostgresBackend)) as unknown as Queue,
    connected: () => Promise.resolve(),
    disconnect: () => undefined,
  };
}

/**
 * A producer must fail fast: nobody may wait for a queue that is only a doorbell. BullMQ's own `skipWaitingForReady`
 * is no way to it: without an offline queue its first command fails before the connection stands, and that queue then
 * fails for ever. So BullMQ waits for ready, as it likes to, and we do not call it before.
 */
function onRedis(address: RedisAddress, prefix: string): QueueServer {
  const client = openRedis(address, 'producer');
  return {
    openQueue: (name) => quiet(new Queue(name, { connection: client, prefix }, createRedisBackend)),
    connected: async () => {
      // A cluster calls itself connected where a single server calls itself ready.
      if (client.status === 'ready' || client.status === 'connect') return;
      await once(client, 'ready', { signal: AbortSignal.timeout(CONNECT_TIMEOUT_MS) });
    },
    disconnect: () => client.disconnect(),
  };
}

/** A call that fails says so itself; unheard, the event would only be printed once more. */
function quiet<Emitter extends { on(event: 'error', listener: () => void): unknown }>(queue: Emitter): Emitter {
  queue.on('error', () => undefined);
  return queue;
}
