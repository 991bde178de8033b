import { describe, expect, it } from '@jest/globals';
import { atIris, PaymentStory, tooSlow } from './payment.fixture.js';
import type { Esito } from './payment.messages.js';

describe('while the payer chooses', () => {
  it('unpaid is no verdict before the deadline, and annuls when asked after it', () => {
    const story = atIris().report('unpaid');
    expect(story.state).toBe('redirected.choosing');
    expect(story.fire('CHOICE_TIMEOUT').state).toBe('redirected.choosing');
    expect(story.report('unpaid').state).toBe('annulled');
  });

  it('the deadline makes the question due at once, wanted whatever the answer', () => {
    const story = atIris().report('unpaid').fire('CHOICE_TIMEOUT');
    expect(story.poll()).toMatchObject({ type: 'iris.poll', afterMs: 0, payload: { report: 'any' } });
  });

  it('an answer asked before the deadline decides nothing and is asked for again', () => {
    const story = atIris();
    const askedAtSeq = story.instance.seq;
    story.fire('CHOICE_TIMEOUT').report('unpaid', { askedAtSeq });
    expect(story.state).toBe('redirected.choosing');
    expect(story.poll()).toMatchObject({ afterMs: 0, payload: { report: 'any' } });
    expect(story.report('unpaid').state).toBe('annulled');
  });

  it('silence decides nothing, however many deadlines pass', () => {
    const story = atIris({ items: 2 }).fire('CHOICE_TIMEOUT').report('unpaid', { item: 1 });
    expect(story.state).toBe('redirected.choosing');
    expect(story.poll(2)).toMatchObject({ payload: { known: null, report: 'any' } });
  });

  it.each<[Esito, string]>([
    ['refused', 'rejected'],
    ['cancelled', 'annulled'],
    ['unpayable', 'annulled'],
    ['paid', 'paid.awaitingReceipt'],
    ['inProgress', 'redirected.inProgress'],
    ['confirming', 'redirected.confirming'],
    ['unpaid', 'redirected.choosing'],
    ['unknown', 'redirected.choosing'],
    ['reversed', 'redirected.choosing'],
  ])('%s leads to %s at any time', (esito, state) => {
    expect(atIris().report(esito).state).toBe(state);
  });

  it.each<[Esito, string]>([
    ['unpaid', 'annulled'],
    ['inProgress', 'redirected.inProgress'],
    ['confirming', 'redirected.confirming'],
    ['unknown', 'redirected.inProgress'],
    ['refused', 'rejected'],
  ])('%s asked after CHOICE_TIMEOUT leads to %s', (esito, state) => {
    expect(atIris().fire('CHOICE_TIMEOUT').report(esito).state).toBe(state);
  });

  it('a refusal waits until every position of the attempt is known and none is open', () => {
    const story = atIris({ items: 2 }).report('refused');
    expect(story.state).toBe('redirected.choosing');
    story.report('unpaid', { item: 2 });
    expect(story.state).toBe('redirected.choosing');
    expect(story.report('cancelled', { item: 2 }).state).toBe('rejected');
  });
});

describe('while a payment is in progress', () => {
  it('SESSION_TIMEOUT runs from the first inProgress and is not begun again', () => {
    const story = atIris().report('inProgress');
    const armed = story.instance.timers;
    story.report('unpaid').report('inProgress');
    expect(story.state).toBe('redirected.inProgress');
    expect(story.instance.timers).toEqual(armed);
  });

  it.each<[Esito, string]>([
    ['unpaid', 'notConcluded'],
    ['inProgress', 'notConcluded'],
    ['unknown', 'notConcluded'],
    ['refused', 'rejected'],
    ['cancelled', 'annulled'],
    ['unpayable', 'annulled'],
    ['confirming', 'redirected.confirming'],
    ['reversed', 'redirected.inProgress'],
    ['paid', 'paid.awaitingReceipt'],
  ])('%s asked after SESSION_TIMEOUT leads to %s', (esito, state) => {
    expect(atIris().report('inProgress').fire('SESSION_TIMEOUT').report(esito).state).toBe(state);
  });

  it('silence past SESSION_TIMEOUT decides nothing', () => {
    expect(atIris().report('inProgress').fire('SESSION_TIMEOUT').state).toBe('redirected.inProgress');
  });

  it('cannot be annulled, not even when the last answer was unpaid', () => {
    const story = atIris().report('inProgress').annul();
    expect(story.reason).toBe('a payment is under way');
    expect(story.report('unpaid').annul().reason).toBe('a payment is under way');
  });

  it('an unknown answer does not end what IRIS had under way', () => {
    const story = atIris().report('inProgress').fire('SESSION_TIMEOUT').report('unknown');
    expect(story.state).toBe('notConcluded');
    expect(story.annul().reason).toBe('a payment is under way');
  });

  it('goes on being asked about closely when it is left not concluded', () => {
    const story = atIris().report('inProgress').fire('SESSION_TIMEOUT').report('inProgress');
    expect(story.state).toBe('notConcluded');
    expect(story.poll()).toMatchObject({ type: 'iris.poll' });
    expect(story.report('unpaid').poll()).toMatchObject({ type: 'iris.watch' });
  });
});

