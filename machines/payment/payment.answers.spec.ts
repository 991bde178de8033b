import { describe, expect, it } from '@jest/globals';
import { atIris, PaymentStory, tooSlow } from './payment.fixture.js';
import type { Esito } from './payment.messages.js';
import { DEFAULT_PAYMENT_SETTINGS } from './payment.settings.js';

const kinds = (story: PaymentStory) => story.incidents.map(({ kind }) => kind);

describe('what IRIS says about money that settles nothing', () => {
  it.each<[Esito, boolean]>([
    ['refused', true],
    ['cancelled', true],
    ['unpaid', true],
    ['unpayable', true],
    ['reversed', true],
    ['unknown', false],
  ])('%s takes it back, and a person is told so: %s', (esito, isTold) => {
    const story = tooSlow().report('paid', { tx: 'T1', cents: 1_500 }).report(esito);
    expect(kinds(story)).toEqual(['amountMismatch', ...(isTold ? ['anomaly'] : [])]);
    expect(story.position()).toMatchObject({ esito, receipts: [{ disposition: 'quarantined' }] });
  });

  it.each<Esito>(['inProgress', 'confirming'])('%s is what was true before, and keeps nobody waiting', (esito) => {
    const story = tooSlow();
    const { seq: askedAtSeq } = story.instance;
    story.report('paid', { tx: 'T1', cents: 1_500, askedAtSeq }).report(esito, { askedAtSeq });
    expect(story.reason).toBe('IRIS reported this position paid before');
    expect(story.position()).toMatchObject({ esito: 'paid', underway: null });
  });

  it.each<Esito>(['inProgress', 'confirming'])('%s after a reversal is a new payment under way', (esito) => {
    expect(tooSlow().report('reversed').report(esito).position()).toMatchObject({ esito, underway: esito });
  });

  it('reversed once more, beside another amount, is no news', () => {
    const story = tooSlow().report('reversed').report('paid', { tx: 'T1', cents: 1_500 }).report('reversed');
    expect(kinds(story)).toEqual(['anomaly', 'amountMismatch']);
  });
});

describe('an answer of IRIS', () => {
  it('asked before the one we know is ignored, and one asked as late is not', () => {
    const story = atIris();
    const { seq: askedAtSeq } = story.instance;
    story.report('inProgress');
    expect(story.report('unpaid', { askedAtSeq: askedAtSeq - 1 }).reason).toBe('an older answer than the one we know');
    expect(story.report('unpaid', { askedAtSeq }).reason).toBeNull();
  });

  it('paid counts however long ago it was asked, and makes nothing older than it was', () => {
    const story = atIris().report('unpaid');
    const { askedAtSeq } = story.position();
    story.report('paid', { askedAtSeq: 1 });
    expect(story.state).toBe('paid.awaitingReceipt');
    expect(story.position().askedAtSeq).toBe(askedAtSeq);
  });

  it('names the receipt that lacked its transaction, and leaves the others their own', () => {
    const story = atIris().paidElsewhere().report('paid', { tx: 'T1', cents: 1_500 }).report('paid', { tx: 'T2' });
    expect(story.position().receipts.map(({ idTransazione }) => idTransazione)).toEqual(['T2', 'T1']);
  });

  it('asked after the deadline is not asked for again, while another position is waited for', () => {
    const story = atIris({ items: 2 }).fire('CHOICE_TIMEOUT').report('unpaid');
    expect(story.state).toBe('redirected.choosing');
    expect(story.poll(1)).toMatchObject({ type: 'iris.poll', afterMs: 5_000, payload: { report: 'change' } });
    expect(story.poll(2)).toMatchObject({ type: 'iris.poll', afterMs: 0, payload: { report: 'any' } });
  });

  it('about an older attempt is not what the deadline of the current one waits for', () => {
    const story = tooSlow().regenerate().report('unpaid').opened().redirect();
    const { seq: askedAtSeq } = story.instance;
    story.fire('CHOICE_TIMEOUT').report('unpaid', { attempt: 1, askedAtSeq });
    expect(story.poll(1, 1)).toMatchObject({ type: 'iris.watch', payload: { report: 'change' } });
  });

  it('about one attempt says nothing about another', () => {
    const story = new PaymentStory().openingLost().opened(2);
    expect(story.context.attempts).toMatchObject([
      { opening: 'burnt', shown: false, redirectUrl: null },
      { opening: 'opened', shown: true, redirectUrl: 'https://iris.example/gw/2' },
    ]);
  });
});

describe('a usual installation', () => {
  it('waits as long as its documents promise', () => {
    expect(DEFAULT_PAYMENT_SETTINGS).toEqual({
      openTimeoutMs: 120_000,
      readyTimeoutMs: 86_400_000,
      choiceTimeoutMs: 900_000,
      sessionTimeoutMs: 1_800_000,
      confirmTimeoutMs: 864_000_000,
      regenerateCheckTimeoutMs: 60_000,
      regenerateCooldownMs: 30_000,
      pushConfirmTimeoutMs: 600_000,
      watchWindowMs: 7_776_000_000,
      firstPollMs: 5_000,
      firstWatchMs: 300_000,
      regenerateLimit: 10,
      deleteWhenIdle: false,
    });
  });
});
