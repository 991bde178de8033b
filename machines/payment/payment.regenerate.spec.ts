import { describe, expect, it } from '@jest/globals';
import { atIris, PaymentStory, tooSlow } from './payment.fixture.js';
import type { Esito } from './payment.messages.js';

const leftHalfway = () => atIris().report('inProgress').fire('SESSION_TIMEOUT').report('unpaid');

describe('Rigenera', () => {
  it('asks IRIS at once about the attempt it replaces', () => {
    const story = tooSlow().regenerate();
    expect(story.state).toBe('regenerated.checking');
    expect(story.poll()).toMatchObject({ type: 'iris.poll', afterMs: 0, payload: { report: 'any' } });
  });

  it.each<Esito>(['refused', 'cancelled', 'unpaid', 'unpayable'])('goes on when IRIS says %s', (esito) => {
    const story = tooSlow().regenerate().report(esito);
    expect(story.state).toBe('initialized.opening');
    expect(story.attempt.number).toBe(2);
    expect(story.poll(1, 1)).toMatchObject({ type: 'iris.watch' });
  });

  it.each<Esito>(['inProgress', 'unknown', 'confirming'])('waits, asking fast, while IRIS says %s', (esito) => {
    const story = tooSlow().regenerate().report(esito);
    expect(story.state).toBe('regenerated.checking');
    expect(story.poll()).toMatchObject({ type: 'iris.poll', afterMs: 5_000, payload: { known: esito } });
  });

  it('ends as paid when the old attempt was paid after all', () => {
    const story = tooSlow().regenerate().report('paid');
    expect(story.state).toBe('paid.awaitingReceipt');
    expect(story.context.regenerate).toBeNull();
    expect(story.context.attempts).toHaveLength(1);
  });

  it('goes on with what is missing when part of the old attempt was paid after all', () => {
    const story = tooSlow({ items: 2 }).regenerate().report('paid').report('unpaid', { item: 2 });
    expect(story.state).toBe('initialized.opening');
    expect(story.attempt.positions.map((position) => position.item)).toEqual([2]);
  });

  it('does not count an answer asked before the command', () => {
    const story = tooSlow();
    const askedAtSeq = story.instance.seq;
    story.regenerate().report('unpaid', { askedAtSeq });
    expect(story.state).toBe('regenerated.checking');
    expect(story.poll()).toMatchObject({ afterMs: 0, payload: { report: 'any' } });
  });

  it('does not count an answer asked before the last inProgress, and wants another', () => {
    const story = tooSlow().regenerate();
    const askedAtSeq = story.instance.seq;
    story.report('inProgress').report('unpaid', { askedAtSeq });
    expect(story.state).toBe('regenerated.checking');
    expect(story.poll()).toMatchObject({ afterMs: 0, payload: { report: 'any' } });
    expect(story.report('unpaid').state).toBe('initialized.opening');
  });

  it('waits for every missing position', () => {
    const story = tooSlow({ items: 3 }).regenerate().report('unpaid').report('unpaid', { item: 2 });
    expect(story.state).toBe('regenerated.checking');
    expect(story.report('refused', { item: 3 }).state).toBe('initialized.opening');
  });

  it('needs no question about an attempt whose URL nobody could have had', () => {
    const story = new PaymentStory().hear({ type: 'attempt.refused', attempt: 1, code: 'A0000040' }).regenerate();
    expect(story.state).toBe('initialized.opening');
    expect(story.attempt.number).toBe(2);
  });

  it('asks about an attempt that was ready, for its URL could be seen', () => {
    const story = new PaymentStory().opened().annul().regenerate();
    expect(story.state).toBe('regenerated.checking');
    expect(story.report('unpaid').state).toBe('initialized.opening');
  });

  it('doubled is harmless: while it waits, and once it is done', () => {
    const story = tooSlow().regenerate().regenerate({ attempt: 1 });
    expect(story.reason).toBe('the payment is already being regenerated');
    story.report('unpaid').regenerate({ attempt: 1 });
    expect(story.reason).toBe('that attempt was already replaced');
    expect(story.context).toMatchObject({ regenerations: 1, attempts: [{ number: 1 }, { number: 2 }] });
  });

  it('of an attempt that does not exist is refused', () => {
    expect(tooSlow().regenerate({ attempt: 7 }).reason).toBe('there is no such attempt');
  });

  it('of a payment that is not blocked is refused', () => {
    expect(atIris().regenerate().reason).toBe('only a blocked payment can be regenerated');
    expect(atIris().report('paid').regenerate().reason).toBe('only a blocked payment can be regenerated');
  });

  it('has a cool-down', () => {
    const story = tooSlow().regenerate().report('unpaid').annul().opened();
    expect(story.regenerate().reason).toBe('it was regenerated a moment ago');
    expect(story.fire('cooldown').regenerate().state).toBe('initialized.opening');
  });

  it('has a limit', () => {
    const story = tooSlow({ settings: { regenerateLimit: 1 } })
      .regenerate()
      .report('unpaid')
      .fire('cooldown');
    expect(story.annul().opened().regenerate().reason).toBe('it was regenerated as often as allowed');
  });

  it('can be given up by annulling, unless money may be moving', () => {
    const story = tooSlow().regenerate().annul();
    expect(story.state).toBe('annulled');
    expect(story.context.regenerate).toBeNull();
    expect(tooSlow().regenerate().report('inProgress').annul().reason).toBe('a payment is under way');
  });

  it('also waits for a payment that an older attempt has under way', () => {
    const story = tooSlow().regenerate().report('unpaid').opened().redirect().fire('cooldown');
    story.fire('CHOICE_TIMEOUT').report('unpaid').report('inProgress', { attempt: 1 }).regenerate();
    expect(story.poll(1, 1)).toMatchObject({ afterMs: 0, payload: { report: 'any' } });
    story.report('unpaid', { attempt: 2 });
    expect(story.state).toBe('regenerated.checking');
    expect(story.report('unpaid', { attempt: 1 }).state).toBe('initialized.opening');
  });
});

