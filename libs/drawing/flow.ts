import type { MachineDescription } from '#libs/engine';
import type { Arrow } from './arrows.js';

/**
 * Which arrows go back up. A machine is full of circles and a layered drawing has none, so some arrows must be laid out
 * against their direction; left to the layout, the beginning may come to stand below the middle. Here the states are
 * ordered as a walk from the first one meets them, and what leads from a later to an earlier one goes back up.
 */
export function findUpward(machine: MachineDescription, arrows: readonly Arrow[]): ReadonlySet<Arrow> {
  const siblings = arrows.map((arrow) => ({ arrow, ...siblingsUnder(machine, arrow) }));
  const leads = new Map<string, Set<string>>();
  for (const { from, to } of siblings) {
    if (from === undefined || to === undefined) continue;
    leads.set(from, (leads.get(from) ?? new Set()).add(to));
  }
  const rank = rankByWalk(machine, leads);
  const isUpward = (from: string | undefined, to: string | undefined): boolean =>
    from !== undefined && to !== undefined && (rank.get(from) ?? 0) > (rank.get(to) ?? 0);
  return new Set(siblings.filter(({ from, to }) => isUpward(from, to)).map(({ arrow }) => arrow));
}

/** The two boxes side by side between which an arrow runs; one is missing where a state leads into or out of itself. */
function siblingsUnder(
  machine: MachineDescription,
  arrow: Arrow,
): { from: string | undefined; to: string | undefined } {
  const [from, to] = [lineageOf(machine, arrow.from), lineageOf(machine, arrow.to)];
  const fork = from.findIndex((path, depth) => path !== to[depth]);
  return fork < 0 ? { from: undefined, to: undefined } : { from: from[fork], to: to[fork] };
}

/** From the outermost state to this one. */
function lineageOf(machine: MachineDescription, path: string): readonly string[] {
  const state = machine.states.find((candidate) => candidate.path === path);
  if (!state) throw new Error(`machine ${machine.name} leads to ${path}, which is none of its states`);
  return state.parent === null ? [path] : [...lineageOf(machine, state.parent), path];
}

/** Depth first, in the order of the file; who is left last stands first. */
function rankByWalk(machine: MachineDescription, leads: ReadonlyMap<string, ReadonlySet<string>>): Map<string, number> {
  const paths = machine.states.map((state) => state.path);
  const entered = [machine, ...machine.states].flatMap(({ initial }) => initial ?? []);
  const met = new Set<string>();
  const left: string[] = [];
  const walk = (path: string): void => {
    if (met.has(path)) return;
    met.add(path);
    paths.filter((next) => leads.get(path)?.has(next)).forEach(walk);
    left.push(path);
  };
  [...entered, ...paths].forEach(walk);
  return new Map(left.reverse().map((path, index) => [path, index]));
}
