import { describe, expect, it } from '@jest/globals';
import { Cluster, Redis } from 'ioredis';
import { hasRedisServer, startRedisCluster, startRedisServer } from './redis-server.js';

if (hasRedisServer()) {
  describe('a Redis of one’s own', () => {
    it('keeps what it is given and evicts nothing, until it is stopped', async () => {
      const server = await startRedisServer();
      const client = new Redis(server.url);
      await client.set('payment', 'waiting');
      expect(await client.get('payment')).toBe('waiting');
      expect(await client.config('GET', 'maxmemory-policy')).toEqual(['maxmemory-policy', 'noeviction']);
      client.disconnect();
      await server.stop();
      expect(() => process.kill(server.pid, 0)).toThrow();
    });

    it('may be a cluster, whose nodes share the keys', async () => {
      const cluster = await startRedisCluster();
      const client = new Cluster([...cluster.urls]);
      await Promise.all(Array.from({ length: 50 }, (_, index) => client.set(`key ${index}`, index)));
      const sizes = await Promise.all(client.nodes('master').map((node) => node.dbsize()));
      expect(sizes).toHaveLength(3);
      expect(Math.min(...sizes)).toBeGreaterThan(0);
      client.disconnect();
      await cluster.stop();
    });
  });
} else {
  describe('a Redis of one’s own', () => {
    it.skip('is tried where it can be (skipped: redis-server is not installed)', () => undefined);
  });
}
