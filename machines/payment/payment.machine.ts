import type { PaymentContext } from './payment.context.js';
import { initialContext } from './payment.context.js';
import type { PaymentEvent, PaymentSettings } from './payment.messages.js';
import { DEFAULT_PAYMENT_SETTINGS } from './payment.messages.js';
import { reasonNotToResolve, reasonToIgnore } from './payment.receipts.js';
import { paymentSetup } from './payment.setup.js';

/** A refusal with its reason: stored with the event, shown in the history. */
const ignore = (reason: string) => ({ actions: { type: 'ignore' as const, params: { reason } } });

interface Hearing {
  readonly context: PaymentContext;
  readonly event: PaymentEvent;
}

const nothingNew = {
  guard: 'isNothingNew' as const,
  actions: {
    type: 'ignore' as const,
    params: ({ context, event }: Hearing) => ({
      reason: (event.type === 'position.reported' && reasonToIgnore(context, event)) || 'nothing new',
    }),
  },
};

const misfit = {
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
  { guard: 'isReplacedAttempt' as const, ...ignore('that attempt was already replaced') },
  { guard: 'isUnknownAttempt' as const, ...ignore('there is no such attempt') },
  { guard: 'isQuarantined' as const, ...ignore('an incident must be resolved first') },
  { guard: 'isTransferUnderway' as const, ...ignore('a bank transfer is being confirmed') },
  { guard: 'isCoolingDown' as const, ...ignore('it was regenerated a moment ago') },
  { guard: 'isLimitReached' as const, ...ignore('it was regenerated as often as allowed') },
  { target: 'regenerated' as const, actions: 'beginRegenerate' as const },
];

