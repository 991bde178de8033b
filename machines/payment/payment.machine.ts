import type { PaymentContext } from './payment.context.js';
import { initialContext } from './payment.context.js';
import type { PaymentEvent } from './payment.messages.js';
import type { PaymentSettings } from './payment.settings.js';
import { IDENTIFIERS_WANTED, QUARANTINED, REGENERATE_REASONS } from './payment.messages.js';
import { DEFAULT_PAYMENT_SETTINGS } from './payment.settings.js';
import { reasonToIgnore } from './payment.receipts.js';
import { reasonNotToResolve } from './payment.resolutions.js';
import { paymentSetup } from './payment.setup.js';

/** A refusal with its reason: stored with the event, shown in the history. */
const ignore = (reason: string) => ({ actions: { type: 'ignore' as const, params: { reason } } });

interface Hearing {
  readonly context: PaymentContext;
  readonly event: PaymentEvent;
}

const nothingNew = {
  description: 'nothing new: it is written down already, or asked before the answer we know',
  guard: 'isNothingNew' as const,
  actions: {
    type: 'ignore' as const,
    params: ({ context, event }: Hearing) => ({
      reason: (event.type === 'position.reported' && reasonToIgnore(context, event)) || 'nothing new',
    }),
  },
};

const misfit = {
  description: 'the resolution does not fit what waits for a decision',
  guard: 'isMisfitResolution' as const,
  actions: {
    type: 'ignore' as const,
    params: ({ context, event }: Hearing) => ({
      reason:
        (event.type === 'incident.resolved' && reasonNotToResolve(context, event)) || 'the resolution does not fit',
    }),
  },
};

/** "Rigenera pagamento" on a blocked payment: IRIS is asked about the old attempt before a new one is opened. */
const regenerate = [
  { guard: 'isReplacedAttempt' as const, ...ignore(REGENERATE_REASONS.replaced) },
  { guard: 'isUnknownAttempt' as const, ...ignore('there is no such attempt') },
  { guard: 'isDropped' as const, ...ignore('its charge was replaced or withdrawn') },
  { guard: 'isQuarantined' as const, ...ignore(QUARANTINED) },
  { guard: 'isTransferUnderway' as const, ...ignore('a bank transfer is being confirmed') },
  { guard: 'isCoolingDown' as const, ...ignore(REGENERATE_REASONS.coolingDown) },
  { guard: 'isLimitReached' as const, ...ignore('it was regenerated as often as allowed') },
  { target: 'regenerated' as const, actions: 'beginRegenerate' as const },
];

const annulUnlessMoving = [
  { guard: 'isQuarantined' as const, ...ignore(QUARANTINED) },
  { guard: 'isInFlight' as const, ...ignore('a payment is under way') },
  { target: 'annulled' as const, actions: 'dropRegenerate' as const },
];

/** What keeps a charge from being replaced or withdrawn: money that moves, that waits for a decision, or is there. */
const keepCharge = [
  { guard: 'isDropped' as const, ...ignore('its charge was replaced or withdrawn already') },
  { guard: 'isQuarantined' as const, ...ignore(QUARANTINED) },
  { guard: 'isInFlight' as const, ...ignore('a payment is under way') },
  { guard: 'isReplacingPartlyPaid' as const, ...ignore('part of it is paid') },
];

const unknownAttempt = { guard: 'isUnknownAttempt' as const, ...ignore('there is no such attempt') };
const foreignPosition = {
  guard: 'isForeignPosition' as const,
  ...ignore('the position belongs to no attempt of this payment'),
};
const answeredOpening = { guard: 'isOpeningAnswered' as const, ...ignore('its opening was answered already') };
const openedAlready = { guard: 'isOpenedAlready' as const, ...ignore('it was opened already') };

