import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Queue } from 'bullmq';
import fc from 'fast-check';
import { EFFECT_CLASSES, wakeQueueName } from '#libs/engine';
import { COMMANDS } from '#libs/payments';
import { hasRedisServer } from '#libs/platform';
import type { QueuePlace } from './command-bench.js';
import { CommandBench, placeOnPostgres, placeOnRedis } from './command-bench.js';
import { keptRows } from './kept-rows.js';
import { practice } from './practice.fixture.js';
import { eventually } from './stack.js';

/**
 * Whoever can reach the server of the queues can write any job. A thousand are written here, none of which is a command
 * that fits: each must end in words of ours, and nothing that is kept of practices and payments may change.
 */

const JOBS = 1_000;
const SEED = 20_261_129;
const NOBODY = `pay_${'0'.repeat(32)}`;
const REFUSED = /^(400 The request is malformed|404 Not found|422 The values cannot be)\. /;
const OF_OUR_CODE = /\bat .*:\d+|node_modules|dist\/|\.ts:|select |insert |TypeError|SyntaxError|undefined/i;

interface Crafted {
  readonly queue: string;
  readonly name: string;
  readonly data: unknown;
}

/** Texts that mean something to somebody. NUL is left out: PostgreSQL's queue takes none. */
const text = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 60 }).filter((made) => !made.includes('\0')),
  fc.constantFrom(
    `' or 1=1; drop table engine.instance; --`,
    '${7*7}{{7*7}}',
    '<script>alert(1)</script>',
    '../../etc/passwd',
    '__proto__',
    'constructor',
    'practice/P-1',
    'paid',
    '\u202egnp.exe',
    'x'.repeat(5_000),
  ),
);
const value = fc.oneof(
  text,
  fc.integer(),
  fc.double(),
  fc.boolean(),
  fc.constant(null),
  fc.array(text, { maxLength: 3 }),
);
const thing = fc.oneof(
  value,
  fc.dictionary(text, value, { maxKeys: 4 }),
  fc.json({ maxDepth: 4 }).map((made) => JSON.parse(made.replaceAll('\\u0000', '')) as unknown),
);

/** Commands that fit, about a payment there is. */
const fitting = (paymentId: string): readonly (readonly [string, Readonly<Record<string, unknown>>])[] => [
  ['initialize', { ...practice(), idempotencyKey: 'k' }],
  ['regenerate', { paymentId, attempt: 1 }],
  ['annul', { paymentId, reason: 'x', idempotencyKey: 'k' }],
  ['verify', { paymentId, idempotencyKey: 'k' }],
];

/** What makes any of them unfit. */
const spoiled = (paymentId: string): fc.Arbitrary<{ readonly name: string; readonly data: unknown }> =>
  fc.constantFrom(...fitting(paymentId)).chain(([name, data]) =>
    fc.oneof(
      fc.record({ name: fc.constant(name), data: thing.filter((made) => !isFit(made)) }),
      fc.tuple(text, thing).map(([property, added]) => ({ name, data: withProperty(data, `x${property}`, added) })),
      fc
        .tuple(fc.constantFrom('state', 'esito', 'type', 'actor', 'next', 'source', '__proto__', 'to'), thing)
        .map(([property, added]) => ({ name, data: withProperty(data, property, added) })),
      fc.constantFrom(...Object.keys(data)).map((property) => ({ name, data: withoutProperty(data, property, name) })),
      fc
        .tuple(
          fc.constantFrom(...Object.keys(data)),
          fc.oneof(fc.double({ min: -9, max: 0 }), fc.constant({}), fc.constant(null)),
        )
        .map(([property, other]) => ({ name, data: { ...data, [property]: other } })),
      text
        .filter((other) => !COMMANDS.some((command) => command === other))
        .map((other) => ({ name: other, data: data })),
      fc.constant(name === 'initialize' ? { name: 'verify', data } : { name, data: { ...data, paymentId: NOBODY } }),
    ),
  );

const isFit = (data: unknown): boolean => typeof data === 'object' && data !== null && 'paymentId' in data;

function withProperty(data: object, property: string, added: unknown): object {
  const changed = { ...data };
  Object.defineProperty(changed, property, { value: added, enumerable: true });
  return changed;
}

/** Without its key a `regenerate` still fits, so another property goes. */
function withoutProperty(data: Readonly<Record<string, unknown>>, property: string, name: string): object {
  const { [name === 'regenerate' ? 'attempt' : property]: _, ...rest } = data;
  return rest;
}

