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
  /** How far the figure of an idle Redis moved by itself: what is smaller than this is noise. */
  readonly noiseBytes: number;
}

/** Nothing falls due while Redis is weighed. */
const ENVIRONMENT = { POLL_SCHEDULE: '86400' };
const IN_FLIGHT = 32;
/** BullMQ keeps the last events of each queue; they are filled up first, so that they do not count as payments. */
const WARM_UP = 1_500;

/** Ours, then the naive build. Empty without a Redis. */
export async function weighWaiting(ground: Ground, payments: number): Promise<readonly Weighed[]> {
  if (!ground.redis) return [];
  const { client } = ground.redis;
  await NaiveBuild.prepare(ground);
  const ours = await weigh(client, await OurBuild.openWorking(ground, { environment: ENVIRONMENT }), payments);
  return [ours, await weigh(client, await NaiveBuild.open(ground, 'queued'), payments)];
}

async function weigh(client: Redis, build: Build, payments: number): Promise<Weighed> {
  try {
    await repeat(Math.min(WARM_UP, payments * 3), IN_FLIGHT, () => live(build));
    const before = await settled(client);
    await repeat(payments, IN_FLIGHT, () => leaveWaiting(build));
    const after = await settled(client);
    return {
      build: build.name,
      payments,
      bytesBefore: before.bytes,
      bytesAfter: after.bytes,
      bytesPerPayment: (after.bytes - before.bytes) / payments,
      keysPerPayment: (after.keys - before.keys) / payments,
      noiseBytes: Math.max(before.noise, after.noise),
    };
  } finally {
    await build.close();
  }
}

const LOOKS = 5;
const LOOK_EVERY_MS = 400;

/** The smallest of several looks at a Redis that has come to rest: buffers of connections come and go. */
async function settled(client: Redis): Promise<{ bytes: number; keys: number; noise: number }> {
  const bytes: number[] = [];
  for (let look = 0; look < LOOKS; look += 1) {
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
    await client.call('MEMORY', 'PURGE');
    bytes.push(Number(/used_memory:(\d+)/.exec(await client.info('memory'))?.[1]));
  }
  const least = Math.min(...bytes);
  return { bytes: least, keys: await client.dbsize(), noise: Math.max(...bytes) - least };
}
