import { describe, expect, it } from '@jest/globals';
import { advance, describeMachine } from '#libs/engine';
import { createPaymentMachine } from './payment.machine.js';
import type { PaymentMessage } from './payment.messages.js';
import { PAYMENT_EFFECT_TYPES, PAYMENT_EVENT_TYPES } from './payment.messages.js';
import { DEFAULT_PAYMENT_SETTINGS } from './payment.settings.js';
import { eventsAbout, PLACES } from './payment.places.fixture.js';

const machine = createPaymentMachine();
const description = describeMachine(machine);
const places = Object.keys(PLACES) as (keyof typeof PLACES)[];

/**
 * Every event in every state: `+` applied, the state stays; `>` applied, the state moves; a letter: refused, and why.
 * Columns: initialized (opening, ready, stale), redirected (choosing, inProgress, confirming), paid (awaitingReceipt,
 * receipted), rejected, annulled, notConcluded, regenerated (checking, overdue).
 */
const CLASSIFIED: Readonly<Record<PaymentMessage['type'], string>> = {
  'payment.initialized': '     a a a   a a a   a a   a a a   a a',
  'redirect.requested': '      b > >   c c c   d d   d d d   d d',
  'regenerate.requested': '    e e e   e e e   e e   > > >   f f',
  'annul.requested': '         > > >   > g g   h h   > h >   > >',
  'charge.dropped': '          > > >   > g g   p p   > + >   > >',
  'verify.requested': '        i + +   + + +   i i   + + +   + +',
  'payer.returned': '          i + +   + + +   i i   + + +   + +',
  'notification.received': '   + + +   + + +   + +   + + +   + +',
  'notification.due': '        + + +   + + +   + +   + + +   + +',
  'attempt.opened': '          > j j   j j j   j j   j j j   j j',
  'attempt.refused': '         > k k   k k k   k k   k k k   k k',
  'attempt.misconfigured': '   > k k   k k k   k k   k k k   k k',
  'attempt.unreached': '       + k k   k k k   k k   k k k   k k',
  'attempt.openingUnknown': '  + k k   k k k   k k   k k k   k k',
  'position.reported': '       + + +   > + >   l l   + + +   + +',
  'position.deleteAnswered': ' m m m   m m m   m m   m m m   > >',
  'watch.ended': '             n + +   + + +   n n   + + +   + +',
  'cooldown.ended': '          + + +   + + +   + +   + + +   + +',
  'attestation.stored': '      + + +   + + +   > o   + + +   + +',
  'incident.resolved': '       + + +   + + +   + +   + + +   + +',
  'effect.parked': '           + + +   + + +   + +   + + +   + +',
};

const REFUSALS: Readonly<Record<string, string>> = {
  a: 'the payment exists already',
  b: 'the payment is still being opened at IRIS',
  c: 'the payer already has this URL',
  d: 'there is no open attempt to send the payer to',
  e: 'only a blocked payment can be regenerated',
  f: 'the payment is already being regenerated',
  g: 'a payment is under way',
  h: 'the payment is already annulled or paid',
  i: 'there is nothing to ask IRIS about',
  j: 'it was opened already',
  k: 'its opening was answered already',
  l: 'IRIS reported this position paid before',
  m: 'no Delete of this position waits for an answer',
  n: 'no watch of that attempt is running',
  o: 'the attestation is stored already',
  p: 'it is paid',
};

/** Where `>` leads; a position is reported in progress, a Delete is confirmed. */
const MOVES: Partial<Record<PaymentMessage['type'], readonly string[]>> = {
  'redirect.requested': ['redirected.choosing', 'initialized.opening'],
  'regenerate.requested': ['regenerated.checking'],
  'annul.requested': ['annulled'],
  'charge.dropped': ['annulled'],
  'attempt.opened': ['initialized.ready'],
  'attempt.refused': ['rejected'],
  'attempt.misconfigured': ['annulled'],
  'position.reported': ['redirected.inProgress'],
  'position.deleteAnswered': ['initialized.opening'],
  'attestation.stored': ['paid.receipted'],
};

/** What time does in every state, watches apart: it asks, or moves within the state; it never decides. */
const TIMERS: Readonly<Record<keyof typeof PLACES, Readonly<Record<string, string>>>> = {
  'initialized.opening': { OPEN_TIMEOUT: 'initialized.opening' },
  'initialized.ready': { READY_TIMEOUT: 'initialized.stale' },
  'initialized.stale': {},
  'redirected.choosing': { CHOICE_TIMEOUT: 'redirected.choosing' },
  'redirected.inProgress': { SESSION_TIMEOUT: 'redirected.inProgress' },
  'redirected.confirming': { CONFIRM_TIMEOUT: 'redirected.confirming' },
  'paid.awaitingReceipt': {},
  'paid.receipted': {},
  rejected: {},
  annulled: {},
  notConcluded: {},
  'regenerated.checking': { REGENERATE_CHECK_TIMEOUT: 'regenerated.overdue', cooldown: 'regenerated.checking' },
  'regenerated.overdue': { cooldown: 'regenerated.overdue' },
};

