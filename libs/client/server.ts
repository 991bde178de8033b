import { once } from 'node:events';
import { createPostgresBackend, createRedisBackend, Queue } from 'bullmq';
import type { JobsOptions, PostgresConnectionOptions } from 'bullmq';
import { Cluster, Redis } from 'ioredis';
import pg from 'pg';
import { QueueUnreachable } from './errors.js';

/** The part of BullMQ's Queue that is used; its own type differs by backend. */
export interface JobQueue {
  add(name: string, data: object, options: JobsOptions): Promise<unknown>;
  getJob(jobId: string): Promise<FoundJob | undefined>;
  close(): Promise<void>;
}

export interface FoundJob {
  readonly returnvalue: unknown;
  readonly failedReason?: string;
  readonly finishedOn?: number;
  getState(): Promise<string>;
}

/** The server that the queue lives on. */
export interface QueueServer {
  /** The queue, when its server can be reached; rejects within seconds when it cannot. */
  queue(): Promise<JobQueue>;
  close(): Promise<void>;
}

const CONNECT_TIMEOUT_MS = 3_000;
const CALL_TIMEOUT_MS = 5_000;

/** @throws TypeError for an address of another kind; it is not repeated, for it may hold a password. */
export function openServer(name: string, urls: string | readonly string[], prefix: string): QueueServer {
  const isAll = (scheme: RegExp): boolean => [urls].flat().every((url) => scheme.test(url));
  if (typeof urls === 'string' && isAll(/^postgres(ql)?:/)) return onPostgres(name, urls);
  if (urls.length > 0 && isAll(/^rediss?:/)) return onRedis(name, openClient(urls), prefix);
  throw new TypeError('a queue is reached at redis://…, rediss://… (several are a cluster) or one postgres://…');
}

/**
 * BullMQ waits for its server for ever, and a queue made to fail fast instead fails for ever once it has failed. So
 * BullMQ waits as it likes to, and is not called before the connection stands.
 */
function onRedis(name: string, client: Redis | Cluster, prefix: string): QueueServer {
  client.on('error', () => undefined); // whoever calls meanwhile is told
  // The backend is named, because the default is one for the whole process, which is not ours.
  const queue = quiet(new Queue(name, { connection: client, prefix }, createRedisBackend));
  return {
    queue: async () => {
      if (client.status !== 'ready') await once(client, 'ready', { signal: AbortSignal.timeout(CONNECT_TIMEOUT_MS) });
      return queue;
    },
    close: async () => {
      client.disconnect(); // first: a queue that still waits for its server would not close
      await queue.close();
    },
  };
}

function openClient(urls: string | readonly string[]): Redis | Cluster {
  const redisOptions = { maxRetriesPerRequest: 1, commandTimeout: CALL_TIMEOUT_MS, connectTimeout: CONNECT_TIMEOUT_MS };
  if (typeof urls === 'string') return new Redis(urls, { ...redisOptions, enableOfflineQueue: false });
  const { username, password, protocol } = new URL(urls[0] ?? '');
  return new Cluster([...urls], {
    enableOfflineQueue: false,
    // The nodes that the first one names are reached as the first one is.
    redisOptions: {
      ...redisOptions,
      ...(username ? { username: decodeURIComponent(username) } : {}),
      ...(password ? { password: decodeURIComponent(password) } : {}),
      ...(protocol === 'rediss:' ? { tls: {} } : {}),
    },
  });
}

/** BullMQ's queue on PostgreSQL remembers that its server could not be reached; such a queue is made anew. */
function onPostgres(name: string, url: string): QueueServer {
  const pool = new pg.Pool({
    connectionString: url,
    max: 4,
    options: '-c search_path=bullmq,public',
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    query_timeout: CALL_TIMEOUT_MS,
    keepAlive: true,
  });
  pool.on('error', () => undefined); // an idle connection that breaks is replaced
  // A pg.Pool is what BullMQ asks for here, though its own type of a pool is narrower in its listeners.
  const connection = pool as unknown as PostgresConnectionOptions;
  let ready: Promise<JobQueue> | null = null;
  const open = async (): Promise<JobQueue> => {
    const queue = quiet(new Queue(name, { connection }, createPostgresBackend));
    await queue.waitUntilReady();
    return queue;
  };
  return {
    queue: () => {
      ready ??= open().catch((error: unknown) => {
        ready = null;
        throw error;
      });
      return ready;
    },
    close: async () => {
      await ready?.then((queue) => queue.close()).catch(() => undefined);
      await pool.end();
    },
  };
}

/** A call that fails says so itself; unheard, the event would only be printed once more. */
function quiet<Emitter extends { on(event: 'error', listener: () => void): unknown }>(queue: Emitter): Emitter {
  queue.on('error', () => undefined);
  return queue;
}

/** Rejects as QueueUnreachable, without the error that led to it: a driver's error repeats what was sent. */
export async function reaching<Answer>(call: () => Promise<Answer>): Promise<Answer> {
  try {
    return await call();
  } catch (error) {
    const { code, name } = error as { readonly code?: unknown; readonly name?: unknown };
    const kind = typeof code === 'string' ? code : String(name);
    throw new QueueUnreachable(`the queue's server cannot be reached, or did not answer (${kind})`);
  }
}
