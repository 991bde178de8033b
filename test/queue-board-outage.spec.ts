import { createServer } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { RedisServer } from '#libs/platform';
import { hasRedisServer, startRedisServer } from '#libs/platform';
import type { BoardAnswer, BoardBench } from './board-bench.js';
import { openBoardBench, READER_KEY } from './board-bench.js';
import { eventually } from './stack.js';

/** Longer than an answer needs on a busy machine, and shorter than any wait for a connection. */
const AT_ONCE_MS = 2_000;
/** The board's own patience is four. */
const SOON_MS = 8_000;

function expectUnavailable({ status, headers, text }: BoardAnswer): void {
  expect([status, JSON.parse(text)]).toMatchObject([503, { type: 'urn:portos:problem:unavailable' }]);
  expect(headers.get('content-type')).toMatch(/^application\/problem\+json/);
  expect(headers.get('retry-after')).not.toBeNull();
}

describe('the queue board', () => {
  if (!hasRedisServer()) {
    it.skip('is not tried without its server (skipped: redis-server is not installed)', () => undefined);
    return;
  }
  let redis: RedisServer;
  let bench: BoardBench;
  const look = (path = '/api/queues') => bench.ask('GET', path, READER_KEY);
  const restOfTheApi = async () => (await fetch(`${bench.url}/health/ready`)).status;

  beforeEach(async () => {
    redis = await startRedisServer();
    bench = await openBoardBench({ name: 'a Redis', redisUrls: () => [redis.url] });
  }, 60_000);
  afterEach(async () => {
    await bench.close();
    await redis.stop();
  });

  it.each([
    ['before it is opened', () => Promise.resolve()],
    ['while it is open', async () => expect((await look()).status).toBe(200)],
  ])('whose Redis dies %s says so at once, alone, and shows the queues when Redis is back', async (_, prepare) => {
    await prepare();
    await redis.stop();

    const before = performance.now();
    const answers = await Promise.all([look(), look(), look('')]);
    expect(await restOfTheApi()).toBe(200);
    expect(performance.now() - before).toBeLessThan(AT_ONCE_MS);
    answers.forEach(expectUnavailable);

    redis = await startRedisServer({ port: new URL(redis.url).port });
    await eventually(async () => ((await look()).status === 200 ? true : null), 'the board shows the queues');
  });

  it('whose Redis hangs while it is open says so soon, and shows the queues when Redis goes on', async () => {
    expect((await look()).status).toBe(200);
    process.kill(redis.pid, 'SIGSTOP');
    const before = performance.now();
    const [answer, rest] = await Promise.all([look(), restOfTheApi()]);
    expect(performance.now() - before).toBeLessThan(SOON_MS);
    process.kill(redis.pid, 'SIGCONT');
    expectUnavailable(answer);
    expect(rest).toBe(200);
    await eventually(async () => ((await look()).status === 200 ? true : null), 'the board shows the queues');
  });

  it('whose Redis takes calls and answers none says so soon', async () => {
    const port = Number(new URL(redis.url).port);
    await redis.stop();
    const mute = createServer((socket) => socket.on('error', () => undefined).resume());
    await new Promise<void>((resolve) => mute.listen(port, '127.0.0.1', resolve));
    const before = performance.now();
    expectUnavailable(await look());
    expect(performance.now() - before).toBeLessThan(SOON_MS);
    mute.close();
    redis = await startRedisServer({ port: String(port) });
  });
});
