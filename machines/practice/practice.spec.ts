import { describe, expect, it } from '@jest/globals';
import type { Decision, Instance } from '#libs/engine';
import { advance, describeMachine } from '#libs/engine';
import { practiceMachine } from './practice.machine.js';
import type { PracticeContext } from './practice.machine.js';
import type { ChargeRef, PracticeMessage } from './practice.messages.js';
import { ALLOWED_CHARGES, PRACTICE_EFFECT_TYPES, PRACTICE_EVENT_TYPES } from './practice.messages.js';

class PracticeStory {
  decision: Decision;
  instance: Instance;

  constructor(charges: readonly ChargeRef[] = [bolli, istruttoria]) {
    this.decision = this.decide(null, { type: 'practice.opened', practiceId: 'P1', practiceType: 'istanza', charges });
    this.instance = this.kept();
  }

  hear(event: PracticeMessage): this {
    this.decision = this.decide(this.instance, event);
    this.instance = this.kept();
    return this;
  }

  paid({ paymentId }: ChargeRef): this {
    return this.hear({ type: 'charge.paid', paymentId });
  }

  withdraw(): this {
    return this.hear({ type: 'practice.withdrawn', known: this.known, reason: 'withdrawn by the architect' });
  }

  replace(...charges: ChargeRef[]): this {
    return this.hear({ type: 'charges.replaced', practiceType: 'istanza', known: this.known, charges });
  }

  /** The payments of the present charges. */
  get known(): string[] {
    return this.context.charges.map((charge) => charge.paymentId);
  }

  get state(): string {
    return this.instance.state;
  }

  get context(): PracticeContext {
    return this.instance.snapshot.context as unknown as PracticeContext;
  }

  get reason(): string | null {
    return this.decision.kind === 'applied' ? null : this.decision.reason;
  }

  /** What the last event asked of the world. */
  get asked() {
    return this.decision.kind === 'applied' ? this.decision.effects : [];
  }

  private decide(instance: Instance | null, event: PracticeMessage): Decision {
    return advance(practiceMachine, 1, instance, { to: 'practice/P1', id: 'any', event, source: 'engine' });
  }

  private kept(): Instance {
    if (this.decision.kind === 'dropped') throw new Error('a practice has no timers');
    return this.decision.instance;
  }
}

const bolli: ChargeRef = { paymentId: 'pay_bolli', kind: 'bolli' };
const istruttoria: ChargeRef = { paymentId: 'pay_istruttoria', kind: 'istruttoria' };
const other: ChargeRef = { paymentId: 'pay_other', kind: 'istruttoria' };

/** An incident that can only be dismissed; money is its payments' affair. */
const incident = (about: string, payload: { readonly kind: string; readonly effectKey?: string }) => ({
  key: `incident/${about}`,
  type: 'incident.open',
  lane: null,
  afterMs: 0,
  payload: {
    ...{ idPagamento: null, idTransazione: null, amountCents: null, effectKey: null },
    ...{ facts: expect.any(String), allowedResolutions: ['dismiss'] },
    ...payload,
  },
});

const PLACES = {
  'collecting.active': () => new PracticeStory(),
  'collecting.withdrawn': () => new PracticeStory().withdraw(),
  settled: () => new PracticeStory().paid(bolli).paid(istruttoria),
};

const known = [bolli.paymentId, istruttoria.paymentId];

/** One event of every type; the charge is `bolli`, which is paid where the practice is settled. */
const EVENTS: Readonly<Record<PracticeMessage['type'], PracticeMessage>> = {
  'practice.opened': { type: 'practice.opened', practiceId: 'P1', practiceType: 'istanza', charges: [bolli] },
  'charge.paid': { type: 'charge.paid', paymentId: bolli.paymentId },
  'charges.replaced': { type: 'charges.replaced', practiceType: 'istanza', known, charges: [bolli, other] },
  'practice.withdrawn': { type: 'practice.withdrawn', known, reason: 'withdrawn by the architect' },
  'effect.parked': { type: 'effect.parked', effectType: 'tell', key: 'annul/x', reason: 'tried 10 times' },
  'incident.resolved': { type: 'incident.resolved', resolution: 'dismiss', reason: 'seen' },
};

