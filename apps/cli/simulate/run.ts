import { brokenInvariants } from './invariants.js';
import type { Plan } from './plan.js';
import { NeverAtRest } from './schedule.js';
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
  const isAtRest = await world.live().then(
    () => true,
    (error: unknown) => {
      if (!(error instanceof NeverAtRest)) throw error;
      return false;
    },
  );
  return {
    faults: isAtRest ? brokenInvariants(world) : ['I15 this world never comes to rest'],
    hash: world.trace.hash(),
    trace: world.trace.lines(),
    decisions: [...world.database.transitions.values()].reduce((sum, records) => sum + records.length, 0),
  };
}