/** Rings at doors that are not due, are nobody's, or are no doors. */
const rings = (instanceIds: readonly string[]): fc.Arbitrary<unknown> => {
  const id = fc.oneof(fc.constantFrom(...instanceIds, NOBODY), text);
  const key = fc.oneof(fc.constantFrom('open/1', 'tell/1', 'timer/cooldown', 'timer/watch/1', 'poll/0'), text);
  const ref = fc.oneof(fc.record({ instanceId: id, key }), fc.record({ instanceId: thing, key: thing }), thing);
  return fc.oneof(fc.record({ effects: fc.array(ref, { maxLength: 60 }) }), fc.record({ effects: thing }), thing);
};

const crafted = (paymentId: string, instanceIds: readonly string[]): fc.Arbitrary<Crafted> =>
  fc.oneof(
    { weight: 3, arbitrary: spoiled(paymentId).map((job) => ({ queue: 'payment-commands', ...job })) },
    {
      weight: 1,
      arbitrary: fc.record({
        queue: fc.constantFrom(...EFFECT_CLASSES.map(wakeQueueName)),
        name: text.map((made) => made || 'x'),
        data: rings(instanceIds),
      }),
    },
  );

function hostileSuite(where: string, makePlace: (databaseUrl: string) => Promise<QueuePlace>): void {
  describe(`${JOBS} jobs that anybody wrote (queues on ${where})`, () => {
    let bench: CommandBench;
    const queues = new Map<string, Queue>();
    const queueOf = (name: string): Queue => {
      const queue = queues.get(name) ?? new Queue(name, bench.place.connection, bench.place.factory as never);
      queue.on('error', () => undefined);
      queues.set(name, queue);
      return queue;
    };
    beforeAll(async () => {
      bench = await CommandBench.open(makePlace);
    }, 60_000);
    afterAll(async () => {
      await Promise.all([...queues.values()].map((queue) => queue.close()));
      await bench.close();
    });

    /** All that is kept of practices and payments. */
    const kept = () => keptRows(bench.pool);

    const atRest = () =>
      eventually(
        async () => {
          const due = await bench.count(`engine.effect where status = 'pending' and due_at <= engine.clock()`);
          const underWay = await Promise.all(
            [...queues.values()].map((queue) => queue.getJobCounts('active', 'waiting')),
          );
          const left = underWay.map(({ active = 0, waiting = 0 }) => active + waiting);
          return due === 0 && left.every((count) => count === 0) ? true : null;
        },
        'nothing is due and no job waits',
        60_000,
      );

    it('end in words of ours, change nothing, and hold up nobody', async () => {
      await bench.startWorker();
      const paymentId = await bench.annulled();
      await atRest();
      const { rows } = await bench.pool.query<{ id: string }>('select id from engine.instance');
      const instanceIds = rows.map(({ id }) => id);
      const jobs = fc.sample(crafted(paymentId, instanceIds), { numRuns: JOBS, seed: SEED });
      const before = await kept();
      for (const name of new Set(jobs.map(({ queue }) => queue))) {
        const ofQueue = jobs.filter(({ queue }) => queue === name);
        await queueOf(name).addBulk(ofQueue.map(({ name: job, data }) => ({ name: job, data, opts: { attempts: 3 } })));
      }
      await atRest();
      expect(await kept()).toEqual(before);

      const commands = await queueOf('payment-commands').getJobs([
        'failed',
        'completed',
        'delayed',
        'active',
        'waiting',
      ]);
      expect(commands).toHaveLength(jobs.filter(({ queue }) => queue === 'payment-commands').length);
      for (const job of commands) {
        expect(await job.isFailed()).toBe(true);
        expect(job.failedReason).toMatch(REFUSED);
        expect(job.failedReason).not.toMatch(OF_OUR_CODE);
        expect(job.failedReason.length).toBeLessThan(8_000);
      }
      const { jobId } = await bench.producer.verify({ paymentId }, { idempotencyKey: 'honest' });
      expect(await bench.producer.result(jobId)).toMatchObject({ status: 202, body: { state: 'annulled' } });
      expect(await kept()).not.toEqual(before); // a change would have been seen
    }, 180_000);
  });
}

hostileSuite('PostgreSQL', placeOnPostgres);
if (hasRedisServer()) hostileSuite('Redis', placeOnRedis);
else it.skip('jobs on Redis (skipped: redis-server is not installed)', () => undefined);
