import { Cluster, Redis } from 'ioredis';
import type { ClusterOptions, RedisOptions } from 'ioredis';
import { QueueUnfit } from '../core/errors.js';

/** The Redis that the queues live on, as it was found. */
export interface RedisAddress {
  /** `redis://` or `rediss://` (TLS), with user and password where there are any; of a cluster, some of its nodes. */
  readonly urls: readonly string[];
  readonly isCluster: boolean;
}

/**
 * What a client is for. A worker waits an outage out, for as long as it takes. A producer fails fast: nobody may wait for
 * a queue that is only a doorbell.
 */
export type RedisUse = 'worker' | 'producer';

const OLDEST_VERSION = [6, 2] as const;
const CONNECT_TIMEOUT_MS = 2_000;
const LONGEST_RECONNECT_PAUSE_MS = 2_000;

/**
 * Asks a Redis what it is: alone or a cluster, and whether queues are safe on it.
 * @param urls the first that answers tells for all.
 * @throws QueueUnfit when none answers, when it is too old, or when it may evict keys: a queue that loses some of the keys
 *   of a job is broken, not only late.
 */
export async function findRedis(urls: readonly string[]): Promise<RedisAddress> {
  const failures: string[] = [];
  for (const url of urls) {
    const client = new Redis(url, { ...probing, lazyConnect: true });
    client.on('error', () => undefined); // told by the call that fails
    try {
      await client.connect();
      return await inspect(client, urls);
    } catch (error) {
      if (error instanceof QueueUnfit) throw error;
      failures.push(`${hostOf(url)}: ${error instanceof Error ? error.message : String(error)}`);
    } finally {
      client.disconnect();
    }
  }
  throw new QueueUnfit(
    `no Redis answers at REDIS_URL (${failures.join('; ')}): start it, or correct address, user and password`,
  );
}

/** Opens a client of one's own, to be closed by `disconnect`. */
export function openRedis({ urls, isCluster }: RedisAddress, use: RedisUse): Redis | Cluster {
  const client = isCluster ? openCluster(urls, use) : new Redis(urls[0] ?? '', optionsFor(use));
  client.on('error', () => undefined); // it connects again by itself, and whoever calls meanwhile is told
  return client;
}

const probing = {
  connectTimeout: CONNECT_TIMEOUT_MS,
  commandTimeout: CONNECT_TIMEOUT_MS,
  maxRetriesPerRequest: 0,
  retryStrategy: () => null,
} satisfies RedisOptions;

const optionsFor = (use: RedisUse) =>
  (use === 'worker'
    ? { maxRetriesPerRequest: null }
    : { maxRetriesPerRequest: 1, enableOfflineQueue: false }) satisfies RedisOptions;

/** All nodes share the first address's account and its TLS, as a cluster's do. */
function openCluster(urls: readonly string[], use: RedisUse): Cluster {
  const [first] = urls.map((url) => new URL(url));
  const isTls = first?.protocol === 'rediss:';
  const redisOptions = {
    maxRetriesPerRequest: use === 'worker' ? null : 1,
    ...(first?.username ? { username: decodeURIComponent(first.username) } : {}),
    ...(first?.password ? { password: decodeURIComponent(first.password) } : {}),
    ...(isTls ? { tls: {} } : {}),
  } satisfies RedisOptions;
  const options = {
    redisOptions,
    enableOfflineQueue: use === 'worker',
    clusterRetryStrategy: (times) => Math.min(50 * 2 ** Math.min(times, 10), LONGEST_RECONNECT_PAUSE_MS),
    // A certificate names the host that was asked for, so its address must not be looked up first.
    ...(isTls ? { dnsLookup } : {}),
  } satisfies ClusterOptions;
  return new Cluster(
    urls.map((url) => ({ host: new URL(url).hostname, port: Number(new URL(url).port || 6379) })),
    options,
  );
}

const dnsLookup: ClusterOptions['dnsLookup'] & {} = (host, done) => done(null, host);

async function inspect(client: Redis, urls: readonly string[]): Promise<RedisAddress> {
  const facts = factsOf(await client.info());
  assertFit(facts);
  const isCluster = facts.get('cluster_enabled') === '1';
  if (isCluster) await assertNodesFit({ urls, isCluster });
  return { urls, isCluster };
}

async function assertNodesFit(address: RedisAddress): Promise<void> {
  const cluster = openRedis(address, 'worker') as Cluster;
  try {
    await cluster.ping(); // connected, so the nodes are known
    for (const node of cluster.nodes('master')) assertFit(factsOf(await node.info()));
  } finally {
    cluster.disconnect();
  }
}

function assertFit(facts: ReadonlyMap<string, string>): void {
  const version = facts.get('redis_version') ?? '';
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major < OLDEST_VERSION[0] || (major === OLDEST_VERSION[0] && minor < OLDEST_VERSION[1])) {
    throw new QueueUnfit(
      `the Redis of REDIS_URL is version ${version}: ${OLDEST_VERSION.join('.')} or later is needed`,
    );
  }
  const policy = facts.get('maxmemory_policy');
  if (policy !== undefined && policy !== 'noeviction') {
    throw new QueueUnfit(
      `the Redis of REDIS_URL may evict keys (maxmemory-policy ${policy}), which breaks queues: set it to noeviction`,
    );
  }
}

/** `INFO` answers lines of `name:value`. */
const factsOf = (info: string): Map<string, string> =>
  new Map(
    info.split(/\r?\n/).flatMap((line): [string, string][] => {
      const colon = line.indexOf(':');
      return colon > 0 ? [[line.slice(0, colon), line.slice(colon + 1)]] : [];
    }),
  );

/** Without user and password. */
const hostOf = (url: string): string => new URL(url).host;