/**
 * The life of one payment: everything that may happen to it stands in this file.
 *
 * Theory of operation. Three kinds of message arrive. Commands (redirect, regenerate, annul) ask for a step and are
 * refused with a reason where it is not allowed. Answers (`attempt.*`, `position.*`) are facts about the world: they
 * name their attempt or position and are always heard, in every state, because IRIS really does apply a receipt that
 * comes after an annulment. Timers only ask: when a deadline passes, the open positions are polled at once and the
 * deadline's number is noted; the state changes on the first answer that was asked after it. So silence is never a
 * verdict, and while IRIS is silent a payment simply stays where it is.
 *
 * Hence the shape: events write facts into the context (`hear…`), and eventless transitions (`always`) read the
 * verdict off it. `paid` absorbs: nothing leaves it. The blocked states (`rejected`, `annulled`, `notConcluded`) are
 * what PORTOS shows as "pending di pagamento"; their positions are watched for as long as pagoPA may still report
 * them, so a late success always finds its payment.
 */
export function createPaymentMachine(settings: PaymentSettings = DEFAULT_PAYMENT_SETTINGS) {
  return paymentSetup(settings).createMachine({
    id: 'payment',
    version: '1',
    context: ({ input }) => initialContext(input),
    initial: 'initialized',

    // Heard in every state, unless a state has its own rule.
    on: {
      'payment.initialized': ignore('the payment exists already'),
      'redirect.requested': ignore('there is no open attempt to send the payer to'),
      'regenerate.requested': [
        { guard: 'isReplacedAttempt', ...ignore(REGENERATE_REASONS.replaced) },
        ignore('only a blocked payment can be regenerated'),
      ],
      'annul.requested': ignore('the payment is already annulled or paid'),
      'charge.dropped': [...keepCharge, { target: '.annulled', actions: ['dropRegenerate', 'dropCharge'] }],
      'verify.requested': [
        { guard: 'isNothingToAsk', ...ignore('there is nothing to ask IRIS about') },
        { actions: 'askNow' },
      ],
      'payer.returned': [
        unknownAttempt,
        { guard: 'isNothingToAsk', ...ignore('there is nothing to ask IRIS about') },
        { actions: 'askNow' },
      ],
      'notification.received': [
        { guard: 'isForeignPosition', actions: 'reportStrayNotification' },
        { guard: 'isAlreadyConfirmed', ...ignore('a poll has confirmed it already') },
        { actions: 'hearNotification' },
      ],
      'notification.due': [
        { guard: 'isAlreadyConfirmed', ...ignore('a poll has confirmed it') },
        { actions: 'reportUnconfirmed' },
      ],

      // How an opening ended that nobody waits for any more: written down, its URL never shown.
      'attempt.opened': [unknownAttempt, openedAlready, { actions: 'storeOpening' }],
      'attempt.refused': [unknownAttempt, answeredOpening, { actions: 'failAttempt' }],
      'attempt.misconfigured': [
        unknownAttempt,
        answeredOpening,
        { actions: ['failAttempt', 'reportMisconfiguration'] },
      ],
      'attempt.unreached': [unknownAttempt, answeredOpening, { actions: 'failAttempt' }],
      'attempt.openingUnknown': [unknownAttempt, answeredOpening, { actions: 'burnAttempt' }],

      'position.reported': [nothingNew, { actions: 'hearReportWatching' }],
      'position.deleteAnswered': [
        foreignPosition,
        { guard: 'isUnaskedDeletion', ...ignore('no Delete of this position waits for an answer') },
        { actions: 'hearDeletion' },
      ],
      'watch.ended': [
        { guard: 'isUnwatched', ...ignore('no watch of that attempt is running') },
        { actions: 'endWatch' },
      ],
      'cooldown.ended': { actions: 'endCooldown' },
      'attestation.stored': [
        foreignPosition,
        { guard: 'isAttested', ...ignore('the attestation is stored already') },
        { actions: 'markAttested' },
      ],
      'incident.resolved': [
        misfit,
        { guard: 'isAboutReceipt', actions: 'hearResolution' },
        { actions: 'closeIncident' },
      ],
      'effect.parked': [
        { guard: 'isAboutIncident', ...ignore('it is an incident itself') },
        { guard: 'isAboutOpening', actions: ['burnParkedOpening', 'hearParked'] },
        { actions: 'hearParked' },
      ],
    },

    states: {
      initialized: {
        description: 'The attempt is being opened at IRIS, or waits for the payer.',
        initial: 'opening',
        always: { guard: 'isAllSettled', target: 'paid' },
        on: { 'annul.requested': annulUnlessMoving },
        states: {
          opening: {
            description: 'The positions are being opened at IRIS.',
            entry: ['clearDeadline', 'clearOpenTries', 'askOpening'],
            after: { OPEN_TIMEOUT: { actions: 'noteDeadline' } },
            on: {
              'redirect.requested': ignore('the payment is still being opened at IRIS'),
              'attempt.opened': { guard: 'isForCurrentAttempt', target: 'ready', actions: 'storeOpening' },
              'attempt.refused': { guard: 'isForCurrentAttempt', target: '#payment.rejected', actions: 'failAttempt' },
              'attempt.misconfigured': {
                guard: 'isForCurrentAttempt',
                target: '#payment.annulled',
                actions: ['failAttempt', 'reportMisconfiguration'],
              },
              'attempt.unreached': [
                {
                  guard: 'isForCurrentAttemptPastDeadline',
                  target: '#payment.annulled',
                  actions: ['failAttempt', 'reportOpenTimeout'],
                },
                { guard: 'isForCurrentAttempt', actions: ['countFailedTry', 'askOpening'] },
              ],
              // Nobody waits for the help desk: the payment can be regenerated, and a person is told.
              'effect.parked': {
                guard: 'isAboutOpening',
                target: '#payment.annulled',
                actions: ['burnParkedOpening', 'hearParked'],
              },
              'attempt.openingUnknown': [
                {
                  guard: 'isForCurrentAttemptPastDeadline',
                  target: '#payment.annulled',
                  actions: ['burnAttempt', 'reportOpenTimeout'],
                },
                {
                  guard: 'isForCurrentAttempt',
                  actions: ['burnAttempt', 'countFailedTry', 'startFromLostAnswer', 'askOpening'],
                },
              ],
            },
          },
          ready: {
            description: 'The redirect URL exists.',
            entry: 'markShown',
            // An older attempt was paid meanwhile: nobody is sent to pay that item again.
            always: { guard: 'isPartlySettled', target: 'stale' },
            after: { READY_TIMEOUT: 'stale' },
            on: { 'redirect.requested': { target: '#payment.redirected' } },
          },
          // Opening anew is silent here: it needs no question to IRIS and is not a regeneration.
          stale: {
            description: 'The URL is too old, or asks for too much; the next redirect opens the payment anew.',
            on: {
              'redirect.requested': [
                { guard: 'isCurrentInFlight', ...ignore('a payment is under way') },
                { guard: 'bringsIdentifiers', target: 'opening', actions: 'startFromRedirect' },
                ignore(IDENTIFIERS_WANTED),
              ],
            },
          },
        },
      },

      redirected: {
        description: 'The payer is at IRIS or pagoPA.',
        initial: 'choosing',
        entry: 'pollCurrent',
        always: [
          { guard: 'isAllSettled', target: 'paid' },
          { guard: 'isClosedWithRefusal', target: 'rejected' },
          { guard: 'isClosedWithCancellation', target: 'annulled' },
          { guard: 'isClosedByDecision', target: 'notConcluded' },
        ],
        on: {
          'redirect.requested': ignore('the payer already has this URL'),
          'position.reported': [nothingNew, { actions: 'hearReportPolling' }],
          'annul.requested': annulUnlessMoving,
          'watch.ended': { guard: 'isForCurrentAttempt', actions: 'extendWatch' },
        },
        states: {
          choosing: {
            description: 'IRIS has not reported a payment in progress yet.',
            entry: 'clearDeadline',
            after: { CHOICE_TIMEOUT: { actions: ['noteDeadline', 'demandAnswers'] } },
            always: [
              { guard: 'isConfirming', target: 'confirming' },
              { guard: 'isInProgress', target: 'inProgress' },
              { guard: 'isChoiceUnclear', target: 'inProgress' },
              { guard: 'isChoiceOverWithRefusal', target: '#payment.rejected' },
              { guard: 'isChoiceOverHalfway', target: '#payment.notConcluded' },
              { guard: 'isChoiceOver', target: '#payment.annulled' },
            ],
          },
          inProgress: {
            description: 'A payment is in progress, or may be.',
            entry: 'clearDeadline',
            after: { SESSION_TIMEOUT: { actions: ['noteDeadline', 'demandAnswers'] } },
            always: [
              { guard: 'isConfirming', target: 'confirming' },
              { guard: 'isSessionOverWithRefusal', target: '#payment.rejected' },
              { guard: 'isSessionOverWithCancellation', target: '#payment.annulled' },
              { guard: 'isSessionOver', target: '#payment.notConcluded' },
            ],
            on: {
              'annul.requested': ignore('a payment is under way'),
              'charge.dropped': ignore('a payment is under way'),
            },
          },
          confirming: {
            description: 'A bank accepted a transfer that is not final yet.',
            entry: 'clearDeadline',
            after: { CONFIRM_TIMEOUT: { actions: ['noteDeadline', 'demandAnswers'] } },
            always: [
              { guard: 'isNotConfirming', target: 'inProgress' },
              { guard: 'isConfirmationOver', target: '#payment.notConcluded', actions: 'reportConfirmationOverdue' },
            ],
            on: {
              'annul.requested': ignore('a payment is under way'),
              'charge.dropped': ignore('a payment is under way'),
            },
          },
        },
      },

      paid: {
        description: 'Every item is settled, by whichever attempts. Nothing leaves this state.',
        initial: 'awaitingReceipt',
        entry: ['clearDeadline', 'dropRegenerate', 'watchCurrent', 'tellPractice'],
        on: { 'charge.dropped': ignore('it is paid') },
        states: {
          awaitingReceipt: {
            description: 'The attestations are not all here yet.',
            always: { guard: 'isFullyAttested', target: 'receipted' },
          },
          receipted: { description: 'The attestation of every item is stored.' },
        },
      },

      rejected: {
        description: 'PAGAMENTO RIFIUTATO: the payment was refused.',
        tags: 'blocked',
        entry: ['clearDeadline', 'watchCurrent'],
        always: { guard: 'isAllSettled', target: 'paid' },
        on: { 'regenerate.requested': regenerate, 'annul.requested': annulUnlessMoving },
      },

      annulled: {
        description: 'ANNULLATO: too slow to choose, cancelled, or never opened.',
        tags: 'blocked',
        entry: ['clearDeadline', 'watchCurrent'],
        always: { guard: 'isAllSettled', target: 'paid' },
        // Of a dropped charge this is the end: nothing that comes settles it, and nothing opens it anew.
        on: { 'regenerate.requested': regenerate, 'charge.dropped': [...keepCharge, { actions: 'dropCharge' }] },
      },

      notConcluded: {
        description: 'PAGAMENTO NON CONCLUSO: the payer left halfway.',
        tags: 'blocked',
        entry: ['clearDeadline', 'watchCurrent'],
        always: { guard: 'isAllSettled', target: 'paid' },
        on: { 'regenerate.requested': regenerate, 'annul.requested': annulUnlessMoving },
      },

      regenerated: {
        description: 'A new attempt was asked for; IRIS is asked about the old one first.',
        initial: 'checking',
        entry: ['clearDeadline', 'demandAnswers'],
        always: [
          { guard: 'isAllSettled', target: 'paid' },
          { guard: 'isReplaceable', target: 'initialized', actions: ['watchCurrent', 'startReplacement'] },
        ],
        on: {
          'regenerate.requested': [
            { guard: 'isReplacedAttempt', ...ignore(REGENERATE_REASONS.replaced) },
            { guard: 'isNewAcknowledgement', actions: 'acknowledge' },
            ignore(REGENERATE_REASONS.underway),
          ],
          'position.reported': [nothingNew, { actions: ['hearReportPolling', 'deleteIdle'] }],
          'annul.requested': annulUnlessMoving,
          'watch.ended': { guard: 'isForCurrentAttempt', actions: 'extendWatch' },
        },
        states: {
          checking: {
            description: 'IRIS has a moment to say that the old attempt is certainly not paid.',
            after: { REGENERATE_CHECK_TIMEOUT: 'overdue' },
          },
          overdue: {
            description: 'IRIS has not said so in time: the payer may take the risk, in writing.',
            always: {
              guard: 'isAcknowledged',
              target: '#payment.initialized',
              actions: ['watchCurrent', 'startReplacement'],
            },
          },
        },
      },
    },
  });
}
