import { describe, expect, it } from '@jest/globals';
import { atIris, tooSlow } from './payment.fixture.js';
import type { PaymentStory } from './payment.fixture.js';
import type { IncidentKind, Resolution } from './payment.messages.js';

const NOTHING_WAITS = 'no receipt of this payment waits for that decision';

const decide = (story: PaymentStory, kind: IncidentKind, resolution: Resolution, idTransazione: string | null) => {
  const { idPagamento } = story.position();
  return story.hear({ type: 'incident.resolved', kind, idPagamento, idTransazione, resolution, reason: 'by hand' });
};

const written = (story: PaymentStory) =>
  story.position().receipts.map(({ idTransazione, disposition }) => `${idTransazione ?? '-'} ${disposition}`);

const mismatch = (tx: string | null = 'T1') => tooSlow().report('paid', { tx, cents: 1_500 });
const duplicate = () => decide(mismatch(), 'amountMismatch', 'refund', 'T1');
const reversal = () => tooSlow().report('reversed');
const settled = () => atIris().report('paid', { tx: 'T1' });

const KINDS: readonly IncidentKind[] = [
  ...(['duplicatePayment', 'amountMismatch', 'anomaly', 'parkedEffect'] as const),
  ...(['unconfirmedNotification', 'receiptProblem', 'misconfiguration'] as const),
];

const WAITING: readonly [string, () => PaymentStory, string | null, IncidentKind | null][] = [
  ['money to refund', duplicate, 'T1', 'duplicatePayment'],
  ['another amount', mismatch, 'T1', 'amountMismatch'],
  ['money that came and went', reversal, null, 'anomaly'],
  ['money that went back by an operator’s word', () => decide(reversal(), 'anomaly', 'refunded', null), null, null],
  ['another amount that was dismissed', () => decide(mismatch(), 'amountMismatch', 'dismiss', 'T1'), 'T1', null],
  ['what settled its item', settled, 'T1', null],
];

describe('a decision about money', () => {
  it.each(WAITING)('hits %s only under the kind of its own incident', (_, tell, tx, kind) => {
    const heard = KINDS.filter((candidate) => decide(tell(), candidate, 'refunded', tx).reason === null);
    expect(heard).toEqual(kind === null ? [] : [kind]);
    for (const other of KINDS.filter((candidate) => candidate !== kind)) {
      expect(decide(tell(), other, 'refunded', tx).reason).toBe(NOTHING_WAITS);
      expect(written(decide(tell(), other, 'dismiss', tx))).toEqual(written(tell()));
    }
  });

  it('touches the one receipt it names, and no other that waits beside it', () => {
    const story = settled().report('paid', { tx: 'T2' }).report('paid', { tx: 'T3' });
    expect(written(decide(story, 'duplicatePayment', 'refunded', 'T3'))).toEqual([
      'T1 settled',
      'T2 refundDue',
      'T3 refunded',
    ]);
  });

  it('of an incident opened before its transaction was known finds it under its name', () => {
    const story = mismatch(null).report('paid', { tx: 'T1', cents: 1_500 });
    expect(written(story)).toEqual(['T1 quarantined']);
    expect(written(decide(story, 'amountMismatch', 'refunded', null))).toEqual(['T1 refunded']);
  });

  it('without transaction is refused where it might mean either of two', () => {
    const story = mismatch('T1').report('paid', { tx: 'T2', cents: 1_400 });
    expect(decide(story, 'amountMismatch', 'refunded', null).reason).toBe(NOTHING_WAITS);
    expect(written(story)).toEqual(['T1 quarantined', 'T2 quarantined']);
  });

  it('of another transaction than the one that waits is refused', () => {
    expect(decide(mismatch('T1'), 'amountMismatch', 'refunded', 'T2').reason).toBe(NOTHING_WAITS);
  });

  it('may refund what came beside the payment that settled the item, and opens an incident for it', () => {
    const story = decide(mismatch('T1').report('paid', { tx: 'T2' }), 'amountMismatch', 'refund', 'T1');
    expect(written(story)).toEqual(['T1 refundDue', 'T2 settled']);
    expect(story.incidents.at(-1)).toMatchObject({ kind: 'duplicatePayment', idTransazione: 'T1', amountCents: 1_500 });
  });

  it('may refund what came for a charge that was dropped, which settles nothing', () => {
    const story = decide(atIris().drop().report('paid', { tx: 'T1', cents: 1_500 }), 'amountMismatch', 'refund', 'T1');
    expect(story.reason).toBeNull();
    expect(written(story)).toEqual(['T1 refundDue']);
  });

  it('that dismisses a refund closes the incident, and the money stays owed', () => {
    const refund = decide(reversal(), 'anomaly', 'refund', null);
    expect(written(decide(refund, 'duplicatePayment', 'dismiss', null))).toEqual(['- refundDue']);
    expect(refund.reason).toBeNull();
  });

  it('about no position at all is closed, and changes nothing', () => {
    const story = tooSlow();
    const before = story.context;
    const about = { kind: 'misconfiguration', idPagamento: null, idTransazione: null, reason: 'set right' } as const;
    story.hear({ type: 'incident.resolved', ...about, resolution: 'dismiss' });
    expect(story.reason).toBeNull();
    expect(story.context).toEqual(before);
    expect(story.hear({ type: 'incident.resolved', ...about, resolution: 'refund' }).reason).toBe(NOTHING_WAITS);
  });

  it('asks for nothing when it closes, and for the attestation when it settles', () => {
    const asked = (resolution: Resolution) => {
      const { decision } = decide(mismatch(), 'amountMismatch', resolution, 'T1');
      return decision.kind === 'applied' ? decision.effects.map(({ type }) => type) : [];
    };
    expect(asked('dismiss')).toEqual([]);
    expect(asked('refunded')).toEqual([]);
    expect(asked('refund')).toEqual(['incident.open']);
    expect(asked('settle')).toEqual(['attestation.fetch', 'tell']);
  });
});
