import { describe, expect, it } from '@jest/globals';
import { assign, cancel, enqueueActions, log, raise, setup } from 'xstate';
import { advance, statePath, timerKey } from './advance.js';
import type { Applied, Decision, Instance } from './decision.js';
import { InvariantBroken } from './errors.js';
import type { Arrival } from './event.js';

interface Ask {
  key?: string;
  lane?: string;
  afterMs?: number;
  payload?: { readonly word: string };
}

interface Context {
  readonly lastSeq: number;
}

interface Heard {
  readonly type: string;
  readonly seq?: number;
}

type Asked =
  | { readonly type: 'courier.call'; readonly params: Ask }
  | { readonly type: 'cancelEffect'; readonly params: { readonly key: string } };

const inOrder = (...asked: Asked[]) =>
  enqueueActions<Context, Heard, undefined, Heard, never, Asked, never, never, never>(({ enqueue }) => {
    for (const one of asked) enqueue(one);
  });

/** A parcel on its way; small, and it uses everything `advance` reads. */
const parcel = setup({
  types: {
    context: {} as Context,
    events: {} as Heard,
  },
  delays: { PATIENCE: 60_000 },
  actions: {
    'courier.call': (_, params: Ask) => ({ params }),
    cancelEffect: (_, params: { key: string }) => ({ params }),
    ignore: (_, params: { reason: string }) => ({ params }),
    noteSeq: assign({ lastSeq: ({ event }) => event.seq ?? 0 }),
    trackTwice: inOrder(
      { type: 'courier.call', params: { key: 'track', afterMs: 1_000 } },
      { type: 'courier.call', params: { key: 'track', lane: 'road/1', payload: { word: 'now' } } },
    ),
    trackAnew: inOrder(
      { type: 'cancelEffect', params: { key: 'track' } },
      { type: 'courier.call', params: { key: 'track' } },
    ),
  },
}).createMachine({
  id: 'parcel',
  context: { lastSeq: 0 },
  initial: 'shelf',
  on: {
    asked: { actions: { type: 'ignore', params: { reason: 'nothing to tell' } } },
    lied: { actions: ['noteSeq', { type: 'ignore', params: { reason: 'and yet it notes' } }] },
    reminded: { actions: raise({ type: 'remember' }, { id: 'reminder', delay: 5_000 }) },
    forgotten: { actions: cancel('reminder') },
    remember: { actions: 'noteSeq' },
    hurried: { actions: raise({ type: 'sent' }) },
    tracked: { actions: 'trackTwice' },
    trackedAnew: { actions: 'trackAnew' },
    lost: { actions: { type: 'cancelEffect', params: { key: 'track' } } },
    pushed: { target: '.gone' },
    whispered: { actions: log('a word') },
    wandered: { target: '.attic', actions: { type: 'ignore', params: { reason: 'and yet it goes' } } },
    begged: { actions: ['trackTwice', { type: 'ignore', params: { reason: 'and yet it asks' } }] },
  },
  states: {
    shelf: {
      entry: [
        { type: 'courier.call', params: {} },
        { type: 'courier.call', params: {} },
      ],
      on: { sent: { target: 'road', actions: 'noteSeq' } },
    },
    road: {
      initial: 'waiting',
      states: { waiting: { after: { PATIENCE: 'overdue' } }, overdue: {} },
      on: { returned: 'shelf' },
    },
    attic: {},
    gone: { type: 'final' },
  },
});

const TIMER = 'xstate.after.PATIENCE.parcel.road.waiting';

const tell = (instance: Instance | null, type: string, timer?: Arrival['timer']): Decision =>
  advance(parcel, 3, instance, {
    to: 'parcel-1',
    id: 'any',
    event: { type },
    source: 'engine',
    ...(timer ? { timer } : {}),
  });

function applied(decision: Decision): Applied {
  if (decision.kind !== 'applied') throw new Error(`${decision.kind}: ${decision.reason}`);
  return decision;
}

const life = (...types: string[]): Instance =>
  types.reduce((instance, type) => applied(tell(instance, type)).instance, applied(tell(null, 'born')).instance);

describe('a decision', () => {
  it('that creates an instance is its first, on the version it was given', () => {
    expect(applied(tell(null, 'born')).instance).toEqual({
      id: 'parcel-1',
      machine: 'parcel',
      version: 3,
      seq: 1,
      state: 'shelf',
      snapshot: { value: 'shelf', context: { lastSeq: 0 } },
      timers: {},
    });
  });

  it('keeps an instance on the machine and version it lives on', () => {
    const instance = { ...life(), version: 2, machine: 'parcel-of-old' };
    expect(applied(tell(instance, 'sent')).instance).toMatchObject({ version: 2, machine: 'parcel-of-old' });
  });

  it('tells the machine its own number', () => {
    expect(life('sent').snapshot).toEqual({ value: { road: 'waiting' }, context: { lastSeq: 2 } });
  });

  it('changes neither the instance it read nor the snapshot in it', () => {
    const instance = life('sent');
    const stored = JSON.stringify(instance);
    tell(instance, 'returned');
    expect(JSON.stringify(instance)).toBe(stored);
  });

  it('takes a raise without delay inside the same step', () => {
    const { instance, effects } = applied(tell(life(), 'hurried'));
    expect(instance).toMatchObject({ state: 'road.waiting', timers: { [TIMER]: 2 } });
    expect(effects.map(({ key }) => key)).toEqual([timerKey(TIMER)]);
  });
});

