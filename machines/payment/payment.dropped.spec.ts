import { describe, expect, it } from '@jest/globals';
import { atIris, PaymentStory, tooSlow } from './payment.fixture.js';
import type { DropCause } from './payment.messages.js';

const CAUSES: readonly DropCause[] = ['replaced', 'withdrawn'];

describe.each(CAUSES)('a charge that was %s', (because) => {
  it('annuls its payment, which is watched on and never opened anew', () => {
    const story = atIris().drop(because);
    expect(story.state).toBe('annulled');
    expect(story.poll()).toMatchObject({ type: 'iris.watch' });
    expect(story.regenerate().reason).toBe('its charge was replaced or withdrawn');
    expect(story.state).toBe('annulled');
  });

  it('leaves what is annulled already as it is, but for good', () => {
    const story = tooSlow().drop(because);
    expect(story.reason).toBeNull();
    expect(story.context.dropped).toBe(because);
    expect(story.drop(because).reason).toBe('its charge was replaced or withdrawn already');
  });

  it('ends a Rigenera that waits', () => {
    const story = tooSlow().regenerate().drop(because);
    expect(story.state).toBe('annulled');
    expect(story.context.regenerate).toBeNull();
    expect(story.report('unpaid').state).toBe('annulled');
  });

  it('owes back what is paid all the same, and tells the practice nothing', () => {
    const story = atIris({ kind: 'istruttoria' })
      .drop(because)
      .report('paid', { tx: 'T1' })
      .report('paid', { tx: 'T2' });
    expect(story.state).toBe('annulled');
    expect(story.context.items).toMatchObject([{ settledBy: null }]);
    expect(story.position().receipts.map((receipt) => receipt.disposition)).toEqual(['refundDue', 'refundDue']);
    expect(story.incidents).toMatchObject([
      { kind: 'duplicatePayment', idTransazione: 'T1', allowedResolutions: ['refunded', 'dismiss'] },
      { kind: 'duplicatePayment', idTransazione: 'T2' },
    ]);
    expect(story.incidents[0]?.facts).toBe(
      `The charge was ${because} when this payment arrived. The region owes the payer a refund.`,
    );
    expect(story.asked.some(({ type }) => type === 'tell' || type === 'attestation.fetch')).toBe(false);
  });

  it('has a wrong amount quarantined, which can settle nothing', () => {
    const story = atIris().drop(because).report('paid', { tx: 'T1', cents: 1_500 });
    expect(story.incidents).toMatchObject([{ allowedResolutions: ['refund', 'refunded', 'dismiss'] }]);
    const { idPagamento } = story.position();
    story.hear({
      type: 'incident.resolved',
      kind: 'amountMismatch',
      idPagamento,
      idTransazione: 'T1',
      resolution: 'settle',
      reason: 'by hand',
    });
    expect(story.reason).toBe(`the charge was ${because}: this money can only be refunded`);
  });

  it('cannot be while money moves, in whichever attempt, or waits for a decision', () => {
    expect(atIris().report('inProgress').drop(because).reason).toBe('a payment is under way');
    const older = tooSlow().regenerate().report('unpaid').report('inProgress', { attempt: 1 });
    expect(older.state).toBe('initialized.opening');
    expect(older.drop(because).reason).toBe('a payment is under way');
    expect(atIris().report('paid', { cents: 1_500 }).drop(because).reason).toBe('an incident must be resolved first');
    expect(atIris().report('paid').drop(because).reason).toBe('it is paid');
  });

  it('while it is being opened shows nobody the URL that comes', () => {
    const story = new PaymentStory().drop(because).opened();
    expect(story.state).toBe('annulled');
    expect(story.poll()).toMatchObject({ type: 'iris.watch' });
  });
});

describe('a charge that is paid in part', () => {
  const half = () => atIris({ items: 2 }).report('paid').report('refused', { item: 2 });

  it('cannot be replaced: what is paid would have to be paid again', () => {
    expect(half().drop('replaced').reason).toBe('part of it is paid');
  });

  it('may be withdrawn: what is paid stays paid', () => {
    const story = half().drop('withdrawn');
    expect(story.state).toBe('annulled');
    expect(story.context.items.map((item) => item.settledBy !== null)).toEqual([true, false]);
    expect(story.report('paid', { item: 2 }).state).toBe('annulled');
  });
});
