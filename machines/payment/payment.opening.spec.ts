import { describe, expect, it } from '@jest/globals';
import { atIris, PaymentStory } from './payment.fixture.js';
import type { OpenPayload } from './payment.messages.js';
import { IDENTIFIERS_WANTED } from './payment.messages.js';

const openings = (story: PaymentStory) => story.asked.filter((effect) => effect.type === 'iris.open');

describe('a payment that is being opened at IRIS', () => {
  it('asks for all its positions at once, one per item', () => {
    const story = new PaymentStory({ items: 3 });
    expect(story.state).toBe('initialized.opening');
    const [opening] = openings(story);
    expect((opening?.payload as unknown as OpenPayload).positions.map((position) => position.item)).toEqual([1, 2, 3]);
  });

  it('is ready with its URL, and is sent to it once the payer comes', () => {
    const story = new PaymentStory().opened();
    expect(story.state).toBe('initialized.ready');
    expect(story.redirect().state).toBe('redirected.choosing');
    expect(story.attempt.redirectUrl).toBe('https://iris.example/gw/1');
  });

  it('sends nobody anywhere before that', () => {
    expect(new PaymentStory().redirect().reason).toBe('the payment is still being opened at IRIS');
  });

  it('is rejected when IRIS refuses the payer’s data', () => {
    const story = new PaymentStory().hear({ type: 'attempt.refused', attempt: 1, code: 'A0000040' });
    expect(story.state).toBe('rejected');
    expect(story.attempt.opening).toBe('failed');
    expect(story.incidents).toEqual([]);
  });

  it('is annulled with an incident when its opening was given up, and what may exist at IRIS is watched', () => {
    const story = new PaymentStory();
    story.hear({ type: 'effect.parked', effectType: 'iris.open', key: '1.0', reason: 'the data was erased' });
    expect(story.state).toBe('annulled');
    expect(story.attempt.opening).toBe('burnt');
    expect(story.incidents).toMatchObject([{ kind: 'parkedEffect' }]);
    expect(story.asked.map((effect) => effect.type)).toContain('iris.watch');
  });

  it('is annulled with an incident when our own configuration is refused', () => {
    const story = new PaymentStory().hear({ type: 'attempt.misconfigured', attempt: 1, code: 'BS000003' });
    expect(story.state).toBe('annulled');
    expect(story.incidents).toMatchObject([{ kind: 'misconfiguration' }]);
  });

  it('tries the same identifiers again, with growing pauses, while IRIS was provably never reached', () => {
    const story = new PaymentStory();
    for (let tries = 0; tries < 7; tries += 1) {
      story.hear({ type: 'attempt.unreached', attempt: 1, reason: 'ECONNREFUSED' });
    }
    expect(story.context.attempts).toHaveLength(1);
    expect(openings(story).map((effect) => effect.afterMs)).toEqual([
      0, 1_000, 2_000, 5_000, 10_000, 20_000, 20_000, 20_000,
    ]);
  });

  it('burns identifiers whose answer was lost: they are watched, and fresh ones are opened', () => {
    const story = new PaymentStory().openingLost();
    expect(story.state).toBe('initialized.opening');
    expect(story.context.attempts.map((attempt) => attempt.opening)).toEqual(['burnt', 'asked']);
    expect(story.poll(1, 1)).toMatchObject({ type: 'iris.watch' });
    expect(story.timers()).toContain('watch/1');
    expect(openings(story).at(-1)).toMatchObject({ afterMs: 1_000, payload: { attempt: 2 } });
    expect(story.position(1, 2).idPagamento).not.toBe(story.position(1, 1).idPagamento);
  });

  it('hears of a lost answer once', () => {
    const story = new PaymentStory().openingLost().openingLost(1);
    expect(story.reason).toBe('its opening was answered already');
    expect(story.context.attempts).toHaveLength(2);
  });

  it('does not believe that an answer was lost which is known', () => {
    const story = new PaymentStory().opened().openingLost(1);
    expect(story.reason).toBe('its opening was answered already');
    expect(story.attempt.opening).toBe('opened');
  });

  it.each(['unreached', 'lost'])('ends as annulled with an incident when tries fail past OPEN_TIMEOUT (%s)', (how) => {
    const story = new PaymentStory().fire('OPEN_TIMEOUT');
    expect(story.state).toBe('initialized.opening');
    if (how === 'lost') story.openingLost();
    else story.hear({ type: 'attempt.unreached', attempt: 1, reason: 'ENOTFOUND' });
    expect(story.state).toBe('annulled');
    expect(story.incidents).toMatchObject([{ kind: 'misconfiguration' }]);
  });

  it('takes an opening that succeeds after OPEN_TIMEOUT', () => {
    expect(new PaymentStory().fire('OPEN_TIMEOUT').opened().state).toBe('initialized.ready');
  });

  it('gives every failed opening its own incident', () => {
    const story = new PaymentStory().fire('OPEN_TIMEOUT').openingLost().regenerate();
    story.fire('OPEN_TIMEOUT').openingLost();
    const keys = story.asked.filter((effect) => effect.type === 'incident.open').map((effect) => effect.key);
    expect(new Set(keys).size).toBe(2);
  });
});

