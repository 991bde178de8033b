import { describe, expect, it } from '@jest/globals';
import type { Claim } from '#libs/engine';
import { done, park, retryAt, Runner } from '#libs/engine';
import type { Bench } from './bench.js';
import type { StoreGround } from './ground.js';
import { lease, recordingLog } from './bench.js';
import { benchOfEach } from './bench-of-each.js';
import { arrive, noted, parcelRegistry, POLL_KEY, returned, SHIP_TIMEOUT_MS, SHIP_TIMER, shipped } from './exemplar.js';

const TIMER_KEY = `timer/${SHIP_TIMER}`;
const MINUTE_MS = 60_000;

/** What any store must hold about effects: claimed by one, settled once, in order, never lost. */
export function effectSuite(make: () => Promise<StoreGround>): void {
  describe('effects', () => {
    const bench = benchOfEach(make);

    claims(bench);
    settlements(bench);
    timers(bench);
    lanes(bench);
    parking(bench);
  });
}

const pollOf = (instanceId: string) => ({ instanceId, key: POLL_KEY });

async function claimed(bench: Bench, instanceId: string, key: string): Promise<Claim> {
  const [claim] = await bench.claim({ instanceId, key });
  if (!claim) throw new Error(`${key} could not be claimed`);
  return claim;
}

function claims(bench: () => Bench): void {
  it('gives an effect to one of two workers that come at once', async () => {
    const { order, claim } = bench();
    const id = await order();
    const both = await Promise.all([claim(pollOf(id)), claim(pollOf(id))]);

    expect(both.flat()).toHaveLength(1);
    expect(both.flat()[0]).toMatchObject({ machine: 'parcel', type: 'carrier.poll', tries: 1, armedSeq: 1 });
  });

  it('tells a claim up to which decision the instance knew', async () => {
    const { order, claim, submit } = bench();
    const id = await order();
    await submit(id, 'note', noted());

    expect(await claim(pollOf(id))).toMatchObject([{ armedSeq: 1, askedAtSeq: 2 }]);
  });

  it('gives nothing that is not due yet, not known, or finished', async () => {
    const { order, claim, runner } = bench();
    const id = await order();
    await runner.run([pollOf(id)]);

    expect(await claim({ instanceId: id, key: TIMER_KEY }, pollOf(id), pollOf('nobody'))).toEqual([]);
  });

  it('gives an effect again when a worker died with it, and counts the try', async () => {
    const { order, claim, ground } = bench();
    const id = await order();
    await claim(pollOf(id));
    await ground.setClockAhead(11_000);
    expect(await claim(pollOf(id))).toEqual([]);
    await ground.setClockAhead(13_000);

    expect(await claim(pollOf(id))).toMatchObject([{ tries: 2 }]);
  });

  it('wakes nobody for an effect under lease, and rings as soon as the lease ends', async () => {
    const { order, claim, store, ground } = bench();
    const id = await order();
    const rung = async () => (await store.ring(new Map([['poll', 10]]))).effects.map((effect) => effect.instanceId);
    expect(await rung()).toEqual([id]);
    await claim(pollOf(id));
    for (const afterMs of [6_000, 11_900]) {
      await ground.setClockAhead(afterMs);
      expect(await rung()).toEqual([]);
    }
    await ground.setClockAhead(12_100);

    expect(await rung()).toEqual([id]);
  });

  it('carries an effect out once, however many jobs name it at once', async () => {
    const { order, runner, world } = bench();
    const ids = [await order(), await order()];
    await Promise.all([0, 1, 0, 1, 0].map((index) => runner.run([pollOf(ids[index] ?? '')])));

    expect(world.calls.map(({ instanceId }) => instanceId).toSorted()).toEqual(ids.toSorted());
  });

  it('holds each type of effect for its own lease', async () => {
    const { order, store, ground } = bench();
    const id = await order();
    const terms = { ...lease(), msByType: { 'carrier.poll': 30_000 } };
    await store.claim([pollOf(id)], terms);
    await ground.setClockAhead(20_000);

    expect(await store.claim([pollOf(id)], lease())).toEqual([]);
  });
}

