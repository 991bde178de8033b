import type { Build, Census } from './build.js';
import type { Ground } from './ground.js';
import { live, repeat } from './lifecycle.js';
import type { Cost } from './meter.js';
import { committedTransactions, measure } from './meter.js';
import { percentile } from './statistics.js';

/** One block: a build opened, warmed up, driven through so many lifecycles, checked and closed. */
export interface Block extends Cost {
  readonly build: string;
  readonly inFlight: number;
  readonly lifecycles: number;
  readonly perSecond: number;
  readonly redirectP50Ms: number;
  readonly redirectP99Ms: number;
  readonly effectP50Ms: number;
  readonly transitionsPerLifecycle: number;
  /** All transactions, reading ones included, warm-up included. */
  readonly commitsPerLifecycle: number;
  /** Those of the intake alone; null where the build has none. */
  readonly intakeCommitsPerLifecycle: number | null;
}

export interface BlockPlan {
  readonly open: () => Promise<Build>;
  readonly inFlight: number;
  readonly lifecycles: number;
  readonly warmUp: number;
  readonly pauseMs?: number;
}

/** @throws when a lifecycle did not end as it should, or a job failed. */
export async function runBlock(ground: Ground, plan: BlockPlan): Promise<Block> {
  const { inFlight, lifecycles, warmUp, pauseMs } = plan;
  const committedBefore = await committedTransactions(ground);
  const build = await plan.open();
  try {
    const before = await build.census();
    await repeat(warmUp, inFlight, () => live(build));
    const intakeBefore = build.intakeCommits;
    let observed: Awaited<ReturnType<typeof live>>[] = [];
    const cost = await measure(ground, async () => {
      observed = [...(await repeat(lifecycles, inFlight, () => live(build, pauseMs)))];
    });
    const intakeAfter = build.intakeCommits;
    const after = await build.census();
    assertAllEnded(build.name, before, after, lifecycles + warmUp);
    await build.close();
    const committed = (await committedTransactions(ground)) - committedBefore;
    const redirects = observed.map(({ redirectMs }) => redirectMs);
    return {
      build: build.name,
      inFlight,
      lifecycles,
      ...cost,
      perSecond: lifecycles / cost.seconds,
      redirectP50Ms: percentile(redirects, 0.5),
      redirectP99Ms: percentile(redirects, 0.99),
      effectP50Ms: percentile(
        observed.map(({ effectMs }) => effectMs),
        0.5,
      ),
      transitionsPerLifecycle: (after.transitions - before.transitions) / (lifecycles + warmUp),
      commitsPerLifecycle: committed / (lifecycles + warmUp),
      intakeCommitsPerLifecycle:
        intakeBefore === null || intakeAfter === null ? null : (intakeAfter - intakeBefore) / lifecycles,
    };
  } catch (error) {
    await build.close().catch(() => undefined);
    throw error;
  }
}

function assertAllEnded(name: string, before: Census, after: Census, lifecycles: number): void {
  const problems = [
    after.receipted - before.receipted === lifecycles ? null : `${after.receipted - before.receipted} receipted`,
    after.settled - before.settled === lifecycles ? null : `${after.settled - before.settled} settled`,
    after.unfinished === before.unfinished ? null : `${after.unfinished - before.unfinished} unfinished`,
    after.failed === before.failed ? null : `${after.failed - before.failed} failed`,
  ].filter((problem) => problem !== null);
  if (problems.length > 0) throw new Error(`${name}: of ${lifecycles} lifecycles ${problems.join(', ')}`);
}
