import type { MachineDescription, StateDescription, TransitionDescription } from '#libs/engine';

/**
 * The machine as a Mermaid state diagram: nested states, and an arrow for each transition that leads somewhere, with
 * event, guard and actions. What is refused, and what is heard without leaving a parent state, stands in the tables:
 * drawn, it would bury the rest.
 */
export function drawMachine(machine: MachineDescription): string {
  const roots = machine.states.filter((state) => state.parent === null);
  const [first] = roots;
  return [
    'stateDiagram-v2',
    ...(first ? [`    [*] --> ${idOf(first.path)}`] : []),
    ...roots.flatMap((state) => drawState(machine, state, '    ')),
    ...machine.states.flatMap((state) =>
      state.transitions.filter(isDrawn(state)).map((rule) => drawArrow(state, rule)),
    ),
  ].join('\n');
}

const isDrawn = (state: StateDescription) => (rule: TransitionDescription) =>
  rule.refusal === null && (rule.target !== null || state.initial === null);

function drawState(machine: MachineDescription, state: StateDescription, indent: string): string[] {
  const name = state.path.split('.').at(-1) ?? state.path;
  const head = `${indent}state "${name}" as ${idOf(state.path)}`;
  if (state.initial === null) return [head];
  const children = machine.states.filter((child) => child.parent === state.path);
  return [
    `${head} {`,
    `${indent}    [*] --> ${idOf(state.initial)}`,
    ...children.flatMap((child) => drawState(machine, child, `${indent}    `)),
    `${indent}}`,
  ];
}

const drawArrow = (state: StateDescription, rule: TransitionDescription): string =>
  `    ${idOf(state.path)} --> ${idOf(rule.target ?? state.path)}: ${labelOf(rule)}`;

/** `after CHOICE_TIMEOUT [guard] / action, action`; a verdict read off the context is its guard alone. */
function labelOf({ event, delay, guard, actions }: TransitionDescription): string {
  const trigger = event === 'always' ? [] : [delay === null ? event : `after ${delay}`];
  const condition = guard === null ? [] : [`[${guard}]`];
  const doing = actions.length === 0 ? [] : [`/ ${actions.join(', ')}`];
  return [...trigger, ...condition, ...doing].join(' ');
}

/** Mermaid's identifiers know no dots. */
const idOf = (path: string): string => path.replaceAll('.', '_');