/** `+` applied, the state stays; `>` applied, the state moves; else the reason of the refusal. */
const CLASSIFIED: Readonly<Record<PracticeMessage['type'], Readonly<Record<keyof typeof PLACES, string>>>> = {
  'practice.opened': {
    'collecting.active': 'the practice exists already',
    'collecting.withdrawn': 'the practice exists already',
    settled: 'the practice exists already',
  },
  'charge.paid': {
    'collecting.active': '+',
    'collecting.withdrawn': '+',
    settled: 'that charge is known to be paid',
  },
  'charges.replaced': {
    'collecting.active': '+',
    'collecting.withdrawn': 'the practice was withdrawn',
    settled: 'the practice is settled',
  },
  'practice.withdrawn': {
    'collecting.active': '>',
    'collecting.withdrawn': 'the practice was withdrawn already',
    settled: 'the practice is settled',
  },
  'effect.parked': { 'collecting.active': '+', 'collecting.withdrawn': '+', settled: '+' },
  'incident.resolved': { 'collecting.active': '+', 'collecting.withdrawn': '+', settled: '+' },
};

describe('a practice', () => {
  it('is settled when all its charges are paid, whichever comes first', () => {
    const story = new PracticeStory().paid(istruttoria);
    expect(story.state).toBe('collecting.active');
    expect(story.paid(bolli).state).toBe('settled');
  });

  it('with one charge is settled by it', () => {
    expect(new PracticeStory([bolli]).paid(bolli).state).toBe('settled');
  });

  it('hears of a paid charge once', () => {
    const story = new PracticeStory().paid(bolli).paid(bolli);
    expect(story.reason).toBe('that charge is known to be paid');
    expect(story.state).toBe('collecting.active');
  });

  it('holds the charges it is given anew, and keeps what is paid of them', () => {
    const story = new PracticeStory().paid(bolli).replace(bolli, other);
    expect(story.context.charges).toEqual([
      { ...bolli, paid: true },
      { ...other, paid: false },
    ]);
    expect(story.asked).toEqual([]);
    expect(story.paid(other).state).toBe('settled');
  });

  it('takes the type it is given anew', () => {
    const story = new PracticeStory();
    story.hear({ type: 'charges.replaced', practiceType: 'collaudo', known: story.known, charges: [bolli] });
    expect(story.context.practiceType).toBe('collaudo');
  });

  it.each<[string, PracticeMessage]>([
    ['replacement', { type: 'charges.replaced', practiceType: 'istanza', known, charges: [bolli] }],
    ['withdrawal', { type: 'practice.withdrawn', known, reason: 'withdrawn by the architect' }],
  ])('refuses a %s that was decided about charges which are there no longer', (_, decision) => {
    const story = new PracticeStory().replace(bolli, other);
    expect(story.hear(decision).reason).toBe('the charges were replaced meanwhile');
    expect(story.context.charges.map((charge) => charge.paymentId)).toEqual([bolli.paymentId, other.paymentId]);
  });

  it('is settled by a replacement that leaves only paid charges', () => {
    expect(new PracticeStory().paid(bolli).replace(bolli).state).toBe('settled');
  });

  it('refuses what was decided about fewer charges, or about others, than there are', () => {
    for (const known of [
      [],
      ['pay_bolli'],
      ['pay_bolli', 'pay_other'],
      ['pay_bolli', 'pay_istruttoria', 'pay_other'],
    ]) {
      const story = new PracticeStory().hear({ type: 'practice.withdrawn', known, reason: 'withdrawn' });
      expect(story.reason).toBe('the charges were replaced meanwhile');
      expect(story.state).toBe('collecting.active');
    }
  });

  it('without any charge waits for one', () => {
    expect(new PracticeStory([]).state).toBe('collecting.active');
    expect(new PracticeStory().replace().state).toBe('collecting.active');
  });

  it('begins with nothing paid, as what and under whose name it was opened', () => {
    expect(new PracticeStory().context).toEqual({
      practiceId: 'P1',
      practiceType: 'istanza',
      charges: [
        { ...bolli, paid: false },
        { ...istruttoria, paid: false },
      ],
    });
  });

  it('notes only the charge that was paid', () => {
    expect(new PracticeStory().paid(istruttoria).context.charges.map(({ paid }) => paid)).toEqual([false, true]);
  });

  it('does not drop a paid charge', () => {
    expect(new PracticeStory().paid(bolli).replace(other).reason).toBe('a paid charge cannot be replaced');
  });

  it('tells a person when a charge it dropped is paid after all', () => {
    const story = new PracticeStory().replace(bolli).paid(istruttoria);
    expect(story.state).toBe('collecting.active');
    expect(story.asked).toEqual([incident('unexpected/pay_istruttoria', { kind: 'anomaly' })]);
    expect(story.asked[0]?.payload).toMatchObject({ facts: expect.stringContaining('pay_istruttoria') });
  });

  it('that is withdrawn is settled no more, and notes what was paid before', () => {
    const story = new PracticeStory().paid(bolli).withdraw();
    expect(story.state).toBe('collecting.withdrawn');
    expect(story.paid(istruttoria).state).toBe('collecting.withdrawn');
    expect(story.context.charges.every((charge) => charge.paid)).toBe(true);
    expect(story.asked).toEqual([]);
  });

  it('lets its incidents only be dismissed: money is decided on its payment', () => {
    const story = new PracticeStory().hear({ type: 'incident.resolved', resolution: 'settle', reason: 'paid by hand' });
    expect(story.reason).toBe('it can only be dismissed');
  });

  it('tells a person of an effect that was given up, each time, and by the name it may be redriven by', () => {
    const parked = { type: 'effect.parked', effectType: 'tell', key: 'annul/x', reason: 'tried 10 times' } as const;
    const story = new PracticeStory().hear(parked);
    expect(story.asked).toEqual([incident('parkedEffect/annul/x/2', { kind: 'parkedEffect', effectKey: 'annul/x' })]);
    expect(story.asked[0]?.payload).toMatchObject({ facts: 'The effect tell was given up: tried 10 times' });
    expect(story.hear(parked).asked).toMatchObject([{ key: 'incident/parkedEffect/annul/x/3' }]);
  });

  it('opens no incident about an incident', () => {
    const parked = { effectType: 'incident.open', key: 'incident/x', reason: 'broken' };
    expect(new PracticeStory().hear({ type: 'effect.parked', ...parked }).reason).toBe('it is an incident itself');
  });
});

