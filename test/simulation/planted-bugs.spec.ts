import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from '@jest/globals';
import type { Catch } from './hunt.js';
import { caughtAt, hunt } from './hunt.js';
import { buildMutant } from './mutant-build.js';
import type { PlantedBug } from './planted-bugs.js';
import { PLANTED_BUGS } from './planted-bugs.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const MOST_SEEDS = 2_000;
const HUNT_MS = 600_000;
/** Searches from seed 1 on for every bug, to bring the table's seeds up to date. */
const huntsFromOne = process.env['HUNT_PLANTED'] === '1';

describe('a bug that we plant ourselves', () => {
  const table: string[] = [];
  afterAll(() => {
    for (const row of table) process.stderr.write(`planted: ${row}\n`);
  });

  it.each(PLANTED_BUGS.map((bug) => [bug.name, bug] as const))(
    `is caught within ${MOST_SEEDS} seeds: %s`,
    async (_, bug) => {
      const caught = await catchIn(bug);
      table.push(rowFor(bug, caught));
      expect(caught?.faults).not.toEqual([]);
      expect(caught?.seed).toBeLessThanOrEqual(MOST_SEEDS);
    },
    HUNT_MS,
  );
});

/** The seed in the table caught it once; when the code has moved on, the first one that catches it now. */
async function catchIn(bug: PlantedBug): Promise<Catch | null> {
  const mutant = await buildMutant(ROOT, bug);
  try {
    const known = huntsFromOne ? null : await caughtAt(mutant.worker, bug.caughtBy);
    return known ?? (await hunt(mutant.worker, MOST_SEEDS));
  } finally {
    await mutant.remove();
  }
}

const rowFor = ({ name }: PlantedBug, caught: Catch | null): string =>
  `${name.padEnd(40)} ${caught ? `seed ${String(caught.seed).padStart(4)}  ${caught.faults[0] ?? ''}` : 'not caught'}`;
