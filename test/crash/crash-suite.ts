import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '../stack.js';
import { disagreements, strangers } from './agreement.js';
import type { Queues } from './crash-stack.js';
import { CrashStack } from './crash-stack.js';
import { brokenInvariants, forgottenCommands } from './invariants.js';
import type { Payers } from './payers.js';
import { PAYMENTS } from './payers.js';
import type { FailPoint } from './program.js';
import { recoveryMs } from './recovery.js';

const BUILD_AND_START_MS = 240_000;
const SCENARIO_MS = 240_000;
/** Generous, for a machine that is busy with other things: nothing but a failing claim waits so long. */
const PATIENCE_MS = 60_000;
/** The promise: a worker is killed, and every payment moves again. */
const RECOVERY_MS = 15_000;

const MOST_SHOWN = 10;
const LONGER_THAN_A_LEASE_MS = 13_000;

const POINTS: readonly FailPoint[] = [
  'commit.before',
  'iris.before',
  'settle.before',
  'commit.after',
  'iris.after',
  'settle.after',
];

/** Two hundred payments are on their way whenever something dies. Each claim ends with the same questions. */
export function describeCrashes(queues: Queues): void {
  let stack: CrashStack;

  beforeAll(async () => {
    await build();
    stack = await CrashStack.start(queues);
  }, BUILD_AND_START_MS);

  afterAll(() => stack.stop(), BUILD_AND_START_MS);

  /** Measures a recovery and says it; a failure that nobody waits for is no unhandled one. */
  const recovers = (what: string, failedAt: number): Promise<number> => {
    const recovery = recoveryMs(stack.database.pool, failedAt).then((ms) => {
      console.log(`recovery: ${what}: ${(ms / 1000).toFixed(1)} s`);
      return ms;
    });
    recovery.catch(() => undefined);
    return recovery;
  };

  describe(`with the queues on ${queues} and 200 payments under way`, () => {
    const claim = (name: string, crash: () => Promise<Payers>): void => {
      it(name, async () => allEndWell(stack, await crash()), SCENARIO_MS);
    };

    claim('a worker is killed, and every payment moves again within 15 s', async () => {
      const payers = stack.payers(1);
      const { worker } = stack;
      const counted = worker.failures.length;
      // Of some four hundred messages: most payments are past their opening, and what it holds waits for its lease.
      await worker.restart({ point: 'iris.after', at: 200 });
      payers.release();
      const failure = await worker.failure(counted);
      expect(await recovers('worker killed', failure.at)).toBeLessThan(RECOVERY_MS);
      return payers;
    });

    claim('the worker dies at each point in turn', async () => {
      const payers = stack.payers(2);
      const { worker } = stack;
      const counted = worker.failures.length;
      await worker.restart(...POINTS.map((point, index) => ({ point, at: 5 + index })));
      const recoveries: Promise<number>[] = [];
      for (const [index, point] of POINTS.entries()) {
        payers.release(1 / POINTS.length);
        const failure = await worker.failure(counted + index);
        expect(failure.point).toBe(point);
        recoveries.push(recovers(`worker killed at ${point}, six deaths in a row`, failure.at));
      }
      await Promise.all(recoveries);
      return payers;
    });

    claim('the API dies before and after a commit', async () => {
      const payers = stack.payers(3);
      const { api } = stack;
      const points = ['commit.before', 'commit.after'] as const;
      const counted = api.failures.length;
      await api.restart(...points.map((point) => ({ point, at: 5 })));
      for (const [index, point] of points.entries()) {
        payers.release(1 / points.length);
        const failure = await api.failure(counted + index);
        expect(failure.point).toBe(point);
        await api.ready();
        console.log(`recovery: API killed at ${point}: ${((Date.now() - failure.at) / 1000).toFixed(1)} s`);
      }
      return payers;
    });

    claim('API, worker and PostgreSQL die in one instant, twice', async () => {
      const payers = stack.payers(4);
      const { api, worker, database } = stack;
      const points = ['commit.after', 'iris.after'] as const;
      const recoveries: Promise<number>[] = [];
      for (const point of points) {
        const counted = worker.failures.length;
        const server = database.pid;
        const others = [[api.pid, 'SIGKILL'] as const, [server, 'SIGQUIT'] as const];
        await worker.restart({ point, at: 6, with: others });
        payers.release(1 / points.length);
        const failure = await worker.failure(counted);
        expect(failure.point).toBe(point);
        recoveries.push(recovers(`everything killed at ${point}, twice in a row`, failure.at));
        await database.isUpAgain(server);
        await Promise.all([api.ready(), worker.ready()]);
      }
      await Promise.all(recoveries);
      return payers;
    });

    claim('PostgreSQL is stopped at once and started again, and neither process ends', async () => {
      const payers = stack.payers(5);
      const { api, worker, database } = stack;
      payers.release();
      await payers.areUnderWay(40);
      const pids = [api.pid, worker.pid];
      const server = database.pid;
      const stoppedAt = Date.now();
      database.stopAtOnce();
      await database.isUpAgain(server);
      await recovers('PostgreSQL stopped at once', stoppedAt);
      expect([api.pid, worker.pid]).toEqual(pids);
      return payers;
    });

    claim('the queues are wiped', async () => {
      const payers = stack.payers(6);
      payers.release();
      await payers.areUnderWay(40);
      const wipedAt = Date.now();
      await stack.wipeQueues();
      await recovers('queues wiped', wipedAt);
      return payers;
    });

    claim('a worker freezes past its lease while another one takes over, and goes on', async () => {
      const payers = stack.payers(7);
      const { worker, secondWorker } = stack;
      const counted = worker.failures.length;
      await secondWorker.start();
      await worker.restart({ point: 'iris.after', at: 8, freeze: true });
      payers.release();
      const failure = await worker.failure(counted);
      await recovers('worker frozen, another takes over', failure.at);
      await eventually(
        () => Promise.resolve(Date.now() > failure.at + LONGER_THAN_A_LEASE_MS || null),
        'a lease is over',
      );
      process.kill(worker.pid, 'SIGCONT');
      await payers.allDone();
      await secondWorker.stop();
      return payers;
    });

    claim('every connection that listens is cut', async () => {
      const payers = stack.payers(8);
      payers.release();
      await payers.areUnderWay(40);
      const cutAt = Date.now();
      const cut = await stack.cutListeners();
      expect(cut).toContain('listen engine_due');
      await recovers('listening connections cut', cutAt);
      return payers;
    });

    it('in the end IRIS has no position that is not known here, and money on lost openings was found', async () => {
      const payments = await stack.portos.payments();
      expect(strangers(payments, await stack.ledger())).toEqual([]);
      const attempts = payments.flatMap((payment) => payment.attempts);
      const refunds = attempts.flatMap(({ positions }) => positions.filter(({ refund }) => refund === 'due'));
      console.log(`${attempts.length - payments.length} openings were lost, ${refunds.length} positions paid twice`);
      expect(attempts.length).toBeGreaterThan(payments.length);
      expect(refunds.length).toBeGreaterThan(0);
    });
  });
}

