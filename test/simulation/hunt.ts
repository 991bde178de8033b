import { pathToFileURL } from 'node:url';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { SeedResult, Share } from '../../apps/cli/simulate/worker.js';

/** How a bug was caught. */
export interface Catch {
  /** Worlds lived through until one broke an invariant. */
  readonly seeds: number;
  /** The first thing that was broken. */
  readonly fault: string;
}

/** Lives through worlds of a build until one of them breaks an invariant; null when none does. */
export function hunt(dist: string, most: number): Promise<Catch | null> {
  const seeds = Array.from({ length: most }, (_, index) => String(index + 1));
  const workerData: Share = { seeds, twiceEvery: Infinity };
  const worker = new Worker(pathToFileURL(join(dist, 'apps/cli/simulate/worker.js')), { workerData });
  return new Promise((resolve, reject) => {
    let lived = 0;
    worker.on('message', ({ faults: [fault] }: SeedResult) => {
      lived += 1;
      if (fault === undefined) return;
      resolve({ seeds: lived, fault });
      void worker.terminate();
    });
    worker.on('error', reject);
    worker.on('exit', () => resolve(null));
  });
}
