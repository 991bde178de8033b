import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { PracticeView } from '#libs/payments';
import type { RedisServer } from '#libs/platform';
import { hasRedisServer, startRedisServer } from '#libs/platform';
import { practice } from './practice.fixture.js';
import type { Stack } from './stack.js';
import { eventually, startStack } from './stack.js';

/** Longer than an answer needs on a busy machine, and shorter than any wait for a connection. */
const AT_ONCE_MS = 2_000;

describe('while Redis is dead', () => {
  if (!hasRedisServer()) {
    it.skip('is not tried (skipped: redis-server is not installed)', () => undefined);
    return;
  }
  let redis: RedisServer;
  let stack: Stack;
  beforeAll(async () => {
    redis = await startRedisServer();
    stack = await startStack({ REDIS_URL: redis.url });
  }, 60_000);
  afterAll(async () => {
    await stack.stop();
    await redis.stop();
  });

  it('the API answers at once, and what was asked is done when Redis is back', async () => {
    const body = practice();
    const read = () => stack.call<PracticeView>('GET', `/v1/practices/${body.practiceId}`);
    await redis.stop();

    const before = performance.now();
    const opened = await stack.call('POST', '/v1/practices', body);
    expect(opened.status).toBe(202);
    expect((await read()).body.payments).toMatchObject([{ state: 'initialized' }]);
    expect(performance.now() - before).toBeLessThan(AT_ONCE_MS);

    redis = await startRedisServer({ port: new URL(redis.url).port });
    await eventually(async () => {
      const [payment] = (await read()).body.payments;
      return payment?.allowedActions.includes('redirect') ? payment : null;
    }, 'the position is opened');
  });
});
