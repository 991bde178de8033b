import type { MachineDescription } from '#libs/engine';
import { NAME_HEIGHT, LINE_HEIGHT, PADDING, GAP } from './contents.js';
import type { Point } from './layout.js';
import { element } from './markup.js';
import { renderRules } from './render-rules.js';
import type { Rule } from './words.js';
import { countLines, ruleOf, widthOfRules } from './words.js';

/** What is heard in every state that has no rule of its own, in columns as wide as the drawing has room for. */
export interface Panel {
  readonly columns: readonly (readonly Rule[])[];
  readonly columnWidth: number;
  readonly width: number;
  readonly height: number;
}

const COLUMN_WIDTH = 420;
const COLUMN_GAP = 28;

/** @returns null when there is nothing to show. */
export function panelOf(machine: MachineDescription, width: number): Panel | null {
  const rules = machine.anywhere
    .filter(({ refusal }) => refusal === null)
    .map((transition) => ruleOf(machine, transition, COLUMN_WIDTH, transition.target));
  if (rules.length === 0) return null;
  const columnWidth = widthOfRules(rules) + COLUMN_GAP;
  const fitting = Math.max(1, Math.floor((width - 2 * PADDING + COLUMN_GAP) / columnWidth));
  const perColumn = Math.ceil(rules.length / fitting);
  const columns = Array.from({ length: Math.ceil(rules.length / perColumn) }, (_, index) =>
    rules.slice(index * perColumn, (index + 1) * perColumn),
  );
  const lines = Math.max(...columns.map(countLines));
  return { columns, columnWidth, width, height: 2 * PADDING + NAME_HEIGHT + GAP + lines * LINE_HEIGHT };
}

export function renderPanel({ columns, columnWidth, width, height }: Panel, { x, y }: Point): string {
  const left = x + PADDING;
  const top = y + PADDING;
  return element(
    'g',
    { class: 'anywhere parent' },
    element('rect', { class: 'box', x, y, width, height, rx: 12 }),
    element(
      'text',
      { x: left, y: top + 15 },
      element('tspan', { class: 'name' }, 'in every state'),
      element('tspan', { class: 'quiet', dx: 8 }, 'unless the state, or one around it, has a rule of its own'),
    ),
    ...columns.map((rules, index) => renderRules(rules, { x: left + index * columnWidth, y: top + NAME_HEIGHT + GAP })),
  );
}
