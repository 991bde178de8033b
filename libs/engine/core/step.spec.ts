import { describe, expect, it } from '@jest/globals';
import type { AnyMachineSnapshot, ExecutableActionObject } from 'xstate';
import { assign, cancel, enqueueActions, initialTransition, raise, setup, transition } from 'xstate';
import { firstStep, nextStep } from './step.js';

const kettle = setup({
  types: {
    context: {} as { readonly boils: number },
    events: {} as { type: 'on' } | { type: 'off' } | { type: 'odd' },
  },
  delays: { BOILING: 90_000 },
  actions: { hum: () => undefined, count: assign({ boils: ({ context }) => context.boils + 1 }) },
  guards: { isFresh: ({ context }) => context.boils < 2 },
}).createMachine({
  id: 'kettle',
  context: { boils: 0 },
  initial: 'cold',
  states: {
    cold: {
      entry: 'hum',
      on: { on: [{ guard: 'isFresh', target: 'heating', actions: 'count' }, { target: 'broken' }] },
    },
    heating: {
      entry: raise({ type: 'odd' }, { id: 'odd', delay: 10 }),
      exit: cancel('odd'),
      after: { BOILING: 'cold' },
      on: { off: 'cold', odd: { actions: enqueueActions(({ enqueue }) => enqueue('hum')) } },
    },
    broken: {},
  },
});

/** What a step means, without XState's own objects. */
const said = ([snapshot, actions]: readonly [AnyMachineSnapshot, readonly ExecutableActionObject[]]) => ({
  value: snapshot.value as unknown,
  context: snapshot.context as unknown,
  status: snapshot.status,
  actions: actions.map(({ type, params }) => ({ type, params })),
});

describe('a step', () => {
  it('is the one XState’s own functions make, from the first on and however many came before', () => {
    const begin = { type: 'begin' };
    expect(said(firstStep(kettle, begin))).toEqual(said(initialTransition(kettle, begin as never)));
    let [snapshot] = firstStep(kettle, begin);
    for (const type of ['on', 'odd', 'off', 'on', 'on', 'off', 'on', 'odd', 'off'] as const) {
      const step = nextStep(kettle, snapshot, { type });
      expect(said(step)).toEqual(said(transition(kettle, snapshot as never, { type }) as typeof step));
      [snapshot] = step;
    }
    expect(snapshot.value).toBe('broken');
  });
});
