import { afterAll, beforeAll, describe, it } from '@jest/globals';
import type { RedisServer } from '#libs/platform';
import { hasRedisServer, startRedisServer } from '#libs/platform';
import { describeStories } from './story-suite.js';

if (hasRedisServer()) {
  let server: RedisServer | null = null;
  beforeAll(async () => {
    server = await startRedisServer();
  });
  afterAll(() => server?.stop());
  describeStories('Redis', () => ({ REDIS_URL: server?.url ?? '' }));
} else {
  describe('the stories, with the queues on Redis', () => {
    it.skip('are the same (skipped: redis-server is not installed)', () => undefined);
  });
}
