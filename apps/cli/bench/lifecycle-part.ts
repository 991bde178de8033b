import type { Build } from './build.js';
import type { Ground } from './ground.js';
import { live, repeat } from './lifecycle.js';
import { NaiveBuild } from './naive.js';
import { OurBuild } from './ours.js';
import type { RawRun } from './raw.js';
import { RawWriter } from './raw.js';
import type { Scale } from './scale.js';
import { GOAL_LEVEL } from './scale.js';
import type { Block } from './throughput.js';
import { runBlock } from './throughput.js';

/** Everything the rounds of the main part found; the report reads medians and ratios off it. */
export interface LifecycleResult {
  readonly blocks: readonly Block[];
  /** One in flight, a pause before each event. */
  readonly lowLoad: readonly Block[];
  readonly raw: readonly RawRun[];
}

const LOW_LOAD_PAUSE_MS = 15;

/** Ours, the naive build and the raw rows, in turn, round after round: what disturbs the machine disturbs all of them. */
export async function measureLifecycles(
  ground: Ground,
  scale: Scale,
  print: (line: string) => void,
): Promise<LifecycleResult> {
  await NaiveBuild.prepare(ground);
  const blocks: Block[] = [];
  const lowLoad: Block[] = [];
  const raw: RawRun[] = [];
  const told = (block: Block): Block => {
    print(`  ${block.build}, ${block.inFlight} in flight: ${block.perSecond.toFixed(1)} lifecycles/s`);
    return block;
  };
  print('heating up');
  await heatUp(await OurBuild.openWorking(ground), scale.heatUp.ours);
  await heatUp(await NaiveBuild.open(ground, 'queued'), scale.heatUp.naive);
  for (let round = 1; round <= scale.rounds; round += 1) {
    print(`round ${round} of ${scale.rounds}`);
    for (const { inFlight, ours, naive } of scale.levels) {
      const block = (open: () => Promise<OurBuild | NaiveBuild>, lifecycles: number) =>
        runBlock(ground, { open, inFlight, lifecycles, warmUp: Math.ceil(lifecycles / 5) });
      blocks.push(told(await block(() => OurBuild.openWorking(ground), ours)));
      blocks.push(told(await block(() => NaiveBuild.open(ground, 'queued'), naive)));
      if (inFlight === GOAL_LEVEL) {
        const run = await (await RawWriter.record(ground)).write(ground, scale.rawGroups);
        print(`  raw rows: ${run.perSecond.toFixed(1)} lifecycles/s`);
        raw.push(run);
      }
    }
    for (const open of [
      () => OurBuild.openWorking(ground),
      () => NaiveBuild.open(ground, 'queued'),
      () => NaiveBuild.open(ground, 'direct'),
    ]) {
      const plan = { open, inFlight: 1, lifecycles: scale.lowLoad, warmUp: 20, pauseMs: LOW_LOAD_PAUSE_MS };
      const block = await runBlock(ground, plan);
      print(`  ${block.build}, low load: event p50 ${block.redirectP50Ms.toFixed(2)} ms`);
      lowLoad.push(block);
    }
  }
  return { blocks, lowLoad, raw };
}

async function heatUp(build: Build, lifecycles: number): Promise<void> {
  try {
    await repeat(lifecycles, GOAL_LEVEL, () => live(build));
  } finally {
    await build.close();
  }
}
