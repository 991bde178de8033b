import { setTimeout } from 'node:timers/promises';
import { SimulatedDatabase } from '../../apps/cli/simulate/database.js';
import { simulatedStore } from '../../apps/cli/simulate/store.js';
import { storeSuite } from '../../libs/testkit/engine/index.js';
import type { Label, StoreGround } from '../../libs/testkit/engine/index.js';

/** The simulated store under the claims that the real one is held to: whatever the simulation shows rests on it. */
storeSuite(() => Promise.resolve(simulatedGround()));

/** By the real clock, and over a line on which nothing is lost. */
function simulatedGround(): StoreGround {
  let aheadMs = 0;
  const now = (): number => Date.now() + aheadMs;
  let database = new SimulatedDatabase(now);
  const listeners = new Set<() => void>();
  return {
    freshStore: () => {
      aheadMs = 0;
      database = new SimulatedDatabase(now);
      return Promise.resolve(
        simulatedStore(database, {
          owner: 'a spec',
          line: { call: (work) => Promise.resolve().then(work) },
          pause: (ms) => setTimeout(ms),
          announce: () => {
            for (const listener of listeners) queueMicrotask(listener);
          },
          listen: (onDue) => {
            listeners.add(onDue);
            return () => void listeners.delete(onDue);
          },
        }),
      );
    },
    setClockAhead: (ms) => {
      aheadMs = ms;
      return Promise.resolve();
    },
    hold: (instanceId) => {
      const holder = database.begin('somebody else');
      database.lock(holder, { instanceIds: [instanceId], events: [], wait: true });
      return Promise.resolve(() => {
        database.rollback(holder);
        return Promise.resolve();
      });
    },
    labels: () =>
      Promise.resolve(
        database
          .rows('engine_test.label')
          .map((row) => ({ note: 'none', ...row }) as Label)
          .toSorted((one, other) => (one.code < other.code ? -1 : 1)),
      ),
    close: () => Promise.resolve(),
  };
}
