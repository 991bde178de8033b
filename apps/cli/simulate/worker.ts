import { parentPort, workerData } from 'node:worker_threads';
import { planFor } from './plan.js';
import { live } from './run.js';

/** What one thread is given to do. */
export interface Share {
  readonly seeds: readonly string[];
  /** Of every so many seeds one is lived through twice. */
  readonly twiceEvery: number;
}

/** What it says of each seed. */
export interface SeedResult {
  readonly seed: string;
  readonly faults: readonly string[];
  readonly decisions: number;
}

const { seeds, twiceEvery } = workerData as Share;
for (const [index, seed] of seeds.entries()) {
  const { faults, decisions, hash } = await live(planFor(seed));
  const isSame = index % twiceEvery !== 0 || (await live(planFor(seed))).hash === hash;
  const result: SeedResult = {
    seed,
    decisions,
    faults: isSame ? faults : [...faults, 'I0 lived through twice, this seed took another course'],
  };
  parentPort?.postMessage(result);
}