const pairs = PAYMENT_EVENT_TYPES.flatMap((type) => {
  const row = CLASSIFIED[type].trim().split(/\s+/);
  return places.map((place, column) => ({ type, place, expected: row[column] ?? 'unclassified' }));
});

describe('every event in every state', () => {
  it('has a row and a column', () => {
    expect(Object.keys(CLASSIFIED)).toEqual([...PAYMENT_EVENT_TYPES]);
    expect([...description.events].sort()).toEqual([...PAYMENT_EVENT_TYPES].sort());
    expect(places).toEqual(description.states.filter((state) => state.initial === null).map((state) => state.path));
    for (const row of Object.values(CLASSIFIED)) expect(row.trim().split(/\s+/)).toHaveLength(places.length);
  });

  it.each(pairs)('$type in $place: $expected', ({ type, place, expected }) => {
    const story = PLACES[place]();
    expect(story.state).toBe(place);
    story.hear(eventsAbout(story)[type]);
    if (expected in REFUSALS) {
      expect(story.reason).toBe(REFUSALS[expected]);
      expect(story.state).toBe(place);
    } else {
      expect(story.reason).toBeNull();
      expect(expected).toBe(story.state === place ? '+' : '>');
      if (expected === '>') expect(MOVES[type]).toContain(story.state);
    }
  });

  it('an event of no known type would be seen as a gap', () => {
    const { instance } = PLACES.annulled();
    const event = { type: 'payment.vanished' };
    const decision = advance(machine, 1, instance, { to: 'pay_1', id: 'any', event, source: 'engine' });
    expect(decision).toMatchObject({ kind: 'ignored', reason: 'no rule for payment.vanished in annulled' });
  });
});

describe('the pages about the machine', () => {
  const rules = [...description.anywhere, ...description.states.flatMap((state) => state.transitions)];

  it('say what every state means', () => {
    const silent = description.states.filter((state) => !/^[A-Z].*\.$/.test(state.description ?? ''));
    expect(silent.map((state) => state.path)).toEqual([]);
  });

  it('say why whatever is refused is refused', () => {
    expect(rules.filter(({ refusal }) => refusal === '').map(({ event }) => event)).toEqual([]);
    expect(rules.filter(({ refusal }) => refusal === 'for a reason found in its data')).toEqual([]);
  });

  it('call blocked what PORTOS shows as "pending di pagamento"', () => {
    const blocked = description.states.filter((state) => state.tags.includes('blocked'));
    expect(blocked.map((state) => state.path)).toEqual(['rejected', 'annulled', 'notConcluded']);
  });

  it('call the machine and its version by the names that its instances are stored under', () => {
    expect(description).toMatchObject({ name: 'payment', version: '1' });
  });
});

describe('time in every state', () => {
  it.each(places)('%s arms these timers and no others', (place) => {
    const armed = PLACES[place]()
      .timers()
      .filter((timer) => !timer.startsWith('watch/'));
    expect(armed.sort()).toEqual(Object.keys(TIMERS[place]).sort());
  });

  const firings = places.flatMap((place) =>
    Object.entries(TIMERS[place]).map(([timer, leadsTo]) => ({ place, timer, leadsTo })),
  );
  it.each(firings)('$timer in $place leads to $leadsTo', ({ place, timer, leadsTo }) => {
    expect(PLACES[place]().fire(timer).state).toBe(leadsTo);
  });

  const delays = firings.filter(({ timer }) => timer !== 'cooldown');
  it.each(delays)('$timer that comes after $place was left is dropped', ({ place, timer }) => {
    const story = PLACES[place]();
    const [timerId, armedSeq] =
      Object.entries(story.instance.timers).find(([id]) => id.startsWith(`xstate.after.${timer}.`)) ?? [];
    if (timerId === undefined || armedSeq === undefined) throw new Error(`${timer} is not armed`);
    const { idPagamento } = story.position();
    const receipt = { idTransazione: 'T1', amountCents: 1_600 };
    story.hear({ type: 'position.reported', idPagamento, esito: 'paid', askedAtSeq: story.instance.seq, receipt });
    const decision = advance(machine, 1, story.instance, {
      to: 'pay_1',
      id: 'any',
      event: { type: timerId },
      source: 'timer',
      timer: { timerId, armedSeq },
    });
    expect(decision.kind).toBe('dropped');
  });

  it('a timer armed again by entering a state again is told from the one before', () => {
    const story = PLACES['initialized.stale']().redirect();
    const first = PLACES['initialized.opening']().instance.timers;
    expect(Object.keys(story.instance.timers)).toEqual(expect.arrayContaining(Object.keys(first)));
    const [[timerId, armedSeq] = ['', 0]] = Object.entries(first);
    expect(story.instance.timers[timerId]).toBeGreaterThan(armedSeq);
  });

  it('every delay of the settings has a name in the machine', () => {
    expect(description.delays).toHaveLength(
      Object.keys(DEFAULT_PAYMENT_SETTINGS).filter((key) => /(Timeout|Cooldown|Window)Ms$/.test(key)).length,
    );
  });

  it('the effects it may ask for are those of the vocabulary', () => {
    expect([...description.effects].sort()).toEqual([...PAYMENT_EFFECT_TYPES].sort());
  });
});
