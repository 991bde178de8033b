import { assign, enqueueActions, setup } from 'xstate';
import type { PaymentContext } from './payment.context.js';
import { currentAttempt, findPosition } from './payment.context.js';
import type {
  Ask,
  AttestationPayload,
  DeletePayload,
  IncidentPayload,
  OpenPayload,
  PaymentEvent,
  PaymentInitialized,
  PaymentSettings,
  PollPayload,
  TellPayload,
} from './payment.messages.js';
import type { Asked, Move, Reminder } from './payment.moves.js';
import * as moves from './payment.moves.js';
import { reasonNotToResolve, reasonToIgnore, resolveReceipt } from './payment.receipts.js';
import * as verdict from './payment.verdict.js';

/**
 * The words the chart in `payment.machine.ts` is written in: its delays, its guards (questions to the context) and
 * its actions (moves). They are named here, so that the drawing of the chart names them too.
 */
export function paymentSetup(settings: PaymentSettings) {
  return setup({
    types: {
      context: {} as PaymentContext,
      events: {} as PaymentEvent,
      input: {} as PaymentInitialized,
      tags: {} as 'blocked',
    },
    delays: {
      OPEN_TIMEOUT: settings.openTimeoutMs,
      READY_TIMEOUT: settings.readyTimeoutMs,
      CHOICE_TIMEOUT: settings.choiceTimeoutMs,
      SESSION_TIMEOUT: settings.sessionTimeoutMs,
      CONFIRM_TIMEOUT: settings.confirmTimeoutMs,
      REGENERATE_CHECK_TIMEOUT: settings.regenerateCheckTimeoutMs,
      REGENERATE_COOLDOWN: settings.regenerateCooldownMs,
      PUSH_CONFIRM_TIMEOUT: settings.pushConfirmTimeoutMs,
      WATCH_WINDOW: settings.watchWindowMs,
    },
    actions: {
      // what the machine may ask of the world, or answer
      'iris.open': (_, params: Ask<OpenPayload>) => void params,
      'iris.poll': (_, params: Ask<PollPayload>) => void params,
      'iris.watch': (_, params: Ask<PollPayload>) => void params,
      'iris.delete': (_, params: Ask<DeletePayload>) => void params,
      'attestation.fetch': (_, params: Ask<AttestationPayload>) => void params,
      'incident.open': (_, params: Ask<IncidentPayload>) => void params,
      tell: (_, params: Ask<TellPayload>) => void params,
      cancelEffect: (_, params: { key: string }) => void params,
      ignore: (_, params: { reason: string }) => void params,

      // waits
      clearDeadline: assign({ deadlineSeq: null }),
      noteDeadline: assign({ deadlineSeq: ({ event }) => event.seq }),
      demandAnswers: act((context) => moves.demandAnswers(context)),

      // opening
      clearOpenTries: assign({ openTries: 0 }),
      countFailedTry: act((context) => moves.countFailedTry(context)),
      askOpening: act((context) => moves.askOpening(context)),
      storeOpening: on('attempt.opened', (context, event) =>
        moves.storeOpening(context, event.attempt, event.redirectUrl, settings),
      ),
      burnAttempt: on('attempt.openingUnknown', (context, event) =>
        moves.burnAttempt(context, event.attempt, settings),
      ),
      failAttempt: act((context) => moves.failAttempt(context)),
      startFromLostAnswer: on('attempt.openingUnknown', (context, event) =>
        moves.startNextAttempt(context, event.next),
      ),
      startFromRedirect: on('redirect.requested', (context, event) => moves.startNextAttempt(context, event.next)),
      reportMisconfiguration: on('attempt.misconfigured', (context, event) =>
        moves.reportIncident(context, misconfiguration(`IRIS refuses our configuration: ${event.code}.`)),
      ),
      reportOpenTimeout: act((context) =>
        moves.reportIncident(context, misconfiguration('IRIS could not open the payment within OPEN_TIMEOUT.')),
      ),

      // the payer at IRIS
      markShown: act((context) => moves.markShown(context)),
      pollCurrent: act((context) => moves.pollCurrent(context, settings)),
      watchCurrent: act((context) => moves.watchCurrent(context, settings)),
      hearReportPolling: on('position.reported', (context, event) =>
        moves.hearReport(context, event, 'iris.poll', settings),
      ),
      hearReportWatching: on('position.reported', (context, event) =>
        moves.hearReport(context, event, 'iris.watch', settings),
      ),
      askNow: act((context, event) => moves.askNow(context, event.type === 'payer.returned' ? event.attempt : null)),
      hearNotification: on('notification.received', (context, event) => moves.hearNotification(context, event)),
      reportUnconfirmed: on('notification.due', (context, event) =>
        moves.reportIncident(context, {
          kind: 'unconfirmedNotification',
          idPagamento: event.idPagamento,
          idTransazione: event.idTransazione,
          amountCents: event.amountCents,
          facts: 'IRIS notified this payment, and no poll has confirmed it.',
          allowedResolutions: ['dismiss'],
        }),
      ),
      reportConfirmationOverdue: act((context) =>
        moves.reportIncident(context, {
          kind: 'anomaly',
          idPagamento: currentAttempt(context).positions[0]?.idPagamento ?? null,
          idTransazione: null,
          amountCents: null,
          facts: 'A transfer was accepted and has not become final within CONFIRM_TIMEOUT.',
          allowedResolutions: ['dismiss'],
        }),
      ),

      // Rigenera
      beginRegenerate: on('regenerate.requested', (context, event) => ({
        context: {
          ...context,
          regenerations: context.regenerations + 1,
          coolingDown: true,
          regenerate: {
            askedSeq: event.seq,
            acknowledgedBy: event.acknowledgeInFlight ? event.actor : null,
            next: event.next,
          },
        },
        asks: [
          {
            type: 'remind',
            reminder: { id: 'cooldown', event: { type: 'cooldown.ended' }, delay: 'REGENERATE_COOLDOWN' },
          },
        ],
      })),
      acknowledge: on('regenerate.requested', (context, event) => ({
        context: {
          ...context,
          regenerate: context.regenerate && { ...context.regenerate, acknowledgedBy: event.actor },
        },
        asks: [],
      })),
      endCooldown: assign({ coolingDown: false }),
      deleteIdle: on('position.reported', (context, event) =>
        settings.deleteWhenIdle ? moves.deleteIdle(context, event.idPagamento) : { context, asks: [] },
      ),
      hearDeletion: on('position.deleteAnswered', (context, event) => moves.hearDeletion(context, event, event.seq)),
      startReplacement: act((context) =>
        context.regenerate ? moves.startNextAttempt(context, context.regenerate.next) : { context, asks: [] },
      ),
      dropRegenerate: assign({ regenerate: null }),

      // the long tail
      endWatch: on('watch.ended', (context, event) => moves.endWatch(context, event.attempt)),
      tellPractice: act((context) => moves.tellPractice(context)),
      markAttested: on('attestation.stored', (context, event) => moves.markAttested(context, event.idPagamento)),
      reportAttestation: on('attestation.faulty', (context, event) =>
        moves.reportIncident(context, {
          kind: 'receiptProblem',
          idPagamento: event.idPagamento,
          idTransazione: null,
          amountCents: null,
          facts: event.problem,
          allowedResolutions: ['dismiss'],
        }),
      ),
      resolveReceipt: on('incident.resolved', (context, event) => ({
        context: resolveReceipt(context, event),
        asks: [],
      })),
      reportParked: on('effect.parked', (context, event) =>
        moves.reportIncident(context, {
          kind: 'parkedEffect',
          idPagamento: event.key,
          idTransazione: null,
          amountCents: null,
          facts: `The effect ${event.effectType} was given up: ${event.reason}`,
          allowedResolutions: ['dismiss'],
        }),
      ),
    },
    guards: {
      isForCurrentAttempt: ({ context, event }) =>
        'attempt' in event && event.attempt === currentAttempt(context).number,
      isUnknownAttempt: ({ context, event }) =>
        'attempt' in event && typeof event.attempt === 'number' && event.attempt > currentAttempt(context).number,
      isReplacedAttempt: ({ context, event }) =>
        'attempt' in event && typeof event.attempt === 'number' && event.attempt < currentAttempt(context).number,
      isForCurrentAttemptPastDeadline: ({ context, event }) =>
        'attempt' in event && event.attempt === currentAttempt(context).number && context.deadlineSeq !== null,
      isNothingNew: ({ context, event }) =>
        event.type === 'position.reported' && reasonToIgnore(context, event) !== null,
      isForeignPosition: ({ context, event }) =>
        'idPagamento' in event && findPosition(context, event.idPagamento) === undefined,
      isAlreadyConfirmed: ({ context, event }) =>
        (event.type === 'notification.due' || event.type === 'notification.received') &&
        moves.isConfirmed(context, event),
      isMisfitResolution: ({ context, event }) =>
        event.type === 'incident.resolved' && reasonNotToResolve(context, event) !== null,
      isAboutIncident: ({ event }) => event.type === 'effect.parked' && event.effectType === 'incident.open',
      isNewAcknowledgement: ({ context, event }) =>
        event.type === 'regenerate.requested' &&
        event.acknowledgeInFlight &&
        context.regenerate?.acknowledgedBy === null &&
        event.attempt === currentAttempt(context).number,

      isAllSettled: ({ context }) => verdict.allSettled(context),
      isInProgress: ({ context }) => verdict.hasInProgress(context),
      isConfirming: ({ context }) => verdict.hasConfirming(context),
      isNotConfirming: ({ context }) => !verdict.hasConfirming(context),
      isInFlight: ({ context }) => verdict.hasInFlight(context),
      isTransferUnderway: ({ context }) => verdict.hasTransferUnderway(context),
      isQuarantined: ({ context }) => verdict.hasQuarantine(context),
      isCoolingDown: ({ context }) => context.coolingDown,
      isLimitReached: ({ context }) => context.regenerations >= settings.regenerateLimit,

      isClosedWithRefusal: ({ context }) => verdict.isClosedByAnswers(context) && verdict.hasRefused(context),
      isClosedWithCancellation: ({ context }) => verdict.isClosedByAnswers(context) && verdict.hasCancelled(context),
      isClosedByDecision: ({ context }) => verdict.isClosedByAnswers(context),
      isChoiceOverWithRefusal: ({ context }) => verdict.isChoiceOver(context) && verdict.hasRefused(context),
      isChoiceOver: ({ context }) => verdict.isChoiceOver(context),
      isChoiceUnclear: ({ context }) => verdict.isChoiceUnclear(context),
      isSessionOverWithRefusal: ({ context }) => verdict.isSessionOver(context) && verdict.hasRefused(context),
      isSessionOverWithCancellation: ({ context }) => verdict.isSessionOver(context) && verdict.hasCancelled(context),
      isSessionOver: ({ context }) => verdict.isSessionOver(context),
      isConfirmationOver: ({ context }) => verdict.isConfirmationOver(context),
      isReplaceable: ({ context }) => verdict.isReplaceable(context),
      isAcknowledged: ({ context }) => verdict.isAcknowledged(context),
      isFullyAttested: ({ context }) => verdict.isFullyAttested(context),
    },
  });
}

