import { describe, expect, it } from '@jest/globals';
import { Redis } from 'ioredis';
import type { RedisServer } from '#libs/platform';
import { hasRedisServer, startRedisCluster, startRedisServer } from '#libs/platform';
import { QueueUnfit } from '../core/errors.js';
import { findRedis } from './redis.js';

const NOBODY = 'redis://user:secret@127.0.0.1:1';

async function refusalOn(settings: Record<string, string>, urlsOf = ({ url }: RedisServer) => [url]): Promise<unknown> {
  const server = await startRedisServer(settings);
  try {
    return await findRedis(urlsOf(server)).catch((error: unknown) => error);
  } finally {
    await server.stop();
  }
}

describe('the Redis of the queues', () => {
  it('that does not answer is refused, naming its address but not its password', async () => {
    const refusal = findRedis([NOBODY]);
    await expect(refusal).rejects.toThrow(QueueUnfit);
    await expect(refusal).rejects.toThrow('127.0.0.1:1');
    await expect(refusal).rejects.not.toThrow('secret');
  });

  if (!hasRedisServer()) {
    it.skip('is tried where it can be (skipped: redis-server is not installed)', () => undefined);
    return;
  }

  it.each(['allkeys-lru', 'volatile-ttl', 'allkeys-random'])('that may evict (%s) is refused', async (policy) => {
    const refusal = await refusalOn({ 'maxmemory-policy': policy });
    expect(refusal).toBeInstanceOf(QueueUnfit);
    expect((refusal as Error).message).toContain(`maxmemory-policy ${policy}`);
  });

  it('whose password is wrong is refused', async () => {
    const server = await startRedisServer();
    const client = new Redis(server.url);
    await client.config('SET', 'requirepass', 'right');
    await expect(findRedis([server.url.replace('//', '//:wrong@')])).rejects.toThrow(QueueUnfit);
    expect(await findRedis([server.url.replace('//', '//:right@')])).toMatchObject({ isCluster: false });
    client.disconnect();
    await server.stop();
  });

  it('is found behind an address that is dead', async () => {
    const urlsOf = ({ url }: RedisServer) => [NOBODY, url];
    expect(await refusalOn({}, urlsOf)).toMatchObject({ isCluster: false });
  });

  it('is known for a cluster by any of its nodes', async () => {
    const cluster = await startRedisCluster();
    expect(await findRedis(cluster.urls.slice(1, 2))).toMatchObject({ isCluster: true });
    await cluster.stop();
  });
});
