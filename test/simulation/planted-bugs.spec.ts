import { afterAll, describe, expect, it } from '@jest/globals';
import { fileURLToPath } from 'node:url';
import type { Catch } from './hunt.js';
import { hunt } from './hunt.js';
import { buildWith } from './mutant-build.js';
import { PLANTED_BUGS } from './planted-bugs.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const MOST_SEEDS = 2_000;
const HUNT_MS = 600_000;

describe('the simulation catches the bug that', () => {
  const caught: (Catch & { readonly name: string })[] = [];
  afterAll(() => {
    for (const { name, seed, fault } of caught)
      console.log(`planted: ${name.padEnd(58)} seed ${String(seed).padStart(4)}  ${fault.split(' ')[0] ?? ''}`);
  });

  it.each(PLANTED_BUGS.map((bug) => [bug.name, bug] as const))(
    '%s',
    async (name, bug) => {
      const build = await buildWith(ROOT, bug);
      try {
        const found = await hunt(build.dist, MOST_SEEDS);
        expect(found).not.toBeNull();
        if (found) caught.push({ name, ...found });
      } finally {
        await build.remove();
      }
    },
    HUNT_MS,
  );
});
