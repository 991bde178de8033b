import { describe, expect, it } from '@jest/globals';
import { atIris, tooSlow } from './payment.fixture.js';
import type { PaymentStory } from './payment.fixture.js';
import type { Esito, IncidentKind, Resolution } from './payment.messages.js';

const dispositions = (story: PaymentStory, item = 1, attempt = story.attempt.number) =>
  story.position(item, attempt).receipts.map((receipt) => receipt.disposition);

const resolve = (
  story: PaymentStory,
  kind: IncidentKind,
  resolution: Resolution,
  about: { tx?: string | null; item?: number } = {},
) => {
  const { idPagamento } = story.position(about.item ?? 1);
  return story.hear({
    type: 'incident.resolved',
    kind,
    idPagamento,
    idTransazione: about.tx ?? null,
    resolution,
    reason: 'checked by hand',
  });
};

/** The attestation of the position was given up. */
const unattested = (story: PaymentStory) =>
  story.hear({
    type: 'effect.parked',
    effectType: 'attestation.fetch',
    key: `attestation/${story.position().idPagamento}`,
    reason: 'other digest',
  });

describe('a receipt', () => {
  it('that settles the last item makes the payment paid, and the practice is told once', () => {
    const story = atIris({ items: 2 }).report('paid').report('paid', { item: 2 });
    expect(story.state).toBe('paid.awaitingReceipt');
    expect(story.asked.filter((effect) => effect.type === 'tell')).toHaveLength(1);
    story.report('paid', { item: 2, tx: 'another' });
    expect(story.asked.filter((effect) => effect.type === 'tell')).toHaveLength(1);
  });

  it('that arrives twice settles once', () => {
    const story = atIris().report('paid', { tx: 'T1' }).report('paid', { tx: 'T1' });
    expect(story.reason).toBe('this receipt is already written down');
    expect(dispositions(story)).toEqual(['settled']);
  });

  it('of a second IdTransazione on a settled position is a duplicate to refund', () => {
    const story = atIris({ kind: 'istruttoria' }).report('paid', { tx: 'T1' }).report('paid', { tx: 'T2' });
    expect(dispositions(story)).toEqual(['settled', 'refundDue']);
    expect(story.incidents).toMatchObject([
      {
        kind: 'duplicatePayment',
        idTransazione: 'T2',
        amountCents: 1_600,
        allowedResolutions: ['refunded', 'dismiss'],
      },
    ]);
    expect(story.incidents[0]?.facts).toContain('The region owes the payer a refund');
  });

  it('of a duplicate stamp duty says that the region cannot refund it', () => {
    const story = atIris({ kind: 'bolli' }).report('paid', { tx: 'T1' }).report('paid', { tx: 'T2' });
    expect(story.incidents[0]?.facts).toContain('Agenzia delle Entrate');
  });

  it.each<[string, () => PaymentStory]>([
    ['annulled', () => tooSlow()],
    ['rejected', () => atIris().report('refused')],
    ['notConcluded', () => atIris().report('inProgress').fire('SESSION_TIMEOUT').report('unpaid')],
    ['regenerated.checking', () => tooSlow().regenerate()],
  ])('that comes late, in %s, still settles its item', (state, tell) => {
    const story = tell();
    expect(story.state).toBe(state);
    expect(story.report('paid').state).toBe('paid.awaitingReceipt');
  });

  it.each<[string, (story: PaymentStory) => PaymentStory]>([
    ['opening', (story) => story],
    ['ready', (story) => story.opened()],
    ['choosing', (story) => story.opened().redirect()],
    ['blocked again', (story) => story.opened().redirect().report('refused')],
  ])('of the older attempt while the new one is %s makes the payment paid', (_, go) => {
    const story = go(tooSlow().regenerate().report('unpaid'));
    story.report('paid', { attempt: 1 });
    expect(story.state).toBe('paid.awaitingReceipt');
    expect(story.context.items[0]?.settledBy).toMatchObject({ attempt: 1 });
  });

  it('of the older attempt settles its item, and the current attempt goes on for what is missing', () => {
    const story = tooSlow({ items: 2 }).regenerate().report('unpaid').report('unpaid', { item: 2 }).opened().redirect();
    story.report('paid', { attempt: 1, item: 1 });
    expect(story.state).toBe('redirected.choosing');
    story.report('paid', { item: 1 });
    expect(dispositions(story)).toEqual(['refundDue']);
    expect(story.report('paid', { item: 2 }).state).toBe('paid.awaitingReceipt');
  });

  it('on a burnt attempt counts like any other', () => {
    const story = atIris().annul().regenerate().report('unpaid').openingLost().opened();
    expect(story.report('paid', { attempt: 2 }).state).toBe('paid.awaitingReceipt');
  });

  it('of a position nobody knows is ignored with its reason', () => {
    const story = atIris();
    const receipt = { idTransazione: 'T1', amountCents: 1_600 };
    story.hear({ type: 'position.reported', idPagamento: 'nobody', esito: 'paid', askedAtSeq: 1, receipt });
    expect(story.reason).toBe('the position belongs to no attempt of this payment');
  });
});

