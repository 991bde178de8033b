import { brokenInvariants } from './invariants.js';
import type { Plan } from './plan.js';
import { World } from './world.js';

/** How one world ended. */
export interface Verdict {
  readonly faults: readonly string[];
  readonly hash: string;
  readonly trace: readonly string[];
  /** Decisions recorded, of all instances. */
  readonly decisions: number;
}

/** Lives through a plan and looks at what it came to. */
export async function live(plan: Plan): Promise<Verdict> {
  const world = new World(plan);
  await world.live();
  return {
    faults: brokenInvariants(world),
    hash: world.trace.hash(),
    trace: world.trace.lines(),
    decisions: [...world.database.transitions.values()].reduce((sum, records) => sum + records.length, 0),
  };
}
