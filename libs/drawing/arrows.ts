import type { MachineDescription } from '#libs/engine';
import type { Rule } from './words.js';
import { countLines, ruleOf, staysIn, widthOfRules } from './words.js';
import { LINE_HEIGHT } from './contents.js';

/** Everything that leads from one state to another, as one arrow with several lines of text. */
export interface Arrow {
  readonly from: string;
  readonly to: string;
  readonly rules: readonly Rule[];
  readonly width: number;
  readonly height: number;
}

const LABEL_WIDTH = 230;
export const LABEL_PADDING = 4;

/** In the order of the file, by the first rule of each. */
export function arrowsOf(machine: MachineDescription): readonly Arrow[] {
  const led = machine.states.flatMap(({ path, transitions }) =>
    transitions.flatMap((transition) =>
      transition.target === null || staysIn(path, transition.target) || transition.refusal !== null
        ? []
        : [{ from: path, to: transition.target, rule: ruleOf(machine, transition, LABEL_WIDTH) }],
    ),
  );
  const arrows = new Map<string, typeof led>();
  for (const each of led) {
    const pair = JSON.stringify([each.from, each.to]);
    arrows.set(pair, [...(arrows.get(pair) ?? []), each]);
  }
  return [...arrows.values()].flatMap(toArrow);
}

function toArrow(led: readonly { readonly from: string; readonly to: string; readonly rule: Rule }[]): Arrow[] {
  const [first] = led;
  if (!first) return [];
  const rules = led.map(({ rule }) => rule);
  const width = widthOfRules(rules) + 2 * LABEL_PADDING;
  return [{ from: first.from, to: first.to, rules, width, height: countLines(rules) * LINE_HEIGHT + LABEL_PADDING }];
}