describe('the charges of a practice', () => {
  it('are both carts for an istanza, and the stamp duties only for the others', () => {
    expect(ALLOWED_CHARGES).toEqual({ istanza: ['bolli', 'istruttoria'], fineLavori: ['bolli'], collaudo: ['bolli'] });
  });
});

describe('every event in every state of a practice', () => {
  const description = describeMachine(practiceMachine);
  const places = Object.keys(PLACES) as (keyof typeof PLACES)[];
  const pairs = PRACTICE_EVENT_TYPES.flatMap((type) =>
    places.map((place) => ({ type, place, expected: CLASSIFIED[type][place] })),
  );

  it('has a row and a column', () => {
    expect(Object.keys(CLASSIFIED)).toEqual([...PRACTICE_EVENT_TYPES]);
    expect([...description.events].sort()).toEqual([...PRACTICE_EVENT_TYPES].sort());
    expect(places).toEqual(description.states.filter((state) => state.initial === null).map((state) => state.path));
    expect([...description.effects].sort()).toEqual([...PRACTICE_EFFECT_TYPES].sort());
  });

  it.each(pairs)('$type in $place: $expected', ({ type, place, expected }) => {
    const story = PLACES[place]();
    expect(story.state).toBe(place);
    story.hear(EVENTS[type]);
    expect(story.reason ?? (story.state === place ? '+' : '>')).toBe(expected);
  });

  it('stands on the pages under the name it is stored by, each state with what it means', () => {
    expect(description).toMatchObject({ name: 'practice', version: '1' });
    const silent = description.states.filter((state) => !/^[A-Z].*\.$/.test(state.description ?? ''));
    expect(silent.map((state) => state.path)).toEqual([]);
  });

  it('arms no timer', () => {
    for (const place of places) expect(PLACES[place]().instance.timers).toEqual({});
  });
});
