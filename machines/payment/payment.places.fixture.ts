import { atIris, PaymentStory, tooSlow } from './payment.fixture.js';
import type { PaymentMessage } from './payment.messages.js';

/** Every leaf state, reached by events that really lead there. */
export const PLACES = {
  'initialized.opening': () => new PaymentStory(),
  'initialized.ready': () => new PaymentStory().opened(),
  'initialized.stale': () => new PaymentStory().opened().fire('READY_TIMEOUT'),
  'redirected.choosing': () => atIris(),
  'redirected.inProgress': () => atIris().report('inProgress'),
  'redirected.confirming': () => atIris().report('confirming'),
  'paid.awaitingReceipt': () => atIris().report('paid', { tx: 'T1' }),
  'paid.receipted': () =>
    atIris().report('paid', { tx: 'T1' }).hear({ type: 'attestation.stored', idPagamento: 'i1.1' }),
  rejected: () => atIris().report('refused'),
  annulled: () => tooSlow(),
  notConcluded: () => atIris().report('inProgress').fire('SESSION_TIMEOUT').report('unpaid'),
  'regenerated.checking': () => deleting(),
  'regenerated.overdue': () => deleting().fire('REGENERATE_CHECK_TIMEOUT'),
} as const satisfies Record<string, () => PaymentStory>;

/** A Delete is on its way to IRIS, so that its answer has a place where it is heard. */
const deleting = (): PaymentStory =>
  tooSlow({ settings: { deleteWhenIdle: true } })
    .regenerate()
    .report('unpaid');

/** One event of every type, about the current attempt and its only position. */
export const eventsAbout = (story: PaymentStory): { readonly [Type in PaymentMessage['type']]: PaymentMessage } => {
  const attempt = story.attempt.number;
  const { idPagamento } = story.position();
  const pushed = { idPagamento, idTransazione: 'T2', amountCents: 1_600 };
  return {
    'payment.initialized': {
      type: 'payment.initialized',
      paymentId: 'pay_1',
      practiceId: 'P1',
      kind: 'bolli',
      items: [{ item: 1, amountCents: 1_600 }],
      attempt: story.nextIds(),
    },
    'redirect.requested': { type: 'redirect.requested', next: story.nextIds() },
    'regenerate.requested': {
      type: 'regenerate.requested',
      attempt,
      acknowledgeInFlight: false,
      actor: 'payer',
      next: story.nextIds(),
    },
    'annul.requested': { type: 'annul.requested', reason: 'withdrawn' },
    'charge.dropped': { type: 'charge.dropped', because: 'replaced', reason: 'another amount is due' },
    'verify.requested': { type: 'verify.requested' },
    'payer.returned': { type: 'payer.returned', attempt },
    'notification.received': { type: 'notification.received', ...pushed },
    'notification.due': { type: 'notification.due', ...pushed },
    'attempt.opened': { type: 'attempt.opened', attempt, redirectUrl: 'https://iris.example/gw/1' },
    'attempt.refused': { type: 'attempt.refused', attempt, code: 'A0000040' },
    'attempt.misconfigured': { type: 'attempt.misconfigured', attempt, code: 'BS000003' },
    'attempt.unreached': { type: 'attempt.unreached', attempt, reason: 'ECONNREFUSED' },
    'attempt.openingUnknown': {
      type: 'attempt.openingUnknown',
      attempt,
      reason: 'timeout',
      next: story.nextIds(),
    },
    'position.reported': {
      type: 'position.reported',
      idPagamento,
      esito: 'inProgress',
      askedAtSeq: story.instance.seq,
      receipt: null,
    },
    'position.deleteAnswered': { type: 'position.deleteAnswered', idPagamento, answer: 'deleted' },
    'watch.ended': { type: 'watch.ended', attempt },
    'cooldown.ended': { type: 'cooldown.ended' },
    'attestation.stored': { type: 'attestation.stored', idPagamento },
    'incident.resolved': {
      type: 'incident.resolved',
      kind: 'parkedEffect',
      idPagamento,
      idTransazione: null,
      resolution: 'dismiss',
      reason: 'seen',
    },
    'effect.parked': { type: 'effect.parked', effectType: 'iris.poll', key: 'poll/i1.1', reason: 'tried 10 times' },
  };
};