describe('a receipt without IdTransazione (PAG_ESEGUITO_OTH)', () => {
  it('settles its item, and is named when IRIS names it', () => {
    const story = atIris().paidElsewhere();
    expect(story.state).toBe('paid.awaitingReceipt');
    story.report('paid', { tx: 'T1' });
    expect(story.position().receipts).toMatchObject([{ idTransazione: 'T1', disposition: 'settled' }]);
    expect(story.incidents).toEqual([]);
    expect(story.report('paid', { tx: 'T2' }).position().receipts).toMatchObject([{}, { disposition: 'refundDue' }]);
  });

  it('is the same fact as the one that is already written down', () => {
    const story = atIris().report('paid', { tx: 'T1' }).paidElsewhere();
    expect(story.reason).toBe('this receipt is already written down');
  });

  it('is not taken for another amount that IRIS names later', () => {
    const story = atIris().paidElsewhere().report('paid', { tx: 'T1', cents: 1_500 });
    expect(story.state).toBe('paid.awaitingReceipt');
    expect(dispositions(story)).toEqual(['settled', 'quarantined']);
    expect(story.incidents).toMatchObject([{ kind: 'amountMismatch' }]);
  });
});

describe('what IRIS says after paid', () => {
  it.each<Esito>(['refused', 'cancelled', 'unpaid', 'unpayable', 'reversed'])(
    '%s is an anomaly, never a change',
    (esito) => {
      const story = atIris().report('paid').report(esito);
      expect(story.state).toBe('paid.awaitingReceipt');
      expect(story.position()).toMatchObject({ esito: 'paid', receipts: [{ disposition: 'settled' }] });
      expect(story.incidents).toMatchObject([{ kind: 'anomaly', allowedResolutions: ['dismiss'] }]);
      expect(story.poll()).toBeUndefined();
    },
  );

  it.each<Esito>(['inProgress', 'confirming', 'unknown'])('%s is ignored', (esito) => {
    expect(atIris().report('paid').report(esito).reason).toBe('IRIS reported this position paid before');
  });
});

describe('quarantine', () => {
  it('holds money of another amount than was due until an operator decides', () => {
    const story = atIris().report('paid', { tx: 'T1', cents: 1_500 });
    expect(story.state).toBe('redirected.choosing');
    expect(dispositions(story)).toEqual(['quarantined']);
    expect(story.incidents).toMatchObject([{ kind: 'amountMismatch', amountCents: 1_500, idTransazione: 'T1' }]);
  });

  it('blocks Rigenera and annul', () => {
    const story = tooSlow().report('paid', { cents: 1_500 });
    expect(story.regenerate().reason).toBe('an incident must be resolved first');
    const rejected = atIris({ items: 2 }).report('refused').report('refused', { item: 2 }).report('paid', { cents: 1 });
    expect(rejected.annul().reason).toBe('an incident must be resolved first');
  });

  it('goes on being watched: a second payment may still come', () => {
    const story = tooSlow().report('paid', { tx: 'T1', cents: 1_500 });
    expect(story.poll()).toMatchObject({ type: 'iris.watch', payload: { known: 'paid' } });
    expect(story.report('paid', { tx: 'T2' }).state).toBe('paid.awaitingReceipt');
    expect(dispositions(story)).toEqual(['quarantined', 'settled']);
    expect(story.poll()).toBeUndefined();
  });

  it('ends by settling the item: the payment is paid and its attestation is fetched', () => {
    const story = resolve(atIris().report('paid', { tx: 'T1', cents: 1_500 }), 'amountMismatch', 'settle', {
      tx: 'T1',
    });
    expect(story.state).toBe('paid.awaitingReceipt');
    expect(story.standing.has(`attestation/${story.position().idPagamento}`)).toBe(true);
    expect(story.poll()).toBeUndefined();
  });

  it('ends by a decision in one and the same state, within the time to choose and after it', () => {
    const inTime = atIris().report('paid', { tx: 'T1', cents: 1_500 });
    expect(resolve(inTime, 'amountMismatch', 'refund', { tx: 'T1' }).state).toBe('notConcluded');
    const later = atIris().report('paid', { tx: 'T1', cents: 1_500 }).fire('CHOICE_TIMEOUT');
    expect(resolve(later, 'amountMismatch', 'refund', { tx: 'T1' }).state).toBe('notConcluded');
  });

  it('ends by a refund, which stays an incident until it is made', () => {
    const story = resolve(tooSlow().report('paid', { tx: 'T1', cents: 1_500 }), 'amountMismatch', 'refund', {
      tx: 'T1',
    });
    expect(dispositions(story)).toEqual(['refundDue']);
    expect(story.incidents.at(-1)).toMatchObject({
      kind: 'duplicatePayment',
      allowedResolutions: ['refunded', 'dismiss'],
    });
    expect(story.state).toBe('annulled');
    resolve(story, 'duplicatePayment', 'refunded', { tx: 'T1' });
    expect(dispositions(story)).toEqual(['refunded']);
    expect(story.regenerate().state).toBe('initialized.opening');
  });

  it('ends by a dismissal, and the verdict that waited for it is given', () => {
    const story = atIris().report('paid', { tx: 'T1', cents: 1_500 });
    resolve(story, 'amountMismatch', 'dismiss', { tx: 'T1' });
    expect(dispositions(story)).toEqual(['dismissed']);
    expect(story.state).toBe('notConcluded');
  });

  it('cannot settle an item that another payment settled meanwhile', () => {
    const story = tooSlow().report('paid', { tx: 'T1', cents: 1_500 }).report('paid', { tx: 'T2' });
    resolve(story, 'amountMismatch', 'settle', { tx: 'T1' });
    expect(story.reason).toBe('the item is settled already: this money can only be refunded');
  });

  it('is decided once', () => {
    const story = resolve(tooSlow().report('paid', { tx: 'T1', cents: 1_500 }), 'amountMismatch', 'refund', {
      tx: 'T1',
    });
    resolve(story, 'amountMismatch', 'settle', { tx: 'T1' });
    expect(story.reason).toBe('no receipt of this payment waits for that decision');
    resolve(story, 'duplicatePayment', 'settle', { tx: 'T1' });
    expect(story.reason).toBe('the refund is decided already');
  });

  it('is not ended by closing an incident about something else on the same position', () => {
    const story = atIris();
    unattested(story);
    story.report('paid', { tx: null, cents: 1_500 });
    resolve(story, 'receiptProblem', 'dismiss');
    expect(story.decision.kind).toBe('applied');
    expect(dispositions(story)).toEqual(['quarantined']);
  });
});

