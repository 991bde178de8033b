import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { EffectClass, EffectRef, WakeQueue } from '#libs/engine';
import { done, EFFECT_CLASSES, Relay } from '#libs/engine';
import { freshBench, recordingLog } from './bench.js';
import type { EngineDatabase } from './database.js';
import { untilTrue } from './deadline.js';
import { SHIP_TIMER } from './exemplar.js';
import { setClockAhead } from './clock.js';

/** A wake queue on its real backend, and what a suite must be able to do around it. */
export interface WakeQueueBench {
  readonly queue: WakeQueue;
  /** For the engine itself, wherever the queue lives. */
  readonly database: EngineDatabase;
  /** Starts a worker of a class; each job's effects go to `run`. */
  readonly work: (effectClass: EffectClass, run: (effects: readonly EffectRef[]) => Promise<void>) => Promise<Worker>;
  /** Loses every job, as a wiped server would. */
  readonly wipe: () => Promise<void>;
  /** A queue whose server cannot be reached. */
  readonly deadQueue: () => Promise<WakeQueue>;
  readonly close: () => Promise<void>;
}

interface Worker {
  close(): Promise<void>;
}

/** What any wake queue must hold: it carries names to workers, quickly or not at all, and no state. */
export function wakeQueueSuite(backend: string, make: () => Promise<WakeQueueBench>): void {
  describe(`wake queue on ${backend}`, () => {
    let bench: WakeQueueBench;
    const workers: Worker[] = [];
    const heard: (readonly EffectRef[])[] = [];
    const work = async (effectClass: EffectClass) => {
      workers.push(
        await bench.work(effectClass, (effects) => {
          heard.push(effects);
          return Promise.resolve();
        }),
      );
    };
    beforeAll(async () => {
      bench = await make();
    });
    beforeEach(async () => {
      await Promise.all(workers.splice(0).map((worker) => worker.close()));
      heard.length = 0;
      await bench.wipe();
    });
    afterAll(async () => {
      await Promise.all(workers.map((worker) => worker.close()));
      await bench.close();
    });

    it('brings effects to a worker of their class, and to no other', async () => {
      await work('poll');
      await bench.queue.wake('delivery', [{ instanceId: 'b', key: 'k' }]);
      await bench.queue.wake('poll', [{ instanceId: 'a', key: 'k' }]);
      await untilTrue(() => heard.length === 1);

      expect(heard).toEqual([[{ instanceId: 'a', key: 'k' }]]);
      expect(await bench.queue.waiting('delivery')).toBe(1);
    });

    it('gives a job no more payers at the screen than are served side by side, and fifty polls', async () => {
      await bench.queue.wake('interactive', refs(20));
      await bench.queue.wake('poll', refs(120));

      expect([await bench.queue.waiting('interactive'), await bench.queue.waiting('poll')]).toEqual([3, 3]);
      await work('poll');
      await untilTrue(() => heard.length === 3);
      expect(heard.map((effects) => effects.length).toSorted()).toEqual([20, 50, 50]);
    });

    it('rings again for an effect whose last job still lies there', async () => {
      await bench.queue.wake('timer', refs(1));
      await bench.queue.wake('timer', refs(1));

      expect(await bench.queue.waiting('timer')).toBe(2);
    });

    it('fails within seconds when its server cannot be reached', async () => {
      const dead = await bench.deadQueue();
      const before = performance.now();

      await expect(dead.wake('poll', refs(1))).rejects.toThrow();
      expect(performance.now() - before).toBeLessThan(3_000);
      await dead.close();
    });

    it('carries an effect all the way: event, row, ring, job, handler, answer', async () => {
      const engine = await startEngine(bench);
      workers.push(...engine.workers);
      const id = await engine.order();
      await untilTrue(() => engine.asked().length === 2);
      await untilTrue(async () => (await engine.stateOf(id)) === 'shipped');
      await engine.stop();

      expect(engine.asked().toSorted()).toEqual(['carrier.poll poll', 'label.print 1.0']);
    });

    it('loses nothing when every job is lost: what nobody claimed is rung again', async () => {
      const relayOnly = await startEngine(bench, []);
      const id = await relayOnly.order();
      await untilTrue(async () => (await bench.queue.waiting('poll')) === 1);
      await bench.wipe();
      expect(await bench.queue.waiting('poll')).toBe(0);
      await setClockAhead(bench.database.pool, 6_000);
      await untilTrue(async () => (await bench.queue.waiting('poll')) === 1);
      await relayOnly.stop();

      expect(await relayOnly.stateOf(id)).toBe('ordered');
    });

    it('fires a timer through the queue', async () => {
      const engine = await startEngine(bench, ['timer']);
      workers.push(...engine.workers);
      const id = await engine.order();
      await setClockAhead(bench.database.pool, 61_000);
      await untilTrue(async () => (await engine.stateOf(id)) === 'lost');
      await engine.stop();

      expect(await engine.eventIds(id)).toContain(`timer/${SHIP_TIMER}/1`);
    });
  });
}

const refs = (count: number): EffectRef[] =>
  Array.from({ length: count }, (_, index) => ({ instanceId: `parcel-${index}`, key: 'k' }));

/** A whole engine around the queue: the parcel's carrier says at the first poll that it shipped. */
async function startEngine(
  { database, queue, work }: WakeQueueBench,
  classes = EFFECT_CLASSES as readonly EffectClass[],
) {
  const { store, runner, world, order } = await freshBench(database);
  world.answer = (claim) =>
    claim.type === 'carrier.poll'
      ? done({ to: claim.instanceId, id: 'ship', event: { type: 'parcel.shipped' } })
      : done();
  const workers = await Promise.all(classes.map((name) => work(name, (effects) => runner.run(effects))));
  const relay = new Relay({ store, wakeQueue: queue, log: recordingLog([]) });
  relay.start();
  return {
    workers,
    order,
    asked: () => world.asked,
    stateOf: async (id: string) => (await store.readInstance(id))?.state,
    eventIds: async (id: string) => (await store.readTransitions(id, 0, 100)).map((transition) => transition.eventId),
    stop: () => relay.stop(),
  };
}
