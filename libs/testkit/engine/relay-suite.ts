import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Relay } from '#libs/engine';
import type { Bench } from './bench.js';
import type { StoreGround } from './ground.js';
import { freshBench, RecordingQueue, recordingLog } from './bench.js';
import { untilTrue } from './deadline.js';
import { noted, POLL_KEY } from './exemplar.js';

/** What the relay must hold on any store: what is due is rung for, again and again, until somebody claims it. */
export function relaySuite(make: () => Promise<StoreGround>): void {
  describe('relay', () => {
    let ground: StoreGround;
    let bench: Bench;
    let queue: RecordingQueue;
    let relay: Relay;
    const said: string[] = [];
    beforeAll(async () => {
      ground = await make();
    });
    afterAll(() => ground.close());
    beforeEach(async () => {
      bench = await freshBench(ground);
      queue = new RecordingQueue();
      relay = new Relay({ store: bench.store, wakeQueue: queue, log: recordingLog(said) });
    });
    afterEach(() => relay.stop());

    it('rings at once for what is due, on the announcement of another process', async () => {
      relay.start();
      const ring = queue.nextRing();
      const id = await bench.order();
      await ring;
      await untilTrue(() => queue.keysOf(id).length === 2);

      expect(queue.keysOf(id).toSorted()).toEqual(['1.0', POLL_KEY]);
    });

    it('rings again for what nobody claimed, and not for what somebody holds', async () => {
      const id = await bench.order();
      relay.start();
      await untilTrue(() => queue.keysOf(id).length === 2);
      await bench.claim({ instanceId: id, key: POLL_KEY });
      await ground.setClockAhead(6_000);
      relay.kick();
      await untilTrue(() => queue.keysOf(id).length === 3);

      expect(queue.keysOf(id).at(-1)).toBe('1.0');
    });

    it('rings for a timer when its time has come', async () => {
      const id = await bench.order();
      relay.start();
      await untilTrue(() => queue.keysOf(id).length === 2);
      await ground.setClockAhead(61_000);
      relay.kick();
      await untilTrue(() => queue.rung.some((ring) => ring.effectClass === 'timer'));

      expect(queue.rung.filter((ring) => ring.effectClass === 'timer')).toMatchObject([{ instanceId: id }]);
    });

    it('rings for the next of a lane as soon as the one before it ended', async () => {
      const id = await bench.order();
      for (const text of ['one', 'two']) await bench.submit(id, text, noted(text));
      const notes = (await bench.store.readEffects(id)).filter((effect) => effect.lane === 'notes');
      relay.start();
      await untilTrue(() => queue.keysOf(id).length === 3);
      expect(queue.keysOf(id)).not.toContain(notes[1]?.key);
      await bench.runner.run(notes);
      await untilTrue(() => queue.keysOf(id).includes(notes[1]?.key ?? ''));
    });

    it('rings again after the queue was dead, and says so', async () => {
      queue.failure = new Error('no queue');
      const ring = queue.nextRing();
      relay.start();
      const id = await bench.order();
      await ring;
      await untilTrue(() => said.includes('no worker could be woken'));
      queue.failure = null;
      await ground.setClockAhead(6_000);
      relay.kick();
      await untilTrue(() => queue.keysOf(id).length === 2);
    });

    it('holds back while the queue is long', async () => {
      await relay.stop();
      queue.waitingNow = 1_000;
      relay = new Relay({ store: bench.store, wakeQueue: queue, log: recordingLog(said), quota: 2, maxWaiting: 10 });
      await Promise.all(Array.from({ length: 10 }, () => bench.order()));
      const polls = () => queue.rung.filter((ring) => ring.effectClass === 'poll').length;
      relay.start();
      await untilTrue(() => queue.asked.filter((name) => name === 'poll').length >= 2);
      expect(polls()).toBe(2);
      queue.waitingNow = 0;
      relay.kick();
      await untilTrue(() => polls() === 10);
    });

    it('says for how long the oldest effect has been waiting', async () => {
      expect(await relay.oldestOverdueMs()).toBe(0);
      const id = await bench.order();
      await ground.setClockAhead(30_000);
      expect(await relay.oldestOverdueMs()).toBeGreaterThan(29_000);
      await bench.claim({ instanceId: id, key: POLL_KEY }, { instanceId: id, key: '1.0' });

      expect(await relay.oldestOverdueMs()).toBe(0);
    });
  });
}
