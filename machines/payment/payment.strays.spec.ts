import { describe, expect, it } from '@jest/globals';
import { atIris, PaymentStory, tooSlow } from './payment.fixture.js';
import type { PaymentMessage } from './payment.messages.js';

/** What the opening of an attempt may come to, but for success. */
const failuresOf = (story: PaymentStory, attempt: number): readonly PaymentMessage[] => [
  { type: 'attempt.refused', attempt, code: 'A0000040' },
  { type: 'attempt.misconfigured', attempt, code: 'BS000003' },
  { type: 'attempt.unreached', attempt, reason: 'ECONNREFUSED' },
  { type: 'attempt.openingUnknown', attempt, reason: 'timeout', next: story.nextIds() },
];
const FAILURES = [0, 1, 2, 3];

const tell = (story: PaymentStory, failure: number, attempt: number): PaymentStory => {
  const event = failuresOf(story, attempt)[failure];
  if (!event) throw new Error('no such failure');
  return story.hear(event);
};

describe('what comes about an attempt that does not exist', () => {
  it.each<PaymentMessage>([
    ...failuresOf(new PaymentStory(), 7),
    { type: 'attempt.opened', attempt: 7, redirectUrl: 'https://iris.example/gw/7' },
    { type: 'payer.returned', attempt: 7 },
  ])('is refused: $type', (event) => {
    for (const story of [new PaymentStory(), atIris()]) {
      expect(story.hear(event).reason).toBe('there is no such attempt');
    }
  });

  it('ends no watch', () => {
    expect(atIris().hear({ type: 'watch.ended', attempt: 7 }).reason).toBe('no watch of that attempt is running');
  });
});

describe('what comes about a position of another payment', () => {
  it.each<PaymentMessage>([
    { type: 'position.deleteAnswered', idPagamento: 'nobody', answer: 'deleted' },
    { type: 'attestation.stored', idPagamento: 'nobody' },
    { type: 'position.reported', idPagamento: 'nobody', esito: 'unpaid', askedAtSeq: 1, receipt: null },
  ])('is refused: $type', (event) => {
    expect(atIris().hear(event).reason).toBe('the position belongs to no attempt of this payment');
  });
});

describe('what comes late about the opening of an older attempt', () => {
  it.each(FAILURES)('ends neither the present opening nor its wait (%i)', (failure) => {
    for (const story of [new PaymentStory().openingLost(), new PaymentStory().openingLost().fire('OPEN_TIMEOUT')]) {
      tell(story, failure, 1);
      expect(story.reason).toBe('its opening was answered already');
      expect(story.state).toBe('initialized.opening');
      expect(story.context.attempts.map(({ opening }) => opening)).toEqual(['burnt', 'asked']);
    }
  });

  it('given up makes nothing of what is known', () => {
    const parked = { type: 'effect.parked', effectType: 'iris.open', key: '1.0', reason: 'tried 10 times' } as const;
    const story = new PaymentStory().opened().hear(parked);
    expect(story.state).toBe('initialized.ready');
    expect(story.attempt.opening).toBe('opened');
    expect(story.incidents).toMatchObject([{ kind: 'parkedEffect' }]);
  });
});

describe('what comes late about an opening nobody waits for', () => {
  it.each([
    [0, 'failed', []],
    [1, 'failed', ['misconfiguration']],
    [2, 'failed', []],
    [3, 'burnt', []],
  ])('is written down, and changes no state (%i)', (failure, opening, incidents) => {
    const story = tell(new PaymentStory().annul(), failure, 1);
    expect(story.state).toBe('annulled');
    expect(story.attempt.opening).toBe(opening);
    expect(story.incidents.map(({ kind }) => kind)).toEqual(incidents);
    expect(story.timers().includes('watch/1')).toBe(opening === 'burnt');
  });
});

describe('a reminder of a notification', () => {
  it('stands until a payment is confirmed: no other answer ends it', () => {
    const story = atIris().notify(null).report('unpaid').report('inProgress');
    expect(story.timers()).toContain('push/i1.1/-');
    expect(story.report('paid', { tx: 'T1' }).timers()).not.toContain('push/i1.1/-');
  });

  it('is ended by its own transaction, not by another', () => {
    const story = tooSlow().notify('T2').report('paid', { tx: 'T1' });
    expect(story.timers()).toContain('push/i1.1/T2');
    expect(
      story.hear({ type: 'notification.due', idPagamento: 'i1.1', idTransazione: 'T1', amountCents: 1 }).reason,
    ).toBe('a poll has confirmed it');
  });

  it('is not spared by money that came and went', () => {
    const story = tooSlow().report('reversed').notify(null);
    expect(story.reason).toBeNull();
    expect(story.timers()).toContain('push/i1.1/-');
  });
});

describe('what becomes of a Delete', () => {
  const deleting = () =>
    tooSlow({ settings: { deleteWhenIdle: true } })
      .regenerate()
      .report('unpaid');
  const parked = { type: 'effect.parked', effectType: 'iris.delete', key: 'delete/i1.1', reason: 'broken' } as const;

  it('that is answered once its position is paid asks nothing more', () => {
    const story = deleting().report('paid').hear({
      type: 'position.deleteAnswered',
      idPagamento: 'i1.1',
      answer: 'notDeletable',
    });
    expect(story.position().deletion).toBe('answered');
    expect(story.poll()).toBeUndefined();
  });

  it('given up after it was answered leaves the answer as it is', () => {
    const story = deleting().hear({ type: 'position.deleteAnswered', idPagamento: 'i1.1', answer: 'notFound' });
    const before = story.position();
    expect(story.hear(parked).position()).toEqual(before);
  });

  it('given up while it is awaited counts as answered, and IRIS is asked again', () => {
    const story = deleting().hear(parked);
    expect(story.position()).toMatchObject({ deletion: 'answered', deletionSeq: story.instance.seq });
    expect(story.poll()).toMatchObject({ afterMs: 0, payload: { report: 'any' } });
  });
});
