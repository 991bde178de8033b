import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { brokenInvariants, forgottenCommands } from '../programs/invariants.js';
import type { FailPoint } from '../programs/program.js';
import { buildPrograms } from '../programs/program.js';
import type { Queues } from '../programs/program-stack.js';
import { ProgramStack } from '../programs/program-stack.js';
import { eventually } from '../stack.js';
import { disagreements, strangers } from './agreement.js';
import { Payers, PAYMENTS } from './payers.js';
import { recoveryMs } from './recovery.js';

/**
 * Shorter where it only saves waiting; payers who wait at IRIS's page are many, and asked about less often.
 * IRIS_TIMEOUT stays as it is: leases, and so the recovery, follow from it.
 */
const SETTINGS = { POLL_SCHEDULE: '1,4', SESSION_TIMEOUT: '3', SANDBOX_SLOW_MS: '1000', LOG_LEVEL: 'warn' };

const BUILD_AND_START_MS = 240_000;
const CLAIM_MS = 240_000;
/** Generous, for a machine that is busy with other things: nothing but a failing claim waits so long. */
const PATIENCE_MS = 60_000;
/** The promise: a worker is killed, and every payment moves again. */
const RECOVERY_MS = 15_000;

const MOST_SHOWN = 10;
const LONGER_THAN_A_LEASE_MS = 13_000;

/** Where the worker dies, in this order; `everything`: API and PostgreSQL die in the same instant. */
const DEATHS: readonly { readonly point: FailPoint; readonly everything: boolean }[] = [
  { point: 'commit.before', everything: false },
  { point: 'iris.before', everything: false },
  { point: 'settle.before', everything: true },
  { point: 'commit.after', everything: false },
  { point: 'iris.after', everything: true },
  { point: 'settle.after', everything: false },
];

/**
 * Crowds of two hundred payers come one after the other, and none of a crowd pays before the next one is on its way:
 * so whenever something dies, at least two hundred payments are between their opening and their end, and those of the
 * crowd before are being paid. What became of them all is asked once, at the end.
 */
export function describeCrashes(queues: Queues): void {
  let stack: ProgramStack;
  const crowds: Payers[] = [];

  beforeAll(async () => {
    await buildPrograms();
    stack = await ProgramStack.start(queues, SETTINGS);
  }, BUILD_AND_START_MS);

  afterAll(() => stack.stop(), BUILD_AND_START_MS);

  /** The next crowd sets out, and the one before it pays. */
  const nextCrowd = (): Payers => {
    crowds.at(-1)?.pay();
    const crowd = new Payers(stack.newPortos(), stack.sandbox, stack.states, crowds.length + 1);
    crowds.push(crowd);
    crowd.release();
    return crowd;
  };

  const tell = async (what: string, ms: number): Promise<number> => {
    const underWay = await unfinished(stack, crowds);
    console.log(`recovery: ${what}: ${(ms / 1000).toFixed(1)} s (queues on ${queues}, ${underWay} payments under way)`);
    expect(underWay).toBeGreaterThanOrEqual(PAYMENTS);
    return ms;
  };

  /** Measures a recovery and tells it; a failure that nobody waits for is no unhandled one. */
  const recovers = (what: string, failedAt: number): Promise<number> => {
    const recovery = recoveryMs(stack.database.pool, failedAt).then((ms) => tell(what, ms));
    recovery.catch(() => undefined);
    return recovery;
  };

  describe(`with the queues on ${queues} and 200 payments under way`, () => {
    const claim = (name: string, hold: () => Promise<void>): void => it(name, hold, CLAIM_MS);

    claim('a worker is killed, and every payment moves again within 15 s', async () => {
      nextCrowd();
      // Of some two hundred openings: most are past, and what the worker holds waits for its lease.
      const killedAt = await stack.worker.fails('iris.after', 120);
      expect(await recovers('worker killed', killedAt)).toBeLessThan(RECOVERY_MS);
    });

    claim('the API dies before and after a commit', async () => {
      const { api } = stack;
      nextCrowd();
      for (const point of ['commit.before', 'commit.after'] as const) {
        const killedAt = await api.fails(point, 3);
        await api.ready();
        await tell(`API killed at ${point}`, Date.now() - killedAt);
      }
    });

    claim('the worker dies at each point in turn, and twice API and PostgreSQL die in the same instant', async () => {
      const { api, worker, database } = stack;
      const recoveries: Promise<number>[] = [];
      for (const { point, everything } of DEATHS) {
        const server = database.pid;
        const others = everything
          ? ([
              [api.pid, 'SIGKILL'],
              [server, 'SIGQUIT'],
            ] as const)
          : [];
        const diedAt = await worker.fails(point, 5, { others });
        recoveries.push(
          recovers(`${everything ? 'everything' : 'worker'} killed at ${point}, one of six in a row`, diedAt),
        );
        if (everything) await database.isUpAgain(server);
        if (everything) await api.ready();
      }
      await Promise.all(recoveries);
    });

    claim('a worker freezes past its lease while another one takes over, and goes on', async () => {
      const { worker, secondWorker } = stack;
      await secondWorker.start();
      nextCrowd();
      const frozenAt = await worker.fails('iris.after', 8, { freeze: true });
      await recovers('worker frozen, another takes over', frozenAt);
      const isLeaseOver = () => Promise.resolve(Date.now() > frozenAt + LONGER_THAN_A_LEASE_MS || null);
      await eventually(isLeaseOver, 'a lease is over');
      process.kill(worker.pid, 'SIGCONT');
      await secondWorker.stop();
    });

    claim('the queues are wiped', async () => {
      await nextCrowd().areAtIris(40);
      const wipedAt = Date.now();
      await stack.wipeQueues();
      await recovers('queues wiped', wipedAt);
    });

    claim('every connection that listens is cut', async () => {
      await nextCrowd().areAtIris(40);
      const cutAt = Date.now();
      expect(await stack.cutListeners()).toContain('listen engine_due');
      await recovers('listening connections cut', cutAt);
    });

    claim('PostgreSQL is stopped at once and started again, and neither process ends', async () => {
      const { api, worker, database } = stack;
      await nextCrowd().areAtIris(40);
      const pids = [api.pid, worker.pid];
      const server = database.pid;
      const stoppedAt = Date.now();
      database.stopAtOnce();
      await database.isUpAgain(server);
      await recovers('PostgreSQL stopped at once', stoppedAt);
      expect([api.pid, worker.pid]).toEqual(pids);
    });

    claim('in the end every payment is in its state, none counts twice, and the books agree with those of IRIS', () =>
      allEndWell(stack, crowds),
    );
  });
}

