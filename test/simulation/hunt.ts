import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { liveAll } from '../../apps/cli/simulate/threads.js';

/** How a bug was caught. */
export interface Catch {
  /** The seed of the world in which it was. */
  readonly seed: number;
  /** The first thing that was broken. */
  readonly fault: string;
}

export const workerOf = (dist: string): URL => pathToFileURL(join(dist, 'apps/cli/simulate/worker.js'));

/** Lives through worlds of a build until one of them breaks an invariant; null when none does. */
export async function hunt(dist: string, most: number): Promise<Catch | null> {
  const seeds = Array.from({ length: most }, (_, index) => String(index + 1));
  const results = await liveAll(seeds, { worker: workerOf(dist), isFirstEnough: true });
  const caught = results.find(({ faults }) => faults.length > 0);
  return caught ? { seed: Number(caught.seed), fault: caught.faults[0] ?? '' } : null;
}