function settlements(bench: () => Bench): void {
  it('takes in what a handler learned together with the end of its effect', async () => {
    const { order, runner, store, world } = bench();
    const id = await order();
    world.answer = (claim) => {
      const event = { type: 'carrier.answered', askedAtSeq: claim.askedAtSeq };
      return done({ to: id, id: 'answer/1', event });
    };
    await runner.run([pollOf(id)]);

    expect((await store.readEffects(id)).map((effect) => effect.key)).not.toContain(POLL_KEY);
    expect(await store.readTransitions(id, 1, 10)).toMatchObject([{ eventId: 'answer/1', source: 'effect' }]);
  });

  it('keeps the key and counts the tries when a handler asks to come back later', async () => {
    const { order, runner, world, claim, ground, store } = bench();
    const id = await order();
    world.answer = () => retryAt(MINUTE_MS, 'nothing new');
    await runner.run([pollOf(id)]);
    expect(await claim(pollOf(id))).toEqual([]);
    await ground.setClockAhead(MINUTE_MS + 1_000);

    expect(await store.readEffects(id)).toContainEqual(expect.objectContaining({ lastError: 'nothing new' }));
    expect(await claim(pollOf(id))).toMatchObject([{ tries: 2 }]);
  });

  it('hears the facts of a worker that lost its lease, and leaves the effect to who holds it now', async () => {
    const { order, intake, claim, ground, store } = bench();
    const id = await order();
    const [slow] = await claim(pollOf(id));
    await ground.setClockAhead(13_000);
    const [quick] = await claim(pollOf(id));
    if (!slow || !quick) throw new Error('both must have had it');
    const event = { type: 'carrier.answered', askedAtSeq: 1 };
    await intake.submit({
      arrivals: [arrive(id, 'answer', event)],
      settlement: { claim: slow, then: { kind: 'done' } },
    });

    expect((await store.readInstance(id))?.snapshot).toMatchObject({ context: { answers: [1] } });
    for (const then of [
      { kind: 'retry', afterMs: 0, reason: 'slow' } as const,
      { kind: 'park', reason: 'slow' } as const,
    ]) {
      await intake.submit({ arrivals: [], settlement: { claim: slow, then } });
    }
    expect(await store.readEffects(id)).toContainEqual(
      expect.objectContaining({ key: POLL_KEY, tries: 2, status: 'pending', lastError: null }),
    );
    expect(await claim(pollOf(id))).toEqual([]);
    await intake.submit({ arrivals: [], settlement: { claim: quick, then: { kind: 'done' } } });
    expect((await store.readEffects(id)).map((effect) => effect.key)).not.toContain(POLL_KEY);
  });

  it('leaves an effect that was armed again while it ran due again, whatever the old run ends with', async () => {
    const { order, runner, world, submit, store, claim } = bench();
    const id = await order();
    world.answer = async () => {
      await submit(id, 'verify', { type: 'poll.wanted' });
      return done();
    };
    await runner.run([pollOf(id)]);

    expect(await store.readEffects(id)).toContainEqual(expect.objectContaining({ key: POLL_KEY, armedSeq: 2 }));
    expect(await claim(pollOf(id))).toMatchObject([{ tries: 1, armedSeq: 2 }]);
  });

  it('lets an effect arm itself anew by what it learned', async () => {
    const { order, runner, world, store } = bench();
    const id = await order();
    world.answer = () => done({ to: id, id: 'again', event: { type: 'poll.wanted' } });
    await runner.run([pollOf(id)]);

    expect(await store.readEffects(id)).toContainEqual(
      expect.objectContaining({ key: POLL_KEY, armedSeq: 2, tries: 0 }),
    );
  });

  it('drops an effect that is no longer wanted, even from the hands of its worker', async () => {
    const { order, submit, intake, store } = bench();
    const id = await order();
    const claim = await claimed(bench(), id, POLL_KEY);
    await submit(id, 'enough', { type: 'poll.unwanted' });
    await intake.submit({ arrivals: [], settlement: { claim, then: { kind: 'retry', afterMs: 0, reason: 'late' } } });

    expect((await store.readEffects(id)).map((effect) => effect.key)).not.toContain(POLL_KEY);
  });
}