type EventOf<Type extends PaymentEvent['type']> = Extract<PaymentEvent, { readonly type: Type }>;

/** An action that makes a move: the next context, and what is asked of the world. */
const act = (make: (context: PaymentContext, event: PaymentEvent) => Move) =>
  enqueueActions<
    PaymentContext,
    PaymentEvent,
    undefined,
    PaymentEvent,
    never,
    Exclude<Asked, { type: 'remind' | 'forget' }>,
    never,
    Reminder['delay'],
    never
  >(({ context, event, enqueue }) => {
    const { context: next, asks } = make(context, event);
    if (next !== context) enqueue.assign(next);
    for (const asked of asks) {
      if (asked.type === 'remind') {
        const { id, event: reminder, delay } = asked.reminder;
        enqueue.raise(reminder as PaymentEvent, { id, delay });
      } else if (asked.type === 'forget') {
        enqueue.cancel(asked.id);
      } else {
        enqueue(asked);
      }
    }
  });

/** A move that belongs to one type of event. */
const on = <Type extends PaymentEvent['type']>(
  type: Type,
  make: (context: PaymentContext, event: EventOf<Type>) => Move,
) => act((context, event) => (event.type === type ? make(context, event as EventOf<Type>) : { context, asks: [] }));

const misconfiguration = (facts: string): IncidentPayload => ({
  kind: 'misconfiguration',
  idPagamento: null,
  idTransazione: null,
  amountCents: null,
  facts,
  allowedResolutions: ['dismiss'],
});