const annulUnlessMoving = [
  { guard: 'isQuarantined' as const, ...ignore('an incident must be resolved first') },
  { guard: 'isInFlight' as const, ...ignore('a payment is under way') },
  { target: 'annulled' as const, actions: 'dropRegenerate' as const },
];

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
        { guard: 'isReplacedAttempt', ...ignore('that attempt was already replaced') },
        ignore('only a blocked payment can be regenerated'),
      ],
      'annul.requested': ignore('the payment is already blocked or paid'),
      'verify.requested': { actions: 'askNow' },
      'payer.returned': [{ guard: 'isUnknownAttempt', ...ignore('there is no such attempt') }, { actions: 'askNow' }],
      'notification.received': [
        { guard: 'isForeignPosition', ...ignore('the position belongs to no attempt of this payment') },
        { guard: 'isAlreadyConfirmed', ...ignore('a poll has confirmed it already') },
        { actions: 'hearNotification' },
      ],
      'notification.due': [
        { guard: 'isAlreadyConfirmed', ...ignore('a poll has confirmed it') },
        { actions: 'reportUnconfirmed' },
      ],
      'attempt.opened': [
        { guard: 'isUnknownAttempt', ...ignore('there is no such attempt') },
        { actions: 'storeOpening' }, // late: watched, its URL never shown
      ],
      'attempt.refused': ignore('the attempt is no longer being opened'),
      'attempt.misconfigured': ignore('the attempt is no longer being opened'),
      'attempt.unreached': ignore('the attempt is no longer being opened'),
      'attempt.openingUnknown': [
        { guard: 'isUnknownAttempt', ...ignore('there is no such attempt') },
        { actions: 'burnAttempt' }, // it may exist at IRIS: watched, its URL never shown
      ],
      'position.reported': [nothingNew, { actions: 'hearReportWatching' }],
      'position.deleteAnswered': [
        { guard: 'isForeignPosition', ...ignore('the position belongs to no attempt of this payment') },
        { actions: 'hearDeletion' },
      ],
      'watch.ended': { actions: 'endWatch' },
      'cooldown.ended': { actions: 'endCooldown' },
      'attestation.stored': [
        { guard: 'isForeignPosition', ...ignore('the position belongs to no attempt of this payment') },
        { actions: 'markAttested' },
      ],
      'attestation.faulty': { actions: 'reportAttestation' },
      'incident.resolved': [misfit, { actions: 'resolveReceipt' }],
      'effect.parked': [
        { guard: 'isAboutIncident', ...ignore('it is an incident itself') },
        { actions: 'reportParked' },
      ],
    },

    states: {
      initialized: {
        initial: 'opening',
        always: { guard: 'isAllSettled', target: 'paid' },
        on: {
          'position.reported': [nothingNew, { actions: 'hearReportPolling' }],
          'annul.requested': annulUnlessMoving,
        },
        states: {
          opening: {
            entry: ['clearDeadline', 'clearOpenTries', 'askOpening'],
            after: { OPEN_TIMEOUT: { actions: 'noteDeadline' } },
            on: {
              'redirect.requested': ignore('the payment is still being opened at IRIS'),
              'attempt.opened': [
                { guard: 'isForCurrentAttempt', target: 'ready', actions: 'storeOpening' },
                { guard: 'isUnknownAttempt', ...ignore('there is no such attempt') },
                { actions: 'storeOpening' },
              ],
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
            after: { READY_TIMEOUT: 'stale' },
            on: { 'redirect.requested': { target: '#payment.redirected' } },
          },
          // Nobody was ever shown its URL, so a new attempt needs no question to IRIS and is not a regeneration.
          stale: {
            on: { 'redirect.requested': { target: 'opening', actions: 'startFromRedirect' } },
          },
        },
      },

      redirected: {
        initial: 'choosing',
        entry: ['markShown', 'pollCurrent'],
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
        },
        states: {
          choosing: {
            entry: 'clearDeadline',
            after: { CHOICE_TIMEOUT: { actions: ['noteDeadline', 'demandAnswers'] } },
            always: [
              { guard: 'isConfirming', target: 'confirming' },
              { guard: 'isInProgress', target: 'inProgress' },
              { guard: 'isChoiceUnclear', target: 'inProgress' },
              { guard: 'isChoiceOverWithRefusal', target: '#payment.rejected' },
              { guard: 'isChoiceOver', target: '#payment.annulled' },
            ],
          },
          inProgress: {
            entry: 'clearDeadline',
            after: { SESSION_TIMEOUT: { actions: ['noteDeadline', 'demandAnswers'] } },
            always: [
              { guard: 'isConfirming', target: 'confirming' },
              { guard: 'isSessionOverWithRefusal', target: '#payment.rejected' },
              { guard: 'isSessionOverWithCancellation', target: '#payment.annulled' },
              { guard: 'isSessionOver', target: '#payment.notConcluded' },
            ],
          },
          confirming: {
            entry: 'clearDeadline',
            after: { CONFIRM_TIMEOUT: { actions: ['noteDeadline', 'demandAnswers'] } },
            always: [
              { guard: 'isNotConfirming', target: 'inProgress' },
              { guard: 'isConfirmationOver', target: '#payment.notConcluded', actions: 'reportConfirmationOverdue' },
            ],
          },
        },
      },

      paid: {
        initial: 'awaitingReceipt',
        entry: ['clearDeadline', 'dropRegenerate', 'watchCurrent', 'tellPractice'],
        states: {
          awaitingReceipt: { always: { guard: 'isFullyAttested', target: 'receipted' } },
          receipted: {},
        },
      },

      rejected: {
        tags: 'blocked',
        entry: ['clearDeadline', 'watchCurrent'],
        always: { guard: 'isAllSettled', target: 'paid' },
        on: { 'regenerate.requested': regenerate, 'annul.requested': annulUnlessMoving },
      },

      annulled: {
        tags: 'blocked',
        entry: ['clearDeadline', 'watchCurrent'],
        always: { guard: 'isAllSettled', target: 'paid' },
        on: { 'regenerate.requested': regenerate },
      },

      notConcluded: {
        tags: 'blocked',
        entry: ['clearDeadline', 'watchCurrent'],
        always: { guard: 'isAllSettled', target: 'paid' },
        on: { 'regenerate.requested': regenerate, 'annul.requested': annulUnlessMoving },
      },

      regenerated: {
        initial: 'checking',
        entry: ['clearDeadline', 'demandAnswers'],
        always: [
          { guard: 'isAllSettled', target: 'paid' },
          { guard: 'isReplaceable', target: 'initialized', actions: ['watchCurrent', 'startReplacement'] },
        ],
        on: {
          'regenerate.requested': [
            { guard: 'isReplacedAttempt', ...ignore('that attempt was already replaced') },
            { guard: 'isNewAcknowledgement', actions: 'acknowledge' },
            ignore('the payment is already being regenerated'),
          ],
          'position.reported': [nothingNew, { actions: ['hearReportPolling', 'deleteIdle'] }],
          'annul.requested': annulUnlessMoving,
        },
        states: {
          checking: { after: { REGENERATE_CHECK_TIMEOUT: 'overdue' } },
          // IRIS has not said "certainly not paid" in time: the payer may take the risk, in writing.
          overdue: {
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