describe('“go on although a payment may be in flight”', () => {
  it('is honoured from REGENERATE_CHECK_TIMEOUT on, and recorded with who said so', () => {
    const story = tooSlow().regenerate().report('inProgress').fire('REGENERATE_CHECK_TIMEOUT');
    expect(story.state).toBe('regenerated.overdue');
    story.regenerate({ acknowledge: true });
    expect(story.state).toBe('initialized.opening');
    expect(story.poll(1, 1)).toMatchObject({ type: 'iris.poll' });
  });

  it('given earlier is kept until then', () => {
    const story = tooSlow().regenerate().report('unknown').regenerate({ acknowledge: true });
    expect(story.state).toBe('regenerated.checking');
    expect(story.context.regenerate?.acknowledgedBy).toBe('payer');
    expect(story.fire('REGENERATE_CHECK_TIMEOUT').state).toBe('initialized.opening');
  });

  it('given with the command itself is kept as well, and silence is then enough', () => {
    const story = tooSlow().regenerate({ acknowledge: true }).fire('REGENERATE_CHECK_TIMEOUT');
    expect(story.state).toBe('initialized.opening');
  });

  it('is not needed: past the timeout a certain answer still goes on', () => {
    const story = tooSlow().regenerate().fire('REGENERATE_CHECK_TIMEOUT');
    expect(story.state).toBe('regenerated.overdue');
    expect(story.report('unpaid').state).toBe('initialized.opening');
  });

  it('never holds while a transfer is being confirmed', () => {
    const story = tooSlow().regenerate().report('confirming').fire('REGENERATE_CHECK_TIMEOUT');
    expect(story.regenerate({ acknowledge: true }).state).toBe('regenerated.overdue');
    expect(story.report('inProgress').state).toBe('initialized.opening');
  });

  it('never holds while the former opening is still under way: two are never being opened at once', () => {
    const story = new PaymentStory().annul().regenerate({ acknowledge: true }).fire('REGENERATE_CHECK_TIMEOUT');
    expect(story.state).toBe('regenerated.overdue');
    expect(story.opened().state).toBe('initialized.opening');
    expect(story.attempt.number).toBe(2);
  });

  it('never holds in quarantine', () => {
    const story = tooSlow().regenerate().report('paid', { cents: 1_500 }).fire('REGENERATE_CHECK_TIMEOUT');
    expect(story.regenerate({ acknowledge: true }).state).toBe('regenerated.overdue');
  });

  it('an attempt that went on beside a payment in flight settles nothing twice', () => {
    const story = leftHalfway().regenerate({ acknowledge: true }).fire('REGENERATE_CHECK_TIMEOUT').opened().redirect();
    story.report('paid', { attempt: 1 });
    expect(story.state).toBe('paid.awaitingReceipt');
    story.report('paid', { attempt: 2 });
    expect(story.state).toBe('paid.awaitingReceipt');
    expect(story.position(1, 2).receipts).toMatchObject([{ disposition: 'refundDue' }]);
    expect(story.incidents).toMatchObject([{ kind: 'duplicatePayment', amountCents: 1_600 }]);
  });
});

