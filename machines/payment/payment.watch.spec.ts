import { describe, expect, it } from '@jest/globals';
import { atIris, PaymentStory, tooSlow } from './payment.fixture.js';

describe('the watch', () => {
  it('begins with the opening, for one window an attempt', () => {
    const story = new PaymentStory({ items: 2 }).opened();
    expect(story.timers().filter((timer) => timer.startsWith('watch/'))).toEqual(['watch/1']);
    expect(story.poll(2)).toMatchObject({ type: 'iris.watch' });
  });

  it('goes on about an attempt that was replaced', () => {
    const story = tooSlow().regenerate().report('unpaid').opened().redirect().report('paid');
    expect(story.state).toBe('paid.awaitingReceipt');
    expect(story.poll(1, 1)).toMatchObject({ type: 'iris.watch' });
    story.report('paid', { attempt: 1 });
    expect(story.position(1, 1).receipts).toMatchObject([{ disposition: 'refundDue' }]);
  });

  it('of a replaced attempt keeps its own pace while the payer pays the current one', () => {
    const story = tooSlow().regenerate().report('unpaid').opened().redirect().report('cancelled', { attempt: 1 });
    expect(story.poll(1, 1)).toMatchObject({ type: 'iris.watch' });
    expect(story.poll(1, 2)).toMatchObject({ type: 'iris.poll' });
  });

  it('quickens when a payment is seen in progress in a blocked state, and slows down again', () => {
    const story = tooSlow().report('inProgress');
    expect(story.state).toBe('annulled');
    expect(story.poll()).toMatchObject({ type: 'iris.poll', afterMs: 5_000 });
    expect(story.report('refused').poll()).toMatchObject({ type: 'iris.watch' });
  });

  it('ends with WATCH_WINDOW: nothing is asked any more', () => {
    const story = tooSlow({ items: 2 }).fire('watch/1');
    expect([story.poll(1), story.poll(2)]).toEqual([undefined, undefined]);
    expect(story.incidents).toEqual([]);
  });

  it('of one attempt ends, or goes on, for itself only', () => {
    const story = tooSlow().regenerate().report('unpaid').opened().redirect();
    const { timers } = story.instance;
    story.report('inProgress').fire('watch/1');
    expect(story.context.attempts.map(({ watched }) => watched)).toEqual([false, true]);
    expect(story.poll(1, 1)).toBeUndefined();
    expect(story.poll(1, 2)).toMatchObject({ type: 'iris.poll' });
    expect(story.incidents).toEqual([]);
    story.fire('watch/2');
    expect(story.timers()).not.toContain('watch/1');
    expect(story.instance.timers['watch/2']).toBeGreaterThan(timers['watch/2'] ?? Infinity);
    expect(story.incidents).toMatchObject([{ kind: 'anomaly', idPagamento: story.position().idPagamento }]);
  });

  it('asks no more about a position that settles its item, and goes on about the one beside it', () => {
    const story = atIris({ items: 2 }).report('paid');
    expect(story.poll(1)).toBeUndefined();
    expect(story.poll(2)).toMatchObject({ type: 'iris.poll' });
  });

  it('begins with a question about one position of several', () => {
    const story = new PaymentStory({ items: 2 }).notify('T1');
    expect(story.timers()).toContain('watch/1');
    expect(story.poll(2)).toBeUndefined();
  });

  it('that ends while a payment is in progress is an incident', () => {
    const story = tooSlow().report('inProgress').fire('watch/1');
    expect(story.incidents).toMatchObject([{ kind: 'anomaly', idPagamento: story.position().idPagamento }]);
  });

  it.each<[string, () => PaymentStory]>([
    ['the payer’s payment', () => atIris()],
    ['a Rigenera', () => tooSlow().regenerate()],
  ])('does not end while %s still waits for an answer', (_, tell) => {
    const story = tell().fire('watch/1');
    expect(story.timers()).toContain('watch/1');
    expect(story.poll()).toMatchObject({ type: 'iris.poll' });
  });

  it('is over at once when every position of the attempt settles its item', () => {
    const story = atIris({ items: 2 }).report('paid');
    expect(story.timers()).toContain('watch/1');
    expect(story.report('paid', { item: 2 }).timers()).not.toContain('watch/1');
  });

  it('that has ended begins anew when somebody asks again, so that nothing is asked for ever', () => {
    const story = tooSlow().fire('watch/1').regenerate();
    expect(story.timers()).toContain('watch/1');
    story.report('unpaid').fire('watch/1');
    expect(story.poll(1, 1)).toBeUndefined();
  });

  it('event of an attempt that is not watched is ignored', () => {
    expect(tooSlow().fire('watch/1').hear({ type: 'watch.ended', attempt: 1 }).reason).toBe(
      'no watch of that attempt is running',
    );
  });
});

