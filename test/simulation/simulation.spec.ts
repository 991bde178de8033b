import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { planFor } from '../../apps/cli/simulate/plan.js';
import type { Plan } from '../../apps/cli/simulate/plan.js';
import { live } from '../../apps/cli/simulate/run.js';
import { liveAll } from '../../apps/cli/simulate/threads.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const REGRESSIONS = join(ROOT, 'test/simulation/regressions');
const SEEDS = 5_000;
const SIMULATION_MS = 900_000;

describe('a simulated world', () => {
  it(
    `breaks no invariant, whichever of ${SEEDS} seeds it grows from`,
    async () => {
      const seeds = Array.from({ length: SEEDS }, (_, index) => String(index + 1));
      const results = await liveAll(seeds, { worker: pathToFileURL(join(ROOT, 'dist/apps/cli/simulate/worker.js')) });
      const broken = results.filter(({ faults }) => faults.length > 0);
      expect(broken.map(({ seed, faults }) => `seed ${seed}: ${faults.join('; ')}`)).toEqual([]);
      expect(results).toHaveLength(SEEDS);
    },
    SIMULATION_MS,
  );

  it('takes the same course each time it is lived through', async () => {
    const [once, again] = [await live(planFor('same')), await live(planFor('same'))];
    expect(again.trace).toEqual(once.trace);
    expect(once.hash).not.toBe((await live(planFor('other'))).hash);
  });

  it('that broke an invariant once does so no more', async () => {
    const files = await readdir(REGRESSIONS);
    expect(files.length).toBeGreaterThan(0);
    for (const file of files) {
      const plan = JSON.parse(await readFile(join(REGRESSIONS, file), 'utf8')) as Plan;
      expect({ file, faults: (await live(plan)).faults }).toEqual({ file, faults: [] });
    }
  });
});
