import { describe, expect, it } from '@jest/globals';
import { assign, setup } from 'xstate';
import { describeMachine } from './describe.js';

/** Small, and uses every construct our machines use. */
const parcel = setup({
  types: {
    context: {} as { tries: number },
    events: {} as { type: 'sent' } | { type: 'lost' } | { type: 'seen' } | { type: 'moved' },
  },
  delays: { PATIENCE: 60_000 },
  actions: {
    'courier.call': (_, params: { key: string }) => ({ params }),
    ignore: (_, params: { reason: string }) => ({ params }),
    countTry: assign({ tries: ({ context }) => context.tries + 1 }),
  },
  guards: { isTired: ({ context }) => context.tries > 3 },
}).createMachine({
  id: 'parcel',
  version: '2',
  context: { tries: 0 },
  initial: 'open',
  on: {
    seen: { actions: { type: 'ignore', params: { reason: 'nobody asked' } } },
    moved: { actions: { type: 'ignore', params: () => ({ reason: 'computed' }) } },
    lost: { description: 'found where it was', actions: { type: 'ignore', params: () => ({ reason: 'computed' }) } },
  },
  states: {
    open: {
      description: 'Somebody must go.',
      tags: 'urgent',
      initial: 'waiting',
      always: { guard: 'isTired', target: 'closed' },
      states: {
        waiting: {
          entry: 'countTry',
          after: { PATIENCE: { target: 'late', actions: { type: 'courier.call', params: { key: 'k' } } } },
          on: { sent: '#parcel.closed' },
        },
        late: {},
      },
    },
    closed: {},
  },
});

describe('the description of a machine', () => {
  const description = describeMachine(parcel);

  it('names what it is made of', () => {
    expect(description).toMatchObject({
      name: 'parcel',
      version: '2',
      initial: 'open',
      events: ['seen', 'moved', 'lost', 'sent'],
      delays: [{ name: 'PATIENCE', ms: 60_000 }],
      effects: ['courier.call'],
    });
  });

  it('lists states, parents before children', () => {
    expect(description.states.map(({ path, parent, initial }) => ({ path, parent, initial }))).toEqual([
      { path: 'open', parent: null, initial: 'open.waiting' },
      { path: 'open.waiting', parent: 'open', initial: null },
      { path: 'open.late', parent: 'open', initial: null },
      { path: 'closed', parent: null, initial: null },
    ]);
    expect(description.states[0]).toMatchObject({ description: 'Somebody must go.', tags: ['urgent'] });
    expect(description.states[1]).toMatchObject({ entry: ['countTry'], exit: [] });
  });

  it('tells events, verdicts and delays apart', () => {
    const rules = description.states.flatMap((state) => state.transitions);
    expect(rules).toEqual([
      { event: 'always', delay: null, guard: 'isTired', target: 'closed', actions: [], refusal: null },
      { event: 'sent', delay: null, guard: null, target: 'closed', actions: [], refusal: null },
      {
        event: 'after',
        delay: 'PATIENCE',
        guard: null,
        target: 'open.late',
        actions: ['courier.call'],
        refusal: null,
      },
    ]);
  });

  it('gives the reason of a refusal, or describes one that is only known when it happens', () => {
    expect(description.anywhere.map(({ event, refusal }) => ({ event, refusal }))).toEqual([
      { event: 'seen', refusal: 'nobody asked' },
      { event: 'moved', refusal: 'for a reason found in its data' },
      { event: 'lost', refusal: 'found where it was' },
    ]);
  });

  it('is plain JSON', () => {
    expect(JSON.parse(JSON.stringify(description))).toEqual(description);
  });

  it('refuses a machine with a nameless guard, which could not be drawn', () => {
    const nameless = setup({}).createMachine({ initial: 'a', states: { a: { always: { guard: () => false } } } });
    expect(() => describeMachine(nameless)).toThrow('has a name');
  });

  it('of one without states and without version says so', () => {
    expect(describeMachine(setup({}).createMachine({ id: 'stone' }))).toMatchObject({
      name: 'stone',
      version: null,
      initial: null,
      states: [],
    });
  });
});