describe('a notification of IRIS', () => {
  it('is believed when a poll confirms it', () => {
    const story = atIris().notify('T1');
    expect(story.state).toBe('redirected.choosing');
    expect(story.poll()).toMatchObject({ afterMs: 0, payload: { report: 'any' } });
    const push = `push/${story.position().idPagamento}/T1`;
    expect(story.timers()).toContain(push);
    story.report('paid', { tx: 'T1' });
    expect(story.state).toBe('paid.awaitingReceipt');
    expect(story.timers()).not.toContain(push);
  });

  it('that no poll confirms in time is an incident with its amount, and changes no state', () => {
    const story = tooSlow().notify('T1').report('unpaid');
    story.fire(`push/${story.position().idPagamento}/T1`);
    expect(story.state).toBe('annulled');
    expect(story.incidents).toMatchObject([
      { kind: 'unconfirmedNotification', amountCents: 1_600, idTransazione: 'T1' },
    ]);
  });

  it('of what a poll has confirmed is ignored', () => {
    expect(atIris().report('paid', { tx: 'T1' }).notify('T1').reason).toBe('a poll has confirmed it already');
  });

  it('about a lost opening stays urgent when an answer comes that was asked before it', () => {
    const story = new PaymentStory().openingLost().opened(2).redirect();
    const { seq: askedAtSeq } = story.instance;
    story.notify('T1', 1, 1).report('unpaid', { attempt: 1, askedAtSeq });
    expect(story.poll(1, 1)).toMatchObject({ type: 'iris.poll', afterMs: 0, payload: { report: 'any' } });
    story.report('unpaid', { attempt: 1 });
    expect(story.poll(1, 1)).toMatchObject({ type: 'iris.watch', payload: { report: 'change' } });
  });

  it('stays urgent in the state that an answer asked before it leads to', () => {
    const story = atIris();
    const { seq: askedAtSeq } = story.instance;
    story.notify('T1').report('refused', { askedAtSeq });
    expect(story.state).toBe('rejected');
    expect(story.poll()).toMatchObject({ type: 'iris.poll', afterMs: 0, payload: { report: 'any' } });
    expect(story.report('paid', { tx: 'T1' }).state).toBe('paid.awaitingReceipt');
  });

  it('without transaction is confirmed by any receipt', () => {
    const story = atIris().notify(null).report('paid', { tx: 'T1' });
    expect(story.timers().some((timer) => timer.startsWith('push/'))).toBe(false);
  });

  it('of a second transaction on a settled position is asked about, and not for ever', () => {
    const story = atIris().report('paid', { tx: 'T1' }).notify('T2');
    expect(story.poll()).toBeDefined();
    story.fire(`push/${story.position().idPagamento}/T2`);
    expect(story.incidents).toMatchObject([{ kind: 'unconfirmedNotification', idTransazione: 'T2' }]);
    expect(story.poll()).toBeUndefined();
    expect(story.timers()).not.toContain('watch/1');
  });

  it('of a named transaction is not confirmed by a payment made elsewhere', () => {
    const story = atIris().paidElsewhere().notify('T1');
    expect(story.decision.kind).toBe('applied');
    story.report('paid', { tx: 'T1' });
    expect(story.position().receipts).toMatchObject([{ idTransazione: 'T1', disposition: 'settled' }]);
  });

  it('of a position that is not ours is an incident at once', () => {
    const story = atIris().hear({
      type: 'notification.received',
      idPagamento: 'nobody',
      idTransazione: 'T1',
      amountCents: 1_600,
    });
    expect(story.incidents).toMatchObject([{ kind: 'unconfirmedNotification', idPagamento: 'nobody' }]);
  });
});

describe('an effect that was given up', () => {
  it('is an incident, each time', () => {
    const story = atIris();
    const parked = {
      type: 'effect.parked',
      effectType: 'iris.poll',
      key: 'poll/i1.1',
      reason: 'tried 10 times',
    } as const;
    story.hear(parked).hear(parked);
    const keys = story.asked.filter((effect) => effect.type === 'incident.open').map((effect) => effect.key);
    expect(new Set(keys).size).toBe(2);
  });

  it('is no incident about an incident', () => {
    const parked = { type: 'effect.parked', effectType: 'incident.open', key: 'incident/x', reason: 'broken' } as const;
    expect(atIris().hear(parked).reason).toBe('it is an incident itself');
  });
});
