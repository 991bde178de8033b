import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import pg from 'pg';
import { hasRedisServer, startEmbeddedPostgres, startRedisServer } from '#libs/platform';
import { migrate } from '../migrate.js';

/** Where everything is measured: a database of its own and, where there is one, a Redis. */
export interface Ground {
  /** The measured database, migrated. */
  readonly databaseUrl: string;
  readonly databaseName: string;
  /** Connected to another database of the same server, so that it adds nothing to what is counted. */
  readonly watcher: pg.Client;
  /** Null: the queues live in PostgreSQL. */
  readonly redis: MeasuredRedis | null;
  /** Names all our keys in Redis. */
  readonly prefix: string;
  close(): Promise<void>;
}

export interface MeasuredRedis {
  readonly url: string;
  /** For figures and for wiping; the queues have connections of their own. */
  readonly client: Redis;
  /** Started here: it may be wiped whole. */
  readonly isOurs: boolean;
}

export interface GroundOptions {
  readonly databaseUrl: string | undefined;
  readonly redisUrl: string | undefined;
  readonly print: (line: string) => void;
}

/** Undoes, last first, what was done to prepare the ground. */
type Undo = () => unknown;

export async function prepareGround(options: GroundOptions): Promise<Ground> {
  const undone: Undo[] = [];
  const close = async (): Promise<void> => {
    for (const undo of undone.splice(0).reverse()) await undo();
  };
  try {
    const server = options.databaseUrl ?? (await startDatabase(undone, options.print));
    const { watcher, databaseName, databaseUrl } = await createDatabase(server, undone);
    await migrate(databaseUrl);
    const redis = await findRedis(options, undone);
    const prefix = `{bench-${randomBytes(4).toString('hex')}}`;
    if (redis && !redis.isOurs) undone.push(() => removeKeys(redis.client, prefix));
    return { databaseUrl, databaseName, watcher, redis, prefix, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Removes all that we put into a Redis: everything in one of our own, else only what begins with our prefix. */
export async function wipeRedis({ redis, prefix }: Ground): Promise<void> {
  if (redis?.isOurs) await redis.client.flushall();
  else if (redis) await removeKeys(redis.client, prefix);
}

const quiet = { debug: () => undefined, info: () => undefined, warn: () => undefined };

/**
 * Checkpoints as far apart as a server under load has them: else it depends on the minute whether a run pays for the
 * whole pages that are logged after one.
 */
const SERVER_SETTINGS = ["max_wal_size = '8GB'", "checkpoint_timeout = '30min'"];

async function startDatabase(undone: Undo[], print: (line: string) => void): Promise<string> {
  print('database: an embedded PostgreSQL with fsync on, in a temporary folder');
  const folder = await mkdtemp(join(tmpdir(), 'portos-bench-'));
  undone.push(() => rm(folder, { recursive: true, force: true }));
  const server = await startEmbeddedPostgres({ dataDir: folder, log: quiet });
  undone.push(() => server.stop());
  const client = new pg.Client(server.url);
  await client.connect();
  for (const setting of SERVER_SETTINGS) await client.query(`alter system set ${setting}`);
  await client.query('select pg_reload_conf()');
  await client.end();
  return server.url;
}

async function createDatabase(
  serverUrl: string,
  undone: Undo[],
): Promise<Pick<Ground, 'watcher' | 'databaseName' | 'databaseUrl'>> {
  const watcher = new pg.Client(serverUrl);
  await watcher.connect();
  undone.push(() => watcher.end());
  const databaseName = `portos_bench_${randomBytes(4).toString('hex')}`;
  await watcher.query(`create database ${databaseName}`);
  undone.push(() => watcher.query(`drop database ${databaseName} with (force)`));
  const url = new URL(serverUrl);
  url.pathname = `/${databaseName}`;
  return { watcher, databaseName, databaseUrl: url.href };
}

async function findRedis({ redisUrl, print }: GroundOptions, undone: Undo[]): Promise<MeasuredRedis | null> {
  if (redisUrl === undefined && !hasRedisServer()) {
    print('');
    print('NO REDIS: REDIS_URL is not set and redis-server is not installed, so the queues live in PostgreSQL.');
    print('The goals are for Redis; these figures are not to be compared with them.');
    print('');
    return null;
  }
  const server = redisUrl === undefined ? await startRedisServer() : null;
  if (server) undone.push(() => server.stop());
  const url = server?.url ?? redisUrl ?? '';
  print(
    server ? 'queues: a Redis of our own (appendonly yes, appendfsync everysec)' : 'queues: the Redis of REDIS_URL',
  );
  const client = new Redis(url);
  client.on('error', () => undefined); // whoever calls is told
  undone.push(() => client.disconnect());
  return { url, client, isOurs: server !== null };
}

async function removeKeys(client: Redis, prefix: string): Promise<void> {
  for await (const keys of client.scanStream({ match: `${prefix}*`, count: 1_000 }) as AsyncIterable<string[]>) {
    if (keys.length > 0) await client.unlink(...keys);
  }
}
