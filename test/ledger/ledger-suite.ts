import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { setClockAhead } from '#libs/testkit';
import { brokenInvariants } from '../programs/invariants.js';
import { buildPrograms } from '../programs/program.js';
import type { Queues } from '../programs/program-stack.js';
import { ProgramStack } from '../programs/program-stack.js';
import { randomFrom } from '../programs/random.js';
import { eventually } from '../stack.js';
import { countLate, readBooks } from './books.js';
import { Crowd } from './crowd.js';
import { ENDS } from './ends.js';
import { disagreements } from './reckoning.js';
import { misplaced, resultsOf, sumOf, tableOf } from './results.js';

/** CHOICE_TIMEOUT and PUSH_CONFIRM_TIMEOUT stay as they are: once all is quiet the engine's clock is moved past them. */
const SETTINGS = {
  POLL_SCHEDULE: '1,6',
  WATCH_SCHEDULE: '5,30',
  SESSION_TIMEOUT: '3',
  REGENERATE_CHECK_TIMEOUT: '2',
  SANDBOX_SLOW_MS: '1000',
  LOG_LEVEL: 'warn',
};
const FAULTS = { duplicateRate: 0.3, reorderRate: 0.2, errorRate: 0.1 };
const OUTAGE_SECONDS = 5;

const BUILD_AND_START_MS = 240_000;
const CLAIM_MS = 240_000;
/** Generous, for a machine that is busy with other things: nothing but a failing claim waits so long. */
const PATIENCE_MS = 90_000;
const LOOK_EVERY_MS = 1_000;
/** Longer than CHOICE_TIMEOUT, and in all the looks there may be shorter than READY_TIMEOUT and CONFIRM_TIMEOUT. */
const TIME_PASSES_MS = 16 * 60_000;
const MOST_SHOWN = 10;

/** A seed to repeat a run with: LEDGER_SEED=7 npm run jest -- test/ledger. */
const SEED = Number(process.env['LEDGER_SEED'] ?? Math.floor(Math.random() * 1_000_000));

/**
 * The promise that no euro is lost. A thousand payments come to all the ends there are, while IRIS duplicates, reorders
 * and fails, and is away for a while. Then IRIS's own ledger is laid beside our database, payment by payment.
 */
export function describeLedger(queues: Queues): void {
  let stack: ProgramStack;
  let crowd: Crowd;

  beforeAll(async () => {
    await buildPrograms();
    stack = await ProgramStack.start(queues, SETTINGS);
    const { sandbox, states } = stack;
    crowd = new Crowd({ portos: stack.newPortos(), sandbox, states }, randomFrom(SEED));
  }, BUILD_AND_START_MS);

  afterAll(() => stack.stop(), BUILD_AND_START_MS);

  const tell = (line: string) => console.log(`ledger: ${line}`);

  describe(`with the queues on ${queues}, by the seed ${SEED}`, () => {
    const claim = (name: string, hold: () => Promise<void>): void => it(name, hold, CLAIM_MS);

    claim(
      'a thousand payers do all they do, though IRIS duplicates, reorders, fails and is away for a while',
      async () => {
        const { sandbox } = stack;
        await sandbox.setFaults({ ...FAULTS, seed: `${SEED}` });
        const startedAt = performance.now();
        const played = crowd.play();
        await Promise.race([crowd.halfway, played]);
        await sandbox.setFaults({ ...FAULTS, seed: `${SEED}, the second half`, downForSeconds: OUTAGE_SECONDS });
        await played;
        const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
        const struck = await sandbox.struck();
        tell(
          `${crowd.ends.size} payments in ${seconds} s, queues on ${queues}, seed ${SEED}: ${JSON.stringify(struck)}`,
        );
        expect(crowd.ends.size).toBe(1000);
        expect(Math.min(...Object.values(struck))).toBeGreaterThan(0);
        expect(struck['failedMessages']).toBeGreaterThan(100);
        expect(struck['duplicated']).toBeGreaterThan(200);
        expect(struck['overtaken']).toBeGreaterThan(100);
      },
    );

    claim(
      'then every payment rests, and what IRIS took is settled, a duplicate or quarantined, to the cent',
      async () => {
        await stack.sandbox.setFaults({});
        await comesToRest(stack, () => complaintsOf(stack, crowd));
      },
    );

    claim('every kind of end was there, with late money, duplicates and quarantined money', async () => {
      const { pool } = stack.database;
      const results = resultsOf(crowd.ends, await stack.sandbox.ledger(), await readBooks(pool));
      const late = await countLate(pool);
      const all = sumOf(results);
      for (const line of tableOf([...results, all])) tell(line);
      tell(`${late} payments were paid after they had been blocked`);
      expect(new Map(results.map(({ name, payments }) => [name, payments]))).toEqual(
        new Map(ENDS.map(({ name, payments }) => [name, payments])),
      );
      expect(all.settledCents + all.duplicateCents + all.quarantinedCents).toBe(all.takenCents);
      expect(late).toBeGreaterThan(100);
      for (const pile of ['duplicateCents', 'quarantinedCents', 'refundedCents'] as const) {
        expect(results.filter((result) => result[pile] > 0).length).toBeGreaterThan(1);
      }
    });

    claim('and the engine neither gave up nor forgot anything', async () => {
      let broken: readonly string[] = [];
      const look = async () => (broken = await brokenInvariants(stack.database.pool)).length === 0 || null;
      await eventually(look, 'no invariant is broken', PATIENCE_MS, LOOK_EVERY_MS).catch(() =>
        expect(broken).toEqual([]),
      );
    });
  });
}

async function complaintsOf({ sandbox, database }: ProgramStack, { ends }: Crowd): Promise<string[]> {
  const [ledger, books] = await Promise.all([sandbox.ledger(), readBooks(database.pool)]);
  return [...disagreements(ledger, books), ...misplaced(ends, books)];
}

/**
 * Looks until there is nothing to complain about; else says what there was last. What does not become less by itself
 * waits for time to pass, so it passes.
 */
async function comesToRest({ database }: ProgramStack, complaints: () => Promise<readonly string[]>): Promise<void> {
  let last: readonly string[] = [];
  let aheadMs = 0;
  const look = async () => {
    const before = last.length;
    last = await complaints();
    if (last.length > 0 && last.length === before) await setClockAhead(database.pool, (aheadMs += TIME_PASSES_MS));
    return last.length === 0 || null;
  };
  await eventually(look, 'every payment rests', PATIENCE_MS, LOOK_EVERY_MS).catch(() =>
    expect({ count: last.length, first: last.slice(0, MOST_SHOWN) }).toEqual({ count: 0, first: [] }),
  );
}
