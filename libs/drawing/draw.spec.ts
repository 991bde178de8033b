import { beforeAll, describe, expect, it } from '@jest/globals';
import type { MachineDescription, StateDescription, TransitionDescription } from '#libs/engine';
import { describeMachine } from '#libs/engine';
import { createPaymentMachine } from '#machines/payment';
import { practiceMachine } from '#machines/practice';
import { drawMachine } from './draw.js';
import type { Drawing } from './drawing.fixture.js';
import { isInside, overlaps, readDrawing } from './drawing.fixture.js';

const isDrawn = ({ refusal }: TransitionDescription): boolean => refusal === null;
const leaves = ({ path }: StateDescription, { target }: TransitionDescription): boolean =>
  target !== null && target !== path;

/** As the page of a machine would say it, without its delay's length. */
function says({ event, delay, guard, actions }: TransitionDescription): string {
  const when = event === 'after' ? `after ${delay ?? ''}` : event === 'always' && guard !== null ? '' : event;
  const parts = [when, guard === null ? '' : `[${guard}]`, actions.length === 0 ? '' : `/ ${actions.join(', ')}`];
  return parts.filter((part) => part !== '').join(' ');
}

describe.each([
  ['payment', describeMachine(createPaymentMachine())],
  ['practice', describeMachine(practiceMachine)],
])('the drawing of machine %s', (_, machine) => {
  let svg: string;
  let drawing: Drawing;

  beforeAll(async () => {
    svg = await drawMachine(machine);
    drawing = readDrawing(svg);
  });

  it('shows every state with its tags, and no other', () => {
    expect([...drawing.states.keys()]).toEqual(machine.states.map(({ path }) => path));
    for (const { path, tags } of machine.states) expect(drawing.states.get(path)?.tags).toEqual(tags);
  });

  it('shows as an arrow what leads from one state to another, and nothing else', () => {
    const led = machine.states.flatMap((state) =>
      state.transitions
        .filter((transition) => isDrawn(transition) && leaves(state, transition))
        .map((transition) => `${state.path} > ${transition.target ?? ''}: ${says(transition)}`),
    );
    const drawn = drawing.arrows.flatMap(({ from, to, rules }) => rules.map((rule) => `${from} > ${to}: ${rule}`));
    expect(drawn.sort()).toEqual(led.sort());
  });

  it('merges what runs between the same two states', () => {
    const ways = drawing.arrows.map(({ from, to }) => `${from} > ${to}`);
    expect(ways).toEqual([...new Set(ways)]);
  });

  it('tells inside a state what is done there without leaving it', () => {
    for (const state of machine.states) {
      const done = state.transitions.filter((transition) => isDrawn(transition) && !leaves(state, transition));
      const entry = state.entry.length > 0 ? [`entry / ${state.entry.join(', ')}`] : [];
      expect(drawing.states.get(state.path)?.rules).toEqual([...entry, ...done.map(says)]);
    }
    const anywhere = machine.anywhere.filter(isDrawn);
    expect(drawing.anywhere).toEqual(
      anywhere.map((rule) => says(rule) + (rule.target === null ? '' : ` → ${rule.target}`)),
    );
  });

  it('draws each state inside the one it belongs to, below the words of that one', () => {
    for (const { path, parent } of machine.states) {
      if (parent !== null) expect(isInside(drawing.box(path), drawing.box(parent))).toBe(true);
      if (parent !== null) expect(drawing.box(path).y).toBeGreaterThan(drawing.states.get(parent)?.textEndsAt ?? NaN);
    }
  });

  it('lets no two states side by side overlap, and no words of an arrow lie on a state', () => {
    for (const { path, parent } of machine.states) {
      const beside = machine.states.filter((other) => other.parent === parent && other.path !== path);
      expect(beside.filter((other) => overlaps(drawing.box(path), drawing.box(other.path)))).toEqual([]);
    }
    const innermost = machine.states.filter(({ initial }) => initial === null).map(({ path }) => drawing.box(path));
    const words = drawing.arrows.flatMap(({ wordsAt }) => wordsAt);
    expect(words.filter((at) => innermost.some((box) => isInside({ ...at, width: 0, height: 0 }, box)))).toEqual([]);
  });

  it('begins where the machine begins, above all that follows', () => {
    const first = machine.states.filter(({ parent }) => parent === null).map(({ path }) => drawing.box(path).y);
    expect(drawing.box(machine.initial ?? '').y).toBe(Math.min(...first));
    expect(drawing.starts).toBe(1 + machine.states.filter(({ initial }) => initial !== null).length);
  });

  it('comes out the same twice', async () => {
    expect(await drawMachine(machine)).toBe(svg);
  });

  it('runs nothing and fetches nothing', () => {
    expect(svg.replace('xmlns="http://www.w3.org/2000/svg"', '')).not.toMatch(/https?:|url\(|@import|<script| on\w+=/);
  });
});

describe('a drawing', () => {
  it("says how long a delay is in this installation's settings", async () => {
    const machine = describeMachine(practiceMachine);
    const [first, ...rest] = machine.states;
    if (!first) throw new Error('the practice machine has states');
    const after = { ...rule('after', 'settled'), delay: 'PATIENCE' };
    const states = [{ ...first, transitions: [after] }, ...rest];
    const svg = await drawMachine({ ...machine, states, delays: [{ name: 'PATIENCE', ms: 5_400_000 }] });
    expect(svg).toContain('after PATIENCE (1 h 30 min)');
  });

  it('tells inside a state that it may be left for itself, and below the states what leads away from all', async () => {
    const again = {
      ...small(),
      anywhere: [rule('gave.up', 'only')],
      states: [{ ...only, transitions: [rule('began.again', 'only')] }],
    };
    const drawing = readDrawing(await drawMachine(again));
    expect(drawing.arrows).toEqual([]);
    expect(drawing.states.get('only')?.rules).toEqual(['began.again → itself']);
    expect(drawing.anywhere).toEqual(['gave.up → only']);
  });

  it('takes hostile text for text', async () => {
    const hostile = `"]]><script>alert('&amp;')</script>`;
    const state = { ...only, path: `x${hostile}`, description: hostile, tags: [hostile], entry: [hostile] };
    const svg = await drawMachine({
      ...small(),
      name: hostile,
      version: hostile,
      initial: state.path,
      states: [state],
    });
    expect(svg).not.toContain('<script');
    const drawn = readDrawing(svg).states.get(state.path);
    expect(drawn?.tags).toEqual([hostile]);
    expect(drawn?.rules).toEqual([`entry / ${hostile}`]);
    expect(readDrawing(await drawMachine({ ...small(), name: 'a\u0000b\ud800' })).title).toContain('a\ufffdb\ufffd');
  });

  it('refuses a machine that leads to a state it does not have', async () => {
    const astray = { ...small(), states: [{ ...only, transitions: [rule('gone', 'nowhere')] }] };
    await expect(drawMachine(astray)).rejects.toThrow('nowhere');
  });
});

const only: StateDescription = {
  path: 'only',
  parent: null,
  initial: null,
  description: null,
  tags: [],
  entry: [],
  exit: [],
  transitions: [],
};

const small = (): MachineDescription => ({
  name: 'small',
  version: '1',
  initial: 'only',
  states: [only],
  anywhere: [],
  events: [],
  delays: [],
  effects: [],
});

const rule = (event: string, target: string): TransitionDescription => ({
  event,
  delay: null,
  guard: null,
  target,
  actions: [],
  refusal: null,
});
