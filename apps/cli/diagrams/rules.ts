import type { MachineDescription, StateDescription, TransitionDescription } from '#libs/engine';

/** What one event does in some states: the rules that are tried there, in order, until one holds. */
export interface EventRules {
  readonly event: string;
  /** States as a reader would name them: a parent for all its children, `elsewhere` for the rest. */
  readonly where: readonly string[];
  readonly rules: readonly TransitionDescription[];
}

export const leavesOf = (machine: MachineDescription): readonly StateDescription[] =>
  machine.states.filter((state) => state.initial === null);

/** Every event with its rules; states in which the same rules hold stand together, the most common ones last. */
export function rulesByEvent(machine: MachineDescription): readonly EventRules[] {
  return machine.events.flatMap((event) => {
    const groups = new Map<string, { rules: readonly TransitionDescription[]; leaves: string[] }>();
    for (const leaf of leavesOf(machine)) {
      const rules = rulesIn(machine, leaf, event);
      const key = JSON.stringify(rules);
      const group = groups.get(key) ?? { rules, leaves: [] };
      group.leaves.push(leaf.path);
      groups.set(key, group);
    }
    const ordered = [...groups.values()].sort((one, other) => one.leaves.length - other.leaves.length);
    return ordered.map(({ rules, leaves }, index) => ({
      event,
      rules,
      where:
        index < ordered.length - 1 ? withParents(machine, leaves) : [ordered.length === 1 ? 'everywhere' : 'elsewhere'],
    }));
  });
}

/** A leaf's own rules come first, then its parents', then those of the whole machine; a rule without guard is the last. */
function rulesIn(machine: MachineDescription, leaf: StateDescription, event: string): TransitionDescription[] {
  const levels: (readonly TransitionDescription[])[] = [];
  for (let state: StateDescription | undefined = leaf; state; state = parentOf(machine, state)) {
    levels.push(state.transitions);
  }
  const candidates = [...levels, machine.anywhere].flat().filter((rule) => rule.event === event);
  const last = candidates.findIndex((rule) => rule.guard === null);
  return last === -1 ? candidates : candidates.slice(0, last + 1);
}

const parentOf = (machine: MachineDescription, state: StateDescription): StateDescription | undefined =>
  machine.states.find((candidate) => candidate.path === state.parent);

/** Children that are all there are named by their parent. */
function withParents(machine: MachineDescription, leaves: readonly string[]): string[] {
  const named = leaves.map((path) => {
    const parent = machine.states.find((state) => state.path === path)?.parent;
    if (parent === null || parent === undefined) return path;
    const siblings = leavesOf(machine).filter((leaf) => leaf.parent === parent);
    return siblings.every((sibling) => leaves.includes(sibling.path)) ? parent : path;
  });
  return [...new Set(named)];
}