function timers(bench: () => Bench): void {
  const due = async (id: string) => {
    await bench().ground.setClockAhead(SHIP_TIMEOUT_MS + 1_000);
    await bench().runner.run([{ instanceId: id, key: TIMER_KEY }]);
  };

  it('says when a timer fires, and fires it then', async () => {
    const { order, store } = bench();
    const id = await order();
    const [timer] = await store.readTimers([id]);
    const createdAt = (await store.readInstance(id))?.createdAt.getTime() ?? 0;

    expect(timer).toMatchObject({ instanceId: id, timerId: SHIP_TIMER });
    expect(Math.abs((timer?.dueAt.getTime() ?? 0) - createdAt - SHIP_TIMEOUT_MS)).toBeLessThan(100);
    await due(id);
    expect(await store.readInstance(id)).toMatchObject({ state: 'lost', timers: {} });
    expect(await store.readTimers([id])).toEqual([]);
  });

  it('never fires a timer whose state was left', async () => {
    const { order, submit, store } = bench();
    const id = await order();
    await submit(id, 'ship', shipped);
    await due(id);

    expect((await store.readInstance(id))?.state).toBe('shipped');
  });

  it('drops the old arming of a timer whose state was entered again', async () => {
    const { order, submit, store, intake, ground } = bench();
    const id = await order();
    await ground.setClockAhead(SHIP_TIMEOUT_MS + 1_000);
    const old = await claimed(bench(), id, TIMER_KEY);
    await submit(id, 'ship', shipped);
    await submit(id, 'back', returned);
    const arrival = arrive(
      id,
      `timer/${SHIP_TIMER}/1`,
      { type: SHIP_TIMER },
      {
        source: 'timer',
        timer: { timerId: SHIP_TIMER, armedSeq: 1 },
      },
    );
    const receipts = await intake.submit({ arrivals: [arrival], settlement: { claim: old, then: { kind: 'done' } } });

    expect(receipts).toMatchObject([{ decision: 'dropped' }]);
    expect(await store.readInstance(id)).toMatchObject({ state: 'ordered', seq: 3 });
    expect(await store.readTimers([id])).toHaveLength(1);
  });
}

function lanes(bench: () => Bench): void {
  const keysOf = (claims: readonly Claim[]) => claims.map((claim) => (claim.payload as { text: string }).text);
  const noteRefs = async (id: string) =>
    (await bench().store.readEffects(id)).filter((effect) => effect.lane === 'notes');

  it('gives only the oldest unfinished effect of a lane', async () => {
    const { order, submit, claim, intake } = bench();
    const id = await order();
    for (const text of ['one', 'two', 'three']) await submit(id, text, noted(text));
    const first = await claim(...(await noteRefs(id)));
    expect(keysOf(first)).toEqual(['one']);
    expect(await claim(...(await noteRefs(id)))).toEqual([]);
    const [one] = first;
    if (!one) throw new Error('the first was claimed');
    await intake.submit({ arrivals: [], settlement: { claim: one, then: { kind: 'retry', afterMs: 0, reason: '' } } });

    expect(keysOf(await claim(...(await noteRefs(id))))).toEqual(['one']);
  });

  it('wakes nobody for an effect behind another, and brings it forward as soon as that one ends', async () => {
    const { order, submit, runner, store } = bench();
    const id = await order();
    for (const text of ['one', 'two']) await submit(id, text, noted(text));
    const [one, two] = await noteRefs(id);
    const rung = async () => (await store.ring(new Map([['delivery', 10]]))).effects.map((effect) => effect.key);

    expect(await rung()).toEqual([one?.key]);
    expect(await rung()).toEqual([]);
    await runner.run(await noteRefs(id));
    expect(await rung()).toEqual([two?.key]);
  });

  it('goes on behind an effect that is done, and behind one that is parked', async () => {
    const { order, submit, runner, world } = bench();
    const id = await order();
    for (const text of ['one', 'two', 'three']) await submit(id, text, noted(text));
    world.answer = (claim) => (claim.tries === 1 && world.calls.length === 1 ? park('no such address') : done());
    for (let round = 0; round < 3; round += 1) await runner.run(await noteRefs(id));

    expect(keysOf(world.calls)).toEqual(['one', 'two', 'three']);
  });
}

