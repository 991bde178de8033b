import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import type { Instance, TransitionRecord } from '#libs/engine';
import { advance } from '#libs/engine';
import type { Bench } from './bench.js';
import type { StoreGround } from './ground.js';
import { newParcelId } from './bench.js';
import { benchOfEach } from './bench-of-each.js';
import type { ParcelEvent } from './exemplar.js';
import { arrive, noted, ordered, parcelMachine, returned, shipped } from './exemplar.js';

const EVENTS: readonly ParcelEvent[] = [
  ordered,
  noted(),
  shipped,
  returned,
  { type: 'poll.wanted' },
  { type: 'poll.unwanted' },
];

/** One submit: which process, which instance, which of few event names, and what it says. */
const step = fc.record({
  process: fc.integer({ min: 0, max: 1 }),
  instance: fc.integer({ min: 0, max: 4 }),
  name: fc.integer({ min: 0, max: 9 }),
  event: fc.constantFrom(...EVENTS),
});

/** Whatever happens in whatever order, the rows tell one story without a gap. */
export function replaySuite(make: () => Promise<StoreGround>): void {
  describe('history', () => {
    const bench = benchOfEach(make);

    it('has no gap and replays to the stored snapshot, after any mix of events, duplicates and processes', async () => {
      const [one, other] = [bench().intake, bench().anotherIntake()];
      await fc.assert(
        fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
          const ids = Array.from({ length: 5 }, newParcelId);
          await Promise.allSettled(
            steps.map(({ process, instance, name, event }) =>
              (process === 0 ? one : other).submit({ arrivals: [arrive(ids[instance] ?? '', `event-${name}`, event)] }),
            ),
          );
          for (const id of ids) await expectOneStory(bench(), id);
        }),
        { numRuns: 60 },
      );
    });
  });
}

async function expectOneStory({ store }: Bench, id: string): Promise<void> {
  const [instance, transitions] = await Promise.all([store.readInstance(id), store.readTransitions(id, 0, 1_000)]);
  expect(transitions.map((transition) => transition.seq)).toEqual(transitions.map((_, index) => index + 1));
  const replayed = transitions.reduce(replay, null);
  expect(instance?.seq).toBe(replayed?.seq);
  expect(instance?.state).toBe(replayed?.state);
  expect(instance?.snapshot).toEqual(replayed?.snapshot);
  expect(instance?.timers).toEqual(replayed?.timers);
}

function replay(
  before: Instance | null,
  { event, eventId, instanceId, seq, decision }: TransitionRecord,
): Instance | null {
  const again = advance(parcelMachine, 1, before, arrive(instanceId, eventId, event));
  expect(again.kind).toBe(decision);
  if (again.kind === 'dropped') throw new Error(`decision ${seq} of ${instanceId} was dropped on replay`);
  return again.instance;
}
