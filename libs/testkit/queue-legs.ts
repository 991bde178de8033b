import { afterAll, beforeAll, describe, it } from '@jest/globals';
import { hasRedisServer, startRedisCluster, startRedisServer } from '#libs/platform';

/** One of the places where the queues may live, for the specs that must hold on each of them. */
export interface QueueLeg {
  readonly name: string;
  /** Known once the leg's specs begin: what REDIS_URL would name; null where the queues live in PostgreSQL. */
  redisUrls(): readonly string[] | null;
}

/**
 * Describes the same claims on PostgreSQL, on a Redis and on a Redis Cluster of three nodes, each server started for
 * these claims alone. Without a `redis-server` the last two are reported as skipped.
 */
export function describeOnEachQueue(subject: string, claims: (leg: QueueLeg) => void): void {
  const postgres = 'queues in PostgreSQL';
  describe(`${subject} (${postgres})`, () => claims({ name: postgres, redisUrls: () => null }));
  describeOnRedis(subject, claims);
  describeOn(subject, 'a Redis Cluster', () => startRedisCluster(), claims);
}

/** Describes claims on a Redis of their own; without a `redis-server` they are reported as skipped. */
export function describeOnRedis(subject: string, claims: (leg: QueueLeg) => void): void {
  const start = async (): Promise<Started> => {
    const server = await startRedisServer();
    return { urls: [server.url], stop: () => server.stop() };
  };
  describeOn(subject, 'a Redis', start, claims);
}

interface Started {
  readonly urls: readonly string[];
  stop(): Promise<void>;
}

function describeOn(
  subject: string,
  name: string,
  start: () => Promise<Started>,
  claims: (leg: QueueLeg) => void,
): void {
  describe(`${subject} (queues on ${name})`, () => {
    if (!hasRedisServer()) {
      it.skip('is not tried (skipped: redis-server is not installed)', () => undefined);
      return;
    }
    let started: Started | null = null;
    beforeAll(async () => {
      started = await start();
    });
    afterAll(() => started?.stop());
    // Inside, so that whatever the claims started is stopped before its Redis is.
    describe('works', () => claims({ name: `queues on ${name}`, redisUrls: () => started?.urls ?? null }));
  });
}
