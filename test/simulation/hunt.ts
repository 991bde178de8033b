import { liveAll } from '../../apps/cli/simulate/threads.js';

/** The seed that caught a bug, and what it broke. */
export interface Catch {
  readonly seed: number;
  readonly faults: readonly string[];
}

/** Small at first: most bugs are caught at once. */
const FIRST_CHUNK = 8;
const LARGEST_CHUNK = 200;

/** The first seed, from 1 up to `most`, in which this worker's build breaks an invariant; null when there is none. */
export async function hunt(worker: URL, most: number): Promise<Catch | null> {
  for (let from = 1, size = FIRST_CHUNK; from <= most; from += size, size = Math.min(2 * size, LARGEST_CHUNK)) {
    const caught = await caughtIn(worker, from, Math.min(size, most - from + 1));
    if (caught) return caught;
  }
  return null;
}

/** Whether this very seed still catches it. */
export const caughtAt = (worker: URL, seed: number): Promise<Catch | null> => caughtIn(worker, seed, 1);

async function caughtIn(worker: URL, from: number, count: number): Promise<Catch | null> {
  const seeds = Array.from({ length: count }, (_, index) => String(from + index));
  const failed = (await liveAll(seeds, { worker })).filter(({ faults }) => faults.length > 0);
  const [first] = failed;
  return first ? { seed: Number(first.seed), faults: first.faults } : null;
}
