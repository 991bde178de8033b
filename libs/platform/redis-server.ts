import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { freePort } from './embedded/port.js';

/**
 * A Redis of one's own on loopback, for tests and the benchmark, where a `redis-server` is installed. What runs for
 * real names its Redis by REDIS_URL and starts none.
 */
export interface RedisServer {
  readonly url: string;
  readonly pid: number;
  /** Kills the server and removes its files. */
  stop(): Promise<void>;
}

/** A cluster without replicas; `urls` names every node. */
export interface RedisCluster {
  readonly urls: readonly string[];
  stop(): Promise<void>;
}

/** Whether `redis-server` can be run here. */
export function hasRedisServer(): boolean {
  try {
    execFileSync('redis-server', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

const READY_WITHIN_MS = 10_000;
const HASH_SLOTS = 16_384;

/**
 * Starts a Redis that evicts nothing and keeps an append-only file, as production wants it.
 * @param settings of redis.conf, which win over ours: `{ port: '6390' }`.
 */
export async function startRedisServer(settings: Readonly<Record<string, string>> = {}): Promise<RedisServer> {
  const folder = await mkdtemp(join(tmpdir(), 'portos-redis-'));
  const port = settings['port'] ?? String(await freePort());
  const all = {
    bind: '127.0.0.1',
    port,
    dir: folder,
    save: '',
    appendonly: 'yes',
    appendfsync: 'everysec',
    'maxmemory-policy': 'noeviction',
    ...settings,
  };
  const child = spawn(
    'redis-server',
    Object.entries(all).flatMap(([name, value]) => [`--${name}`, value]),
    { stdio: 'ignore' },
  );
  const exited = once(child, 'close');
  const endWithUs = (): void => void child.kill('SIGKILL');
  process.once('exit', endWithUs);
  const url = `redis://127.0.0.1:${port}`;
  try {
    await answers(url, child);
  } catch (error) {
    child.kill('SIGKILL');
    throw error;
  }
  return {
    url,
    pid: child.pid ?? 0,
    stop: async () => {
      process.off('exit', endWithUs);
      child.kill('SIGKILL');
      await exited;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Three nodes or more that share all hash slots between them. */
export async function startRedisCluster(nodes = 3): Promise<RedisCluster> {
  const servers = await Promise.all(
    Array.from({ length: nodes }, async () => {
      // By default the port plus 10,000, which may lie beyond the last one.
      const busPort = String(await freePort());
      const settings = { 'cluster-enabled': 'yes', 'cluster-node-timeout': '2000', 'cluster-port': busPort };
      return { ...(await startRedisServer(settings)), busPort };
    }),
  );
  const clients = servers.map(({ url }) => new Redis(url));
  const [first] = clients;
  try {
    const share = Math.ceil(HASH_SLOTS / nodes);
    await Promise.all(
      clients.map((client, index) =>
        client.call('CLUSTER', 'ADDSLOTSRANGE', index * share, Math.min((index + 1) * share, HASH_SLOTS) - 1),
      ),
    );
    for (const { url, busPort } of servers.slice(1)) {
      await first?.call('CLUSTER', 'MEET', '127.0.0.1', new URL(url).port, busPort);
    }
    for (const client of clients) await untilWhole(client);
  } finally {
    for (const client of clients) client.disconnect();
  }
  return {
    urls: servers.map(({ url }) => url),
    stop: async () => {
      await Promise.all(servers.map((server) => server.stop()));
    },
  };
}

async function answers(url: string, child: ChildProcess): Promise<void> {
  const client = new Redis(url, { retryStrategy: () => 20, maxRetriesPerRequest: null });
  client.on('error', () => undefined); // it is not listening yet
  try {
    await Promise.race([
      client.ping(),
      once(child, 'error').then(([error]) => Promise.reject(error as Error)),
      once(child, 'exit').then(() => Promise.reject(new Error('redis-server ended at once'))),
      tooLate(),
    ]);
  } finally {
    client.disconnect();
  }
}

/** Each node must have heard of all slots: until then it refuses every key. */
async function untilWhole(client: Redis): Promise<void> {
  const deadline = performance.now() + READY_WITHIN_MS;
  while (!(await client.cluster('INFO')).includes('cluster_state:ok')) {
    if (performance.now() > deadline) throw new Error('the Redis cluster did not become whole in time');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

const tooLate = (): Promise<never> =>
  new Promise((_, reject) => {
    setTimeout(() => reject(new Error('redis-server was not ready in time')), READY_WITHIN_MS).unref();
  });