describe('Delete at IRIS', () => {
  const settings = { deleteWhenIdle: true };

  it('is never asked for by default', () => {
    const story = tooSlow().regenerate().report('unpaid');
    expect(story.asked.some((effect) => effect.type === 'iris.delete')).toBe(false);
  });

  it('is asked for a position that is certainly unpaid, and IRIS is asked once more after it', () => {
    const story = tooSlow({ settings }).regenerate().report('unpaid');
    expect(story.state).toBe('regenerated.checking');
    const keys = [...story.standing.keys()];
    const { idPagamento } = story.position();
    expect(keys).toContain(`delete/${idPagamento}`);
    expect(story.poll()).toMatchObject({ lane: `iris/${idPagamento}`, payload: { report: 'any' } });
    expect(story.report('unpaid').state).toBe('regenerated.checking');
  });

  it('is not asked for while a payment is in progress', () => {
    const story = tooSlow({ settings }).regenerate().report('inProgress').report('unknown');
    expect(story.asked.some((effect) => effect.type === 'iris.delete')).toBe(false);
  });

  it.each(['notFound', 'notDeletable'] as const)(
    '%s is no evidence: only an answer asked after it counts',
    (answer) => {
      const story = tooSlow({ settings }).regenerate().report('unpaid');
      const { idPagamento } = story.position();
      const askedAtSeq = story.instance.seq;
      story.hear({ type: 'position.deleteAnswered', idPagamento, answer }).report('unpaid', { askedAtSeq });
      expect(story.state).toBe('regenerated.checking');
      expect(story.report('unpaid').state).toBe('initialized.opening');
    },
  );

  it('confirmed by IRIS counts as certainly unpaid, and the position is watched all the same', () => {
    const story = tooSlow({ settings }).regenerate().report('unpaid');
    story.hear({ type: 'position.deleteAnswered', idPagamento: story.position().idPagamento, answer: 'deleted' });
    expect(story.state).toBe('initialized.opening');
    expect(story.poll(1, 1)).toMatchObject({ type: 'iris.watch' });
    expect(story.report('paid', { attempt: 1 }).state).toBe('paid.awaitingReceipt');
  });

  it('confirmed by IRIS counts no longer once a payment is seen in progress all the same', () => {
    const story = tooSlow({ items: 2, settings }).regenerate().report('unpaid');
    story.hear({ type: 'position.deleteAnswered', idPagamento: story.position().idPagamento, answer: 'deleted' });
    story.report('inProgress').report('unpaid', { item: 2 });
    story.hear({ type: 'position.deleteAnswered', idPagamento: story.position(2).idPagamento, answer: 'deleted' });
    expect(story.state).toBe('regenerated.checking');
  });

  it('that is given up does not hold up the Rigenera', () => {
    const story = tooSlow({ settings }).regenerate().report('unpaid');
    const key = `delete/${story.position().idPagamento}`;
    story.hear({ type: 'effect.parked', effectType: 'iris.delete', key, reason: 'tried 10 times' });
    expect(story.incidents).toMatchObject([{ kind: 'parkedEffect' }]);
    expect(story.report('unpaid').state).toBe('initialized.opening');
  });

  it('is asked for once', () => {
    const story = tooSlow({ settings }).regenerate().report('unpaid');
    const { idPagamento } = story.position();
    story.hear({ type: 'position.deleteAnswered', idPagamento, answer: 'notFound' });
    story.hear({ type: 'position.deleteAnswered', idPagamento, answer: 'deleted' });
    expect(story.reason).toBe('no Delete of this position waits for an answer');
    story.report('unpaid');
    expect(story.asked.filter((effect) => effect.type === 'iris.delete')).toHaveLength(1);
  });
});