describe('a payment that is ready', () => {
  it('goes stale after READY_TIMEOUT, and is reopened by the redirect without counting as regenerated', () => {
    const story = new PaymentStory().opened().fire('READY_TIMEOUT');
    expect(story.state).toBe('initialized.stale');
    story.redirect();
    expect(story.state).toBe('initialized.opening');
    expect(story.context).toMatchObject({ regenerations: 0, attempts: [{ number: 1 }, { number: 2 }] });
    expect(story.opened().redirect().state).toBe('redirected.choosing');
    expect(story.poll(1, 1)).toMatchObject({ type: 'iris.watch' });
  });

  it('that is stale is reopened under identifiers of its own, and asks for them', () => {
    const story = new PaymentStory().opened().fire('READY_TIMEOUT').hear({ type: 'redirect.requested', next: null });
    expect(story.state).toBe('initialized.stale');
    expect(story.reason).toBe(IDENTIFIERS_WANTED);
    expect(story.redirect().state).toBe('initialized.opening');
  });

  it('is not reopened while IRIS reports a payment in progress on it', () => {
    const story = new PaymentStory().opened().fire('READY_TIMEOUT').report('inProgress').redirect();
    expect(story.reason).toBe('a payment is under way');
  });

  it('never sends the payer to pay an item that an older attempt settled meanwhile', () => {
    const story = atIris({ items: 2 }).fire('CHOICE_TIMEOUT').report('unpaid').report('unpaid', { item: 2 });
    story.regenerate().report('unpaid').report('unpaid', { item: 2 }).opened();
    expect(story.state).toBe('initialized.ready');
    story.report('paid', { attempt: 1 });
    expect(story.state).toBe('initialized.stale');
    story.redirect().opened();
    expect(story.state).toBe('initialized.ready');
    expect(story.attempt.positions.map((position) => position.item)).toEqual([2]);
  });

  it('is not hurried: its positions are watched, for nobody waits at a screen', () => {
    const story = new PaymentStory().opened().report('unpaid');
    expect(story.poll()).toMatchObject({ type: 'iris.watch', payload: { known: 'unpaid', report: 'change' } });
  });
});

describe('an opening nobody waits for any more', () => {
  it('is stored and watched after an annulment, and its URL leads nobody on', () => {
    const story = new PaymentStory().annul().opened();
    expect(story.state).toBe('annulled');
    expect(story.attempt).toMatchObject({ opening: 'opened', shown: false });
    expect(story.poll()).toMatchObject({ type: 'iris.watch' });
    expect(story.redirect().reason).toBe('there is no open attempt to send the payer to');
  });

  it('is stored and watched in paid', () => {
    const story = new PaymentStory({ items: 1 }).openingLost().report('paid', { attempt: 1 });
    expect(story.state).toBe('paid.awaitingReceipt');
    story.opened(2);
    expect(story.state).toBe('paid.awaitingReceipt');
    expect(story.poll(1, 2)).toMatchObject({ type: 'iris.watch' });
  });

  it('is waited for by a Rigenera: two attempts are never being opened at once', () => {
    const story = new PaymentStory().annul().regenerate();
    expect(story.state).toBe('regenerated.checking');
    story.opened();
    expect(story.state).toBe('initialized.opening');
    expect(story.context.attempts.map((attempt) => attempt.opening)).toEqual(['opened', 'asked']);
  });

  it.each(['refused', 'misconfigured', 'unreached'] as const)('lets a Rigenera go on when it was %s', (how) => {
    const story = new PaymentStory().annul().regenerate();
    const because = how === 'unreached' ? { reason: 'ECONNREFUSED' } : { code: 'X' };
    story.hear({ type: `attempt.${how}`, attempt: 1, ...because } as never);
    expect(story.context.attempts.map((attempt) => attempt.opening)).toEqual(['failed', 'asked']);
  });

  it('stays watched when the answer comes after it was given up for lost', () => {
    const story = new PaymentStory().openingLost().opened(1);
    expect(story.state).toBe('initialized.opening');
    expect(story.context.attempts[0]).toMatchObject({ opening: 'opened', shown: false });
    expect(story.opened(2).redirect().attempt.redirectUrl).toBe('https://iris.example/gw/2');
  });

  it('answered after it was given up for lost does not put off what a notification made us ask', () => {
    const story = new PaymentStory().openingLost().opened(2).redirect().notify('T1', 1, 1).opened(1);
    expect(story.context.attempts[0]).toMatchObject({ opening: 'opened' });
    expect(story.poll(1, 1)).toMatchObject({ type: 'iris.poll', afterMs: 0, payload: { report: 'any' } });
  });

  it('does not slow the questions of an attempt that is being paid', () => {
    const story = atIris().opened(1);
    expect(story.reason).toBe('it was opened already');
    expect(story.poll()).toMatchObject({ type: 'iris.poll' });
  });

  it('paid while it was still being opened counts', () => {
    const story = new PaymentStory().notify('T1');
    expect(story.poll()).toMatchObject({ afterMs: 0, payload: { report: 'any' } });
    expect(story.report('paid', { tx: 'T1' }).state).toBe('paid.awaitingReceipt');
  });
});