function parking(bench: () => Bench): void {
  it('parks an effect, tells its owner, and runs it again when an operator says so', async () => {
    const { order, runner, world, store, claim } = bench();
    const id = await order();
    world.answer = () => park('the carrier knows no such parcel');
    await runner.run([pollOf(id)]);

    expect((await store.readInstance(id))?.snapshot).toMatchObject({ context: { parked: [POLL_KEY] } });
    expect(await store.parkedEffects(10)).toMatchObject([
      { instanceId: id, key: POLL_KEY, status: 'parked', lastError: 'the carrier knows no such parcel' },
    ]);
    expect(await claim(pollOf(id))).toEqual([]);
    expect(await store.rearm(pollOf(id))).toBe(true);
    expect(await store.rearm(pollOf(id))).toBe(false);
    expect(await claim(pollOf(id))).toMatchObject([{ tries: 2 }]);
  });

  it('tries again after a failure, and parks after as many as the handler allows; a redrive allows as many again', async () => {
    const { order, runner, world, store, ground } = bench();
    const id = await order();
    const label = (await store.readEffects(id)).find((effect) => effect.type === 'label.print');
    if (!label) throw new Error('a label is printed');
    world.answer = () => Promise.reject(new Error('out of paper'));
    const runs = async (from: number, to: number) => {
      for (let hour = from; hour <= to; hour += 1) {
        await ground.setClockAhead(hour * 60 * MINUTE_MS);
        await runner.run([label]);
      }
    };
    await runs(1, 5);
    expect(world.calls).toHaveLength(3);
    expect(await store.parkedEffects(10)).toMatchObject([{ key: label.key, lastError: 'Error: out of paper' }]);
    await store.rearm(label);
    await runs(6, 10);

    expect(world.calls).toHaveLength(6);
    expect((await store.readInstance(id))?.snapshot).toMatchObject({ context: { parked: [label.key, label.key] } });
  });

  it('never gives up what was learned because the database failed: it is claimed again, and then taken in', async () => {
    const { order, world, store, intake, ground } = bench();
    const id = await order();
    world.answer = () => done({ to: id, id: 'arrived', event: shipped });
    const failing = { submit: () => Promise.reject(Object.assign(new Error('internal error'), { code: 'XX000' })) };
    const registry = parcelRegistry(world);
    const said: string[] = [];
    const runnerOn = (to: Pick<typeof intake, 'submit'>) =>
      new Runner({ store, intake: to, registry, log: recordingLog(said), chance: () => 0 });
    await runnerOn(failing).run([pollOf(id)]);

    expect(said).toEqual(['effect left to its lease']);
    expect(await store.parkedEffects(10)).toEqual([]);
    await ground.setClockAhead(MINUTE_MS);
    await runnerOn(intake).run([pollOf(id)]);
    expect((await store.readTransitions(id, 0, 10)).map(({ eventId }) => eventId)).toContain('arrived');
  });

  it('parks an effect whose answer the machine cannot take in', async () => {
    const { order, runner, world, store, said } = bench();
    const id = await order();
    world.answer = () => done({ to: id, id: 'crush', event: { type: 'parcel.crushed' } });
    await runner.run([pollOf(id)]);

    expect(await store.parkedEffects(10)).toMatchObject([
      { key: POLL_KEY, lastError: 'Error: the parcel was crushed' },
    ]);
    expect((await store.readInstance(id))?.snapshot).toMatchObject({ context: { parked: [POLL_KEY] } });
    expect(said).toEqual(['what an effect learned could not be taken in']);
  });

  it('hands due polls to their handler in one call', async () => {
    const { order, runner, world } = bench();
    const ids = await Promise.all([order(), order(), order()]);
    const sizes: number[] = [];
    const { handle } = world;
    const answer = world.answer;
    world.answer = (claim) => {
      sizes.push(world.calls.length);
      return answer(claim);
    };
    await runner.run(ids.map(pollOf));

    expect(handle).toBeDefined();
    expect(sizes).toEqual([3, 3, 3]);
  });
}
