import type { Redis } from 'ioredis';
import type { Build } from './build.js';
import type { Ground } from './ground.js';
import { leaveWaiting, live, repeat } from './lifecycle.js';
import { NaiveBuild } from './naive.js';
import { OurBuild } from './ours.js';

/** What payments that wait for their payer cost in Redis. */
export interface Weighed {
  readonly build: string;
  readonly payments: number;
  readonly bytesBefore: number;
  readonly bytesAfter: number;
  readonly bytesPerPayment: number;
  /** Keys in Redis that were not there before: 0 when nothing waits there. */
  readonly keysPerPayment: number;
}

/** Nothing falls due while Redis is weighed. */
const ENVIRONMENT = { POLL_SCHEDULE: '86400' };
const IN_FLIGHT = 32;
/** Enough for every queue to have its keys. */
const WARM_UP = 300;

/** Ours, then the naive build. Empty without a Redis. */
export async function weighWaiting(ground: Ground, payments: number): Promise<readonly Weighed[]> {
  const { redis, prefix } = ground;
  if (!redis) return [];
  await NaiveBuild.prepare(ground);
  const scales = () => weighKeys(redis.client, prefix);
  const ours = await weigh(scales, await OurBuild.openWorking(ground, { environment: ENVIRONMENT }), payments);
  return [ours, await weigh(scales, await NaiveBuild.open(ground, 'queued'), payments)];
}

type Scales = () => Promise<{ readonly bytes: number; readonly keys: number }>;

async function weigh(scales: Scales, build: Build, payments: number): Promise<Weighed> {
  try {
    await repeat(WARM_UP, IN_FLIGHT, () => live(build));
    const before = await scales();
    await repeat(payments, IN_FLIGHT, () => leaveWaiting(build));
    const after = await scales();
    return {
      build: build.name,
      payments,
      bytesBefore: before.bytes,
      bytesAfter: after.bytes,
      bytesPerPayment: (after.bytes - before.bytes) / payments,
      keysPerPayment: (after.keys - before.keys) / payments,
    };
  } finally {
    await build.close();
  }
}

/** BullMQ keeps the last ten thousand events of each queue, however many payments wait. */
const BOUNDED = /:events$/;
/** Long enough for the jobs in hand to leave their keys. */
const REST_MS = 1_000;

/** What all our keys weigh once the jobs in hand are done, each counted whole by Redis itself. */
async function weighKeys(client: Redis, prefix: string): Promise<{ bytes: number; keys: number }> {
  await new Promise((resolve) => setTimeout(resolve, REST_MS));
  let bytes = 0;
  let keys = 0;
  for await (const found of client.scanStream({ match: `${prefix}*`, count: 1_000 }) as AsyncIterable<string[]>) {
    const weighed = found.filter((key) => !BOUNDED.test(key));
    const weights = await Promise.all(weighed.map((key) => client.memory('USAGE', key, 'SAMPLES', 0)));
    bytes += weights.reduce<number>((sum, weight) => sum + (weight ?? 0), 0);
    keys += weighed.length;
  }
  return { bytes, keys };
}
