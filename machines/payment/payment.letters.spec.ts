import { describe, expect, it } from '@jest/globals';
import { atIris, PaymentStory, tooSlow } from './payment.fixture.js';
import { PAYMENT_EFFECT_TYPES, practiceInstanceId } from './payment.messages.js';

const deleting = () =>
  tooSlow({ settings: { deleteWhenIdle: true } })
    .regenerate()
    .report('unpaid');

/**
 * What handlers are given. A row is a complete letter that may be read by a later build, so each is held word by word:
 * its key, its order, its due date, what is in it.
 */
const LETTERS: readonly [string, () => PaymentStory, Record<string, unknown>][] = [
  [
    'an opening',
    () => new PaymentStory({ items: 2 }),
    {
      key: '1.0',
      type: 'iris.open',
      afterMs: 0,
      lane: null,
      payload: {
        attempt: 1,
        kind: 'bolli',
        practiceId: 'P1',
        returnToken: 'token1',
        positions: [
          { idPagamento: 'i1.1', idPendenza: 'p1.1', iuv: 'v1.1', item: 1, amountCents: 1_600 },
          { idPagamento: 'i1.2', idPendenza: 'p1.2', iuv: 'v1.2', item: 2, amountCents: 1_600 },
        ],
      },
    },
  ],
  [
    'the first question while a payer waits',
    () => atIris({ kind: 'istruttoria' }),
    {
      key: 'poll/i1.1',
      type: 'iris.poll',
      afterMs: 5_000,
      lane: 'iris/i1.1',
      payload: { kind: 'istruttoria', idPagamento: 'i1.1', known: null, report: 'change' },
    },
  ],
  [
    'a question about what is over',
    () => tooSlow(),
    {
      key: 'poll/i1.1',
      type: 'iris.watch',
      afterMs: 300_000,
      lane: 'iris/i1.1',
      payload: { kind: 'bolli', idPagamento: 'i1.1', known: 'unpaid', report: 'change' },
    },
  ],
  [
    'a Delete',
    deleting,
    {
      key: 'delete/i1.1',
      type: 'iris.delete',
      afterMs: 0,
      lane: 'iris/i1.1',
      payload: { kind: 'bolli', idPagamento: 'i1.1', idPendenza: 'p1.1' },
    },
  ],
  [
    'an attestation',
    () => atIris().report('paid'),
    {
      key: 'attestation/i1.1',
      type: 'attestation.fetch',
      afterMs: 0,
      lane: null,
      payload: { kind: 'bolli', idPagamento: 'i1.1', item: 1 },
    },
  ],
  [
    'the news for the practice',
    () => atIris().report('paid'),
    {
      key: 'practice',
      type: 'tell',
      afterMs: 0,
      lane: null,
      payload: { to: 'practice/P1', id: 'paid/pay_1', event: { type: 'charge.paid', paymentId: 'pay_1' } },
    },
  ],
  [
    'an incident about nothing but an attempt',
    () => new PaymentStory().hear({ type: 'attempt.misconfigured', attempt: 1, code: 'BS000003' }),
    {
      key: 'incident/misconfiguration/1',
      type: 'incident.open',
      afterMs: 0,
      lane: null,
      payload: {
        kind: 'misconfiguration',
        idPagamento: null,
        idTransazione: null,
        amountCents: null,
        effectKey: null,
        facts: 'IRIS refuses our configuration: BS000003.',
        allowedResolutions: ['dismiss'],
      },
    },
  ],
];

describe('a letter to a handler', () => {
  it.each(LETTERS)('%s says all that is needed to carry it out', (_, tell, letter) => {
    expect(
      tell()
        .asked.filter(({ type }) => type === letter['type'])
        .at(-1),
    ).toEqual(letter);
  });

  it('of every type is among these', () => {
    expect(new Set(LETTERS.map(([, , { type }]) => type))).toEqual(new Set(PAYMENT_EFFECT_TYPES));
  });

  it('is addressed as its practice is called', () => {
    expect(practiceInstanceId('P1')).toBe('practice/P1');
  });
});

describe('a payment that begins', () => {
  it('has nothing settled, and one attempt that nobody has heard of yet', () => {
    const { context } = new PaymentStory();
    expect(context).toEqual({
      paymentId: 'pay_1',
      practiceId: 'P1',
      kind: 'bolli',
      items: [{ item: 1, amountCents: 1_600, settledBy: null }],
      attempts: [
        {
          number: 1,
          opening: 'asked',
          returnToken: 'token1',
          redirectUrl: null,
          shown: false,
          watched: false,
          positions: [
            {
              ...{ idPagamento: 'i1.1', idPendenza: 'p1.1', iuv: 'v1.1', item: 1, amountCents: 1_600 },
              ...{ esito: null, underway: null, askedAtSeq: 0, hintedSeq: 0, inFlightSeq: 0 },
              ...{ receipts: [], deletion: 'none', deletionSeq: 0, attested: false },
            },
          ],
        },
      ],
      openTries: 0,
      deadlineSeq: null,
      regenerations: 0,
      coolingDown: false,
      regenerate: null,
      dropped: null,
    });
  });

  it('is refused when it brings fewer identifiers than items', () => {
    const story = new PaymentStory({ items: 2 });
    const attempt = story.nextIds(1);
    expect(() => story.hear({ type: 'attempt.openingUnknown', attempt: 1, reason: 'timeout', next: attempt })).toThrow(
      'attempt 2 was given too few identifiers for its items',
    );
  });
});