describe('a reversal', () => {
  it('is neither paid nor certainly unpaid: an incident, and nothing goes on before it is decided', () => {
    const story = tooSlow().report('reversed');
    expect(story.state).toBe('annulled');
    expect(story.incidents).toMatchObject([{ kind: 'anomaly', allowedResolutions: ['settle', 'refund', 'refunded'] }]);
    expect(story.regenerate().reason).toBe('an incident must be resolved first');
  });

  it('cannot be dismissed, for something became of that money', () => {
    const story = resolve(tooSlow().report('reversed'), 'anomaly', 'dismiss');
    expect(story.reason).toBe('something became of that money: it cannot be dismissed');
  });

  it('that an operator knows to be refunded lets the payer pay again', () => {
    const story = resolve(tooSlow().report('reversed'), 'anomaly', 'refunded');
    expect(dispositions(story)).toEqual(['refunded']);
    expect(story.regenerate().state).toBe('initialized.opening');
  });

  it('does not hide a payment that IRIS reports after it', () => {
    const story = tooSlow().report('reversed').paidElsewhere();
    expect(story.state).toBe('paid.awaitingReceipt');
    expect(dispositions(story)).toEqual(['quarantined', 'settled']);
  });

  it('reported again opens no second quarantine', () => {
    const story = tooSlow().report('reversed').report('unpaid').report('reversed');
    expect(dispositions(story)).toEqual(['quarantined']);
  });

  it('that IRIS was asked about once more is no contradiction: there is one incident', () => {
    const story = tooSlow().report('reversed').report('reversed');
    expect(story.asked.filter((effect) => effect.type === 'incident.open')).toHaveLength(1);
  });

  it('keeps its own incident beside another anomaly of the same position', () => {
    const story = atIris().report('confirming').fire('CONFIRM_TIMEOUT').report('confirming').report('reversed');
    const keys = story.asked.filter((effect) => effect.type === 'incident.open').map((effect) => effect.key);
    expect(new Set(keys).size).toBe(2);
  });
});

describe('attestations', () => {
  it('are fetched for what settles an item only, and the last one makes the payment receipted', () => {
    const story = atIris({ items: 2 }).report('paid').report('paid', { item: 2 });
    story.hear({ type: 'attestation.stored', idPagamento: story.position(1).idPagamento });
    expect(story.state).toBe('paid.awaitingReceipt');
    story.hear({ type: 'attestation.stored', idPagamento: story.position(2).idPagamento });
    expect(story.state).toBe('paid.receipted');
    story.hear({ type: 'attestation.stored', idPagamento: story.position(2).idPagamento });
    expect(story.reason).toBe('the attestation is stored already');
  });

  it('that are faulty are an incident, and the payment stays paid', () => {
    const story = atIris().report('paid');
    unattested(story);
    expect(story.state).toBe('paid.awaitingReceipt');
    const { idPagamento } = story.position();
    expect(story.incidents).toMatchObject([
      { kind: 'receiptProblem', idPagamento, effectKey: `attestation/${idPagamento}`, allowedResolutions: ['dismiss'] },
    ]);
    expect(story.incidents[0]?.facts).toContain('other digest');
  });

  it('that are given up again after a redrive are another incident', () => {
    const story = unattested(unattested(atIris().report('paid')));
    const keys = story.asked.filter((effect) => effect.type === 'incident.open').map((effect) => effect.key);
    expect(new Set(keys).size).toBe(2);
  });
});