describe('while a transfer is being confirmed', () => {
  it('ends as paid when it becomes final', () => {
    expect(atIris().report('confirming').report('paid').state).toBe('paid.awaitingReceipt');
  });

  it('goes back to a session of its own when IRIS takes it back', () => {
    const story = atIris().report('confirming').report('unpaid');
    expect(story.state).toBe('redirected.inProgress');
    expect(story.timers()).toContain('SESSION_TIMEOUT');
  });

  it('is not forgotten over an unknown answer', () => {
    expect(atIris().report('confirming').report('unknown').state).toBe('redirected.confirming');
  });

  it('past CONFIRM_TIMEOUT is not concluded, with an incident for each transfer, and still not to be replaced', () => {
    const story = atIris({ items: 2 }).report('refused').report('confirming', { item: 2 });
    story.fire('CONFIRM_TIMEOUT').report('confirming', { item: 2 });
    expect(story.state).toBe('notConcluded');
    expect(story.incidents).toMatchObject([{ kind: 'anomaly', idPagamento: story.position(2).idPagamento }]);
    expect(story.regenerate().reason).toBe('a bank transfer is being confirmed');
  });

  it('cannot be annulled', () => {
    expect(atIris().report('confirming').annul().reason).toBe('a payment is under way');
  });
});

describe('a final mix of settled and missing items', () => {
  const mixes: [Esito, Esito, string][] = [
    ['refused', 'cancelled', 'rejected'],
    ['refused', 'refused', 'rejected'],
    ['cancelled', 'unpayable', 'annulled'],
  ];
  it.each(mixes)('one item paid, the others %s and %s: %s', (second, third, state) => {
    const story = atIris({ items: 3 }).report('paid').report(second, { item: 2 }).report(third, { item: 3 });
    expect(story.state).toBe(state);
    expect(story.context.items.map((item) => item.settledBy !== null)).toEqual([true, false, false]);
  });

  it('one item paid and the other never paid is not concluded, though the payer never was seen in progress', () => {
    const story = atIris({ items: 2 }).report('paid').fire('CHOICE_TIMEOUT').report('unpaid', { item: 2 });
    expect(story.state).toBe('notConcluded');
  });

  it('one item paid, one cancelled, one never paid is annulled', () => {
    const story = atIris({ items: 3 }).report('paid').report('cancelled', { item: 2 });
    expect(story.fire('CHOICE_TIMEOUT').report('unpaid', { item: 3 }).state).toBe('annulled');
  });

  it('past the session: refused before cancelled before not concluded', () => {
    const session = () => atIris({ items: 3 }).report('paid').report('inProgress', { item: 2 });
    const end = (story: PaymentStory) => story.fire('SESSION_TIMEOUT').report('unpaid', { item: 3 });
    expect(end(session().report('refused', { item: 2 })).state).toBe('rejected');
    expect(end(session().report('unpayable', { item: 2 })).state).toBe('annulled');
    expect(end(session()).report('unpaid', { item: 2 }).state).toBe('notConcluded');
  });

  it('the attempt after it asks for what is missing only', () => {
    const story = atIris({ items: 3 }).report('paid', { item: 2 }).report('refused').report('refused', { item: 3 });
    story.regenerate().report('refused').report('refused', { item: 3 });
    expect(story.state).toBe('initialized.opening');
    expect(story.attempt.positions.map((position) => position.item)).toEqual([1, 3]);
  });
});

describe('commands of the payer', () => {
  it('a second redirect finds the same URL', () => {
    const story = atIris().redirect();
    expect(story.reason).toBe('the payer already has this URL');
    expect(story.state).toBe('redirected.choosing');
  });

  it('annul while the payer chooses blocks the payment, and it is watched on', () => {
    const story = atIris().annul();
    expect(story.state).toBe('annulled');
    expect(story.poll()).toMatchObject({ type: 'iris.watch' });
  });

  it('annul of a paid or annulled payment is refused', () => {
    expect(atIris().report('paid').annul().reason).toBe('the payment is already annulled or paid');
    expect(tooSlow().annul().reason).toBe('the payment is already annulled or paid');
  });

  it('the browser’s return and “verify now” make the question due and decide nothing', () => {
    const story = atIris().hear({ type: 'payer.returned', attempt: 1 });
    expect(story.state).toBe('redirected.choosing');
    expect(story.poll()).toMatchObject({ type: 'iris.poll', afterMs: 0 });
    story.report('unpaid').hear({ type: 'verify.requested' });
    expect(story.poll()).toMatchObject({ afterMs: 0 });
  });

  it('“verify now” on a blocked payment asks once, and the watch then goes on at its own pace', () => {
    const story = tooSlow().hear({ type: 'verify.requested' });
    expect(story.poll()).toMatchObject({ type: 'iris.poll', afterMs: 0, payload: { report: 'any' } });
    expect(story.report('unpaid').poll()).toMatchObject({ type: 'iris.watch', payload: { report: 'change' } });
  });

  it('“verify now” says so when there is nothing to ask', () => {
    expect(new PaymentStory().hear({ type: 'verify.requested' }).reason).toBe('there is nothing to ask IRIS about');
    expect(atIris().report('paid').hear({ type: 'verify.requested' }).reason).toBe(
      'there is nothing to ask IRIS about',
    );
  });

  it('a browser that comes back from an older attempt asks about that attempt', () => {
    const story = tooSlow().regenerate().report('unpaid').opened().redirect();
    story.hear({ type: 'payer.returned', attempt: 1 });
    expect(story.poll(1, 1)).toMatchObject({ afterMs: 0 });
    expect(story.poll(1, 2)).toMatchObject({ afterMs: 5_000 });
  });
});