/** Builds the programs if the sources have changed, as every npm script does. */
async function build(): Promise<void> {
  const bootstrap = new URL('../../apps/cli/bootstrap/prepare.mjs', import.meta.url).href;
  const { prepare } = (await import(bootstrap)) as { prepare: () => Promise<void> };
  await prepare();
}

/** Every payment reached its state, nothing counts twice, the books agree with IRIS's, nothing acknowledged is lost. */
async function allEndWell(stack: CrashStack, payers: Payers): Promise<void> {
  const { pool } = stack.database;
  await payers.allDone();
  expect(payers.expected.size).toBe(PAYMENTS);
  try {
    await none(() => unreached(stack, payers));
    await none(() => brokenInvariants(pool));
    await none(async () => disagreements(pool, await stack.portos.payments(PAYMENTS), await stack.ledger()));
  } catch (error) {
    throw new Error(`${String(error)}\n${stack.lastLines}`, { cause: error });
  }
  expect(await forgottenCommands(pool, payers.portos.acknowledged)).toEqual([]);
}

/** Looks until there is nothing to complain about; else says what there was last. */
async function none(complaints: () => Promise<readonly string[]>): Promise<void> {
  let last: readonly string[] = [];
  const look = async () => {
    last = await complaints();
    return last.length === 0 || null;
  };
  await eventually(look, 'no complaint', PATIENCE_MS, 250).catch(() => expect(last.slice(0, MOST_SHOWN)).toEqual([]));
}

/** The payments that are not in the state they must end in, and the practices that are not settled, or should not be. */
async function unreached({ database }: CrashStack, { expected, practices }: Payers): Promise<string[]> {
  const settled = [...practices].map(([practiceId, payments]): [string, string] => [
    `practice/${practiceId}`,
    payments.every((paymentId) => expected.get(paymentId) === 'paid') ? 'settled' : 'collecting',
  ]);
  const wanted = new Map([...expected, ...settled]);
  const { rows } = await database.pool.query<{ id: string; state: string }>(
    'select id, state from engine.instance where id = any($1)',
    [[...wanted.keys()]],
  );
  const found = new Map(rows.map(({ id, state }) => [id, state]));
  return [...wanted].flatMap(([id, state]) => {
    const is = found.get(id);
    return is?.split('.')[0] === state ? [] : [`${id} is ${is ?? 'unknown'}, not ${state}`];
  });
}