describe('an effect', () => {
  it('is named after the decision and its place in it, due at once and in no lane, unless it says otherwise', () => {
    const { effects } = applied(tell(null, 'born'));
    expect(effects).toEqual([
      { key: '1.0', type: 'courier.call', payload: {}, afterMs: 0, lane: null },
      { key: '1.1', type: 'courier.call', payload: {}, afterMs: 0, lane: null },
    ]);
  });

  it('asked for twice under one key in one decision is asked for once: the last word counts', () => {
    expect(applied(tell(life(), 'tracked')).effects).toEqual([
      { key: 'track', type: 'courier.call', payload: { word: 'now' }, afterMs: 0, lane: 'road/1' },
    ]);
  });

  it('cancelled and then asked for stands', () => {
    expect(applied(tell(life(), 'trackedAnew'))).toMatchObject({ effects: [{ key: 'track' }], cancelled: [] });
  });

  it('that is no longer wanted is cancelled by its key', () => {
    expect(applied(tell(life('tracked'), 'lost'))).toMatchObject({ effects: [], cancelled: ['track'] });
  });
});

describe('a timer', () => {
  it('is an effect whose outcome is an event, and stands under the decision that armed it', () => {
    const decision = applied(tell(life(), 'sent'));
    expect(decision.instance.timers).toEqual({ [TIMER]: 2 });
    expect(decision.effects).toEqual([
      {
        key: timerKey(TIMER),
        type: 'timer',
        payload: { timerId: TIMER, event: { type: TIMER } },
        afterMs: 60_000,
        lane: null,
      },
    ]);
  });

  it('that comes due is heard, and stands no more', () => {
    const { instance } = applied(tell(life('sent'), TIMER, { timerId: TIMER, armedSeq: 2 }));
    expect(instance).toMatchObject({ state: 'road.overdue', timers: {} });
  });

  it('that comes due leaves the others standing, whether the machine heeds it or not', () => {
    const instance = life('sent', 'reminded');
    const heeded = applied(tell(instance, 'remember', { timerId: 'reminder', armedSeq: 3 })).instance;
    expect(heeded.timers).toEqual({ [TIMER]: 2 });
    expect(tell(instance, 'asked', { timerId: 'reminder', armedSeq: 3 })).toMatchObject({
      kind: 'ignored',
      instance: { seq: 4, timers: { [TIMER]: 2 } },
    });
  });

  it('of an instance that is not there is dropped', () => {
    expect(tell(null, TIMER, { timerId: TIMER, armedSeq: 2 })).toEqual({
      kind: 'dropped',
      reason: 'the timer was cancelled or armed again',
    });
  });

  it('is cancelled when its state is left, and dropped if it comes all the same', () => {
    const decision = applied(tell(life('sent'), 'returned'));
    expect(decision).toMatchObject({ cancelled: [timerKey(TIMER)], instance: { timers: {} } });
    expect(tell(decision.instance, TIMER, { timerId: TIMER, armedSeq: 2 }).kind).toBe('dropped');
  });

  it('of an earlier visit to a state is not taken for the one of this visit', () => {
    const instance = life('sent', 'returned', 'sent');
    expect(instance.timers).toEqual({ [TIMER]: 4 });
    expect(tell(instance, TIMER, { timerId: TIMER, armedSeq: 2 }).kind).toBe('dropped');
    expect(tell(instance, TIMER, { timerId: TIMER, armedSeq: 4 }).kind).toBe('applied');
  });

  it('that a machine reminds itself by is armed, armed again and forgotten by its name', () => {
    const once = life('reminded');
    expect(once.timers).toEqual({ reminder: 2 });
    const again = applied(tell(once, 'reminded')).instance;
    expect(again.timers).toEqual({ reminder: 3 });
    const forgotten = applied(tell(again, 'forgotten'));
    expect(forgotten).toMatchObject({ cancelled: [timerKey('reminder')], instance: { timers: {} } });
  });
});

describe('a refusal', () => {
  it('has a number and a reason, and leaves the rest as it was', () => {
    const instance = life('sent');
    expect(tell(instance, 'asked')).toEqual({
      kind: 'ignored',
      instance: { ...instance, seq: 3 },
      reason: 'nothing to tell',
    });
  });

  it('for want of a rule says so', () => {
    expect(tell(life('sent'), 'painted')).toMatchObject({ reason: 'no rule for painted in road.waiting' });
  });

  it.each(['lied', 'wandered', 'begged'])('that changes something is a fault of the machine: %s', (type) => {
    const broken = new InvariantBroken(`machine parcel ignores ${type} and yet changes`);
    expect(() => tell(life(), type)).toThrow(broken);
  });
});

describe('what must not be', () => {
  it('a stored state the machine does not know', () => {
    const instance = life();
    const unknown = { ...instance, snapshot: { ...instance.snapshot, value: 'nowhere' } };
    const broken: unknown = expect.objectContaining({
      name: 'InvariantBroken',
      message: expect.stringMatching(/^parcel-1: .*nowhere/) as unknown,
      cause: expect.any(Error) as unknown,
    });
    expect(() => tell(unknown, 'sent')).toThrow(broken);
  });

  it('an action of XState itself, which no handler would carry out', () => {
    expect(() => tell(life(), 'whispered')).toThrow('machines here ask for named effects only, not xstate.log');
  });

  it('a machine that ends: nothing could be heard any more', () => {
    expect(() => tell(life(), 'pushed')).toThrow('ended in status done');
  });

  it('two paths at once', () => {
    expect(statePath({ road: { waiting: 'gate' } })).toBe('road.waiting.gate');
    const two = { road: 'waiting', rail: 'waiting' };
    expect(() => statePath(two)).toThrow(new InvariantBroken(`state value ${JSON.stringify(two)} is not one path`));
    expect(() => statePath({})).toThrow('state value {} is not one path');
  });
});
