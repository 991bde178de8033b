import type { Plan } from './plan.js';
import { GOOD_LINE } from './process.js';
import type { Verdict } from './run.js';
import { live } from './run.js';

/** Which invariants a world broke: `I1` and the like. */
export const brokenBy = ({ faults }: Verdict): ReadonlySet<string> =>
  new Set(faults.map((fault) => fault.split(' ')[0] ?? ''));

/** Worlds that a plan is tried in at most while it is made smaller. */
const MOST_TRIES = 300;

/**
 * A smaller plan that breaks one of the same invariants: faults are switched off and actions left out, as long as it
 * still does. What is left is what it takes.
 */
export async function shrink(plan: Plan, wanted: ReadonlySet<string>): Promise<Plan> {
  let tries = 0;
  let smallest = plan;
  const isStillBroken = async (candidate: Plan): Promise<boolean> => {
    tries += 1;
    const broken = brokenBy(await live(candidate));
    return [...broken].some((invariant) => wanted.has(invariant));
  };
  for (const candidate of [withoutLineFaults, withoutQueueFaults, withoutIrisFaults, withoutBadAttestations]) {
    if (await isStillBroken(candidate(smallest))) smallest = candidate(smallest);
  }
  for (let size = Math.ceil(smallest.actions.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let start = 0; start < smallest.actions.length && tries < MOST_TRIES;) {
      const actions = smallest.actions.filter((_, index) => index < start || index >= start + size);
      const candidate = { ...smallest, actions };
      if (await isStillBroken(candidate)) smallest = candidate;
      else start += size;
    }
  }
  return smallest;
}

const withoutLineFaults = (plan: Plan): Plan => ({ ...plan, line: GOOD_LINE });
const withoutQueueFaults = (plan: Plan): Plan => ({ ...plan, queue: { lost: 0, runTwice: 0, stalled: 0 } });
const withoutIrisFaults = (plan: Plan): Plan => ({
  ...plan,
  iris: { ...plan.iris, unclear: 0, unreached: 0, slow: 0, refused: 0, misconfigured: 0 },
});
const withoutBadAttestations = (plan: Plan): Plan => ({ ...plan, badAttestations: 0 });
