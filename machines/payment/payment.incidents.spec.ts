import { describe, expect, it } from '@jest/globals';
import { atIris, PaymentStory, tooSlow } from './payment.fixture.js';
import type { IncidentKind, IncidentPayload, Resolution } from './payment.messages.js';

const MONEY: readonly Resolution[] = ['settle', 'refund', 'refunded', 'dismiss'];

/** Whatever needs a person: how it comes about, what kind it is, what may be decided, and how much it is about. */
const CAUSES: readonly [string, () => PaymentStory, IncidentKind, readonly Resolution[], number | null][] = [
  [
    'a second payment of one item',
    () => atIris().report('paid', { tx: 'T1' }).report('paid', { tx: 'T2' }),
    'duplicatePayment',
    ['refunded', 'dismiss'],
    1_600,
  ],
  ['a refund that was decided', () => refundDecided(), 'duplicatePayment', ['refunded', 'dismiss'], 1_500],
  ['another amount', () => atIris().report('paid', { cents: 1_500 }), 'amountMismatch', MONEY, 1_500],
  ['money that came and went', () => tooSlow().report('reversed'), 'anomaly', ['settle', 'refund', 'refunded'], 1_600],
  ['IRIS taking back what it said', () => atIris().report('paid').report('unpaid'), 'anomaly', ['dismiss'], 1_600],
  ['money in a form that cannot be read', () => unreadable(), 'anomaly', ['dismiss'], 1_600],
  [
    'a transfer that does not become final',
    () => atIris().report('confirming').fire('CONFIRM_TIMEOUT').report('confirming'),
    'anomaly',
    ['dismiss'],
    1_600,
  ],
  [
    'a watch that ends with a payment under way',
    () => tooSlow().report('inProgress').fire('watch/1'),
    'anomaly',
    ['dismiss'],
    1_600,
  ],
  [
    'a notification that no poll confirms',
    () => atIris().notify('T1').fire('push/i1.1/T1'),
    'unconfirmedNotification',
    ['dismiss'],
    1_600,
  ],
  ['a notification of a foreign position', () => stray(), 'unconfirmedNotification', ['dismiss'], 700],
  [
    'an attestation that is not valid',
    () => parked('attestation.fetch', 'attestation/i1.1'),
    'receiptProblem',
    ['dismiss'],
    null,
  ],
  ['an effect that was given up', () => parked('tell', 'practice'), 'parkedEffect', ['dismiss'], null],
  ['a configuration that IRIS refuses', () => misconfigured(), 'misconfiguration', ['dismiss'], null],
  ['an opening that takes too long', () => tooLong(), 'misconfiguration', ['dismiss'], null],
];

const last = (story: PaymentStory): IncidentPayload => {
  const incident = story.incidents.at(-1);
  if (!incident) throw new Error('nobody was told');
  return incident;
};

describe('a person is told of', () => {
  it.each(CAUSES)('%s', (_, tell, kind, allowedResolutions, amountCents) => {
    const incident = last(tell());
    expect(incident).toMatchObject({ kind, allowedResolutions, amountCents });
    expect(incident.facts).toMatch(/^[A-Z].*\.$/);
  });

  it('each under a name of its own, so that none hides another', () => {
    const named = CAUSES.map(
      ([, tell]) =>
        tell()
          .asked.filter(({ type }) => type === 'incident.open')
          .at(-1)?.key,
    );
    expect(named).toEqual([
      'incident/duplicatePayment/i1.1/T2',
      'incident/duplicatePayment/i1.1/T1',
      'incident/amountMismatch/i1.1/T-i1.1',
      'incident/reversed/i1.1',
      'incident/contradicted/i1.1/unpaid',
      'incident/unreadable/i1.1',
      'incident/confirmationOverdue/i1.1',
      'incident/watchEnded/i1.1',
      'incident/unconfirmedNotification/i1.1/T1',
      'incident/unconfirmedNotification/other/T1',
      'incident/receiptProblem/attestation/i1.1/5',
      'incident/parkedEffect/practice/5',
      'incident/misconfiguration/1',
      'incident/openTimeout/1',
    ]);
  });

  it('the position and the transaction that it is about', () => {
    const about = CAUSES.map(([, tell]) => last(tell())).map(({ idPagamento, idTransazione }) => [
      idPagamento,
      idTransazione,
    ]);
    expect(about).toEqual([
      ...[
        ['i1.1', 'T2'],
        ['i1.1', 'T1'],
        ['i1.1', 'T-i1.1'],
        ['i1.1', null],
        ['i1.1', null],
        ['i1.1', null],
      ],
      ...[
        ['i1.1', null],
        ['i1.1', null],
        ['i1.1', 'T1'],
        ['other', 'T1'],
        ['i1.1', null],
      ],
      ...[
        [null, null],
        [null, null],
        [null, null],
      ],
    ]);
  });

  it('money without transaction, under a name that says so', () => {
    const story = tooSlow().report('paid', { tx: null, cents: 1_500 });
    expect(story.asked.filter(({ type }) => type === 'incident.open').map(({ key }) => key)).toEqual([
      'incident/amountMismatch/i1.1/-',
    ]);
  });

  it('every kind there is', () => {
    const kinds: Record<IncidentKind, true> = {
      ...{ duplicatePayment: true, amountMismatch: true, anomaly: true, parkedEffect: true },
      ...{ unconfirmedNotification: true, receiptProblem: true, misconfiguration: true },
    };
    expect(new Set(CAUSES.map(([, , kind]) => kind))).toEqual(new Set(Object.keys(kinds)));
  });

  it('what may be redriven, by the name of its effect, and of nothing else so', () => {
    const keys = CAUSES.map(([, tell]) => last(tell()).effectKey).filter((key) => key !== null);
    expect(keys).toEqual(['attestation/i1.1', 'practice']);
  });
});

const refundDecided = (): PaymentStory => {
  const story = tooSlow().report('paid', { tx: 'T1', cents: 1_500 });
  const about = { kind: 'amountMismatch', idPagamento: story.position().idPagamento, idTransazione: 'T1' } as const;
  return story.hear({ type: 'incident.resolved', ...about, resolution: 'refund', reason: 'the payer asked for it' });
};

const unreadable = (): PaymentStory => {
  const story = atIris();
  const { seq: askedAtSeq } = story.instance;
  const { idPagamento } = story.position();
  const report = { idPagamento, esito: 'unknown', askedAtSeq, receipt: null, unreadable: 'no amount' } as const;
  return story.hear({ type: 'position.reported', ...report });
};

const stray = (): PaymentStory =>
  atIris().hear({ type: 'notification.received', idPagamento: 'other', idTransazione: 'T1', amountCents: 700 });

const parked = (effectType: string, key: string): PaymentStory =>
  atIris().report('paid').hear({ type: 'effect.parked', effectType, key, reason: 'it was tried 10 times.' });

const misconfigured = (): PaymentStory =>
  new PaymentStory().hear({ type: 'attempt.misconfigured', attempt: 1, code: 'BS000003' });

const tooLong = (): PaymentStory =>
  new PaymentStory().fire('OPEN_TIMEOUT').hear({ type: 'attempt.unreached', attempt: 1, reason: 'ECONNREFUSED' });