/** Every payment reached its state, nothing counts twice, the books agree with IRIS's, nothing acknowledged is lost. */
async function allEndWell(stack: ProgramStack, crowds: readonly Payers[]): Promise<void> {
  const { pool } = stack.database;
  const portos = stack.newPortos();
  await Promise.all(crowds.map((crowd) => crowd.allDone()));
  const paymentIds = crowds.flatMap(({ expected }) => [...expected.keys()]);
  expect(paymentIds).toHaveLength(PAYMENTS * crowds.length);
  try {
    for (const crowd of crowds) await none(() => unreached(stack, crowd));
    await none(() => brokenInvariants(pool));
    await none(async () => disagreements(pool, await portos.payments(), await stack.sandbox.ledger()));
  } catch (error) {
    throw new Error(`${String(error)}\n${stack.lastLines}`, { cause: error });
  }
  for (const crowd of crowds) expect(await forgottenCommands(pool, crowd.portos.acknowledged)).toEqual([]);
  const payments = await portos.payments();
  expect(payments).toHaveLength(paymentIds.length);
  expect(strangers(payments, await stack.sandbox.ledger())).toEqual([]);
  const attempts = payments.flatMap((payment) => payment.attempts);
  const refunds = attempts.flatMap(({ positions }) => positions.filter(({ refund }) => refund === 'due'));
  console.log(`${attempts.length - payments.length} openings were lost, ${refunds.length} positions paid twice`);
  expect(attempts.length).toBeGreaterThan(payments.length);
  expect(refunds.length).toBeGreaterThan(0);
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
async function unreached({ database }: ProgramStack, { expected, practices }: Payers): Promise<string[]> {
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

/** How many payments of these crowds are not in the state they must end in; all that are yet to be opened count. */
async function unfinished({ database }: ProgramStack, crowds: readonly Payers[]): Promise<number> {
  const expected = new Map(crowds.flatMap((crowd) => [...crowd.expected]));
  const { rows } = await database.pool.query<{ id: string; state: string }>(
    'select id, state from engine.instance where id = any($1)',
    [[...expected.keys()]],
  );
  const finished = rows.filter(({ id, state }) => state.split('.')[0] === expected.get(id));
  return crowds.length * PAYMENTS - finished.length;
}
