import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { SeedResult, Share } from './worker.js';

/** Of every so many seeds one is lived through twice: it must take the same course. */
const TWICE_EVERY = 50;
const YOUNG_MB = 128;

export interface ThreadOptions {
  /** Ends at the first seed that breaks an invariant. */
  readonly isFirstEnough?: boolean;
  /** The worker's module in a build; that of this build unless given. */
  readonly worker?: URL;
}

/** Shares seeds among the processors, each thread a world at a time, and answers in the order of the seeds. */
export async function liveAll(seeds: readonly string[], options: ThreadOptions = {}): Promise<SeedResult[]> {
  const module = options.worker ?? new URL('./worker.js', import.meta.url);
  const threads = Math.max(1, Math.min(availableParallelism(), seeds.length));
  const results: SeedResult[] = [];
  const workers: Worker[] = [];
  const work = (index: number): Promise<void> => {
    const own = seeds.filter((_, position) => position % threads === index);
    const worker = new Worker(module, {
      workerData: { seeds: own, twiceEvery: TWICE_EVERY } satisfies Share,
      // A world leaves nothing behind: with room enough most of it is never copied.
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MB },
    });
    workers.push(worker);
    return new Promise((resolve, reject) => {
      worker.on('message', (result: SeedResult) => {
        results.push(result);
        if (options.isFirstEnough && result.faults.length > 0) for (const other of workers) void other.terminate();
      });
      worker.on('error', reject);
      worker.on('exit', () => resolve());
    });
  };
  await Promise.all(Array.from({ length: threads }, (_, index) => work(index)));
  return results.sort((one, other) => Number(one.seed) - Number(other.seed));
}
