import { assign, enqueueActions, setup } from 'xstate';
import * as asking from './payment.asking.js';
import type { PaymentContext } from './payment.context.js';
import { currentAttempt, findPosition } from './payment.context.js';
import type { Incident } from './payment.incidents.js';
import * as incidents from './payment.incidents.js';
import type {
  Ask,
  AttestationPayload,
  DeletePayload,
  IncidentPayload,
  OpenPayload,
  PaymentEvent,
  PaymentInitialized,
  PollPayload,
  TellPayload,
} from './payment.messages.js';
import type { PaymentSettings } from './payment.settings.js';
import type { Asked, Move, Reminder } from './payment.move.js';
import { move } from './payment.move.js';
import * as moves from './payment.moves.js';
import { reasonToIgnore } from './payment.receipts.js';
import { isAboutReceipt, reasonNotToResolve } from './payment.resolutions.js';
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
      'iris.open': (_, params: Ask<OpenPayload>) => asData(params),
      'iris.poll': (_, params: Ask<PollPayload>) => asData(params),
      'iris.watch': (_, params: Ask<PollPayload>) => asData(params),
      'iris.delete': (_, params: Ask<DeletePayload>) => asData(params),
      'attestation.fetch': (_, params: Ask<AttestationPayload>) => asData(params),
      'incident.open': (_, params: Ask<IncidentPayload>) => asData(params),
      tell: (_, params: Ask<TellPayload>) => asData(params),
      cancelEffect: (_, params: { key: string }) => asData(params),
      ignore: (_, params: { reason: string }) => asData(params),

      // waits
      clearDeadline: assign({ deadlineSeq: null }),
      noteDeadline: assign({ deadlineSeq: ({ event }) => event.seq }),
      demandAnswers: act((context) => asking.demandAnswers(context)),

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
      failAttempt: act((context, event) => {
        const number = attemptNamedBy(event);
        return number === null ? move(context) : moves.failAttempt(context, number);
      }),
      startFromLostAnswer: on('attempt.openingUnknown', (context, event) =>
        moves.startNextAttempt(context, event.next),
      ),
      startFromRedirect: on('redirect.requested', (context, event) =>
        event.next ? moves.startNextAttempt(context, event.next) : move(context),
      ),
      reportMisconfiguration: report('attempt.misconfigured', (event) =>
        incidents.misconfiguration(event.attempt, event.code),
      ),
      reportOpenTimeout: act((context) => move(context, incidents.openTimeout(currentAttempt(context).number))),

      // the payer at IRIS
      markShown: act((context) => moves.markShown(context)),
      pollCurrent: act((context) => asking.pollCurrent(context, settings)),
      watchCurrent: act((context) => asking.watchCurrent(context, settings)),
      hearReportPolling: on('position.reported', (context, event) =>
        moves.hearReport(context, event, 'iris.poll', settings),
      ),
      hearReportWatching: on('position.reported', (context, event) =>
        moves.hearReport(context, event, 'iris.watch', settings),
      ),
      askNow: act((context, event) =>
        asking.heedHint(context, asking.positionsHinted(context, attemptNamedBy(event)), event.seq),
      ),
      hearNotification: on('notification.received', (context, event) => moves.hearNotification(context, event)),
      reportStrayNotification: report('notification.received', incidents.strayNotification),
      reportUnconfirmed: on('notification.due', (context, event) => moves.reportUnconfirmed(context, event)),
      reportConfirmationOverdue: act((context) => moves.reportConfirmationOverdue(context)),

      // Rigenera
      beginRegenerate: on('regenerate.requested', (context, event) => moves.beginRegenerate(context, event)),
      acknowledge: on('regenerate.requested', (context, event) => moves.acknowledge(context, event.actor)),
      endCooldown: assign({ coolingDown: false }),
      deleteIdle: on('position.reported', (context, event) =>
        settings.deleteWhenIdle ? moves.deleteIdle(context, event.idPagamento) : move(context),
      ),
      hearDeletion: on('position.deleteAnswered', (context, event) => moves.hearDeletion(context, event)),
      startReplacement: act((context) =>
        context.regenerate ? moves.startNextAttempt(context, context.regenerate.next) : move(context),
      ),
      dropRegenerate: assign({ regenerate: null }),
      dropCharge: assign({
        dropped: ({ context, event }) => (event.type === 'charge.dropped' ? event.because : context.dropped),
      }),

      // the long tail
      endWatch: on('watch.ended', (context, event) => moves.endWatch(context, event.attempt)),
      extendWatch: on('watch.ended', (context, event) => moves.extendWatch(context, event.attempt)),
      tellPractice: act((context) => moves.tellPractice(context)),
      markAttested: on('attestation.stored', (context, event) => moves.markAttested(context, event.idPagamento)),
      hearResolution: on('incident.resolved', (context, event) => moves.hearResolution(context, event)),
      closeIncident: assign({}), // nothing of the payment changes; that it was decided, by whom and why is the record
      burnParkedOpening: act((context) => moves.burnParkedOpening(context, settings)),
      hearParked: on('effect.parked', (context, event) => moves.hearParked(context, event)),
    },
    guards: {
      bringsIdentifiers: when('redirect.requested', (_, event) => event.next !== null),
      isForCurrentAttempt: ({ context, event }) => attemptNamedBy(event) === currentAttempt(context).number,
      isForCurrentAttemptPastDeadline: ({ context, event }) =>
        attemptNamedBy(event) === currentAttempt(context).number && context.deadlineSeq !== null,
      isUnknownAttempt: ({ context, event }) => (attemptNamedBy(event) ?? 0) > currentAttempt(context).number,
      isReplacedAttempt: ({ context, event }) => (attemptNamedBy(event) ?? Infinity) < currentAttempt(context).number,
      isOpeningAnswered: ({ context, event }) => openingOf(context, event) !== 'asked',
      isOpenedAlready: ({ context, event }) => openingOf(context, event) === 'opened',
      isUnwatched: ({ context, event }) =>
        context.attempts.find((attempt) => attempt.number === attemptNamedBy(event))?.watched !== true,
      isNothingToAsk: ({ context, event }) => asking.positionsHinted(context, attemptNamedBy(event)).length === 0,
      isForeignPosition: ({ context, event }) => positionNamedBy(context, event) === undefined,
      isUnaskedDeletion: ({ context, event }) => positionNamedBy(context, event)?.deletion !== 'asked',
      isAttested: ({ context, event }) => positionNamedBy(context, event)?.attested === true,
      isNothingNew: when('position.reported', (context, event) => reasonToIgnore(context, event) !== null),
      isAlreadyConfirmed: ({ context, event }) =>
        (event.type === 'notification.due' || event.type === 'notification.received') &&
        moves.isConfirmed(context, event),
      isMisfitResolution: when('incident.resolved', (context, event) => reasonNotToResolve(context, event) !== null),
      isAboutReceipt: when('incident.resolved', isAboutReceipt),
      isAboutOpening: when('effect.parked', (_, event) => event.effectType === 'iris.open'),
      isAboutIncident: when('effect.parked', (_, event) => event.effectType === 'incident.open'),
      isNewAcknowledgement: when(
        'regenerate.requested',
        (context, event) =>
          event.acknowledgeInFlight &&
          context.regenerate?.acknowledgedBy === null &&
          event.attempt === currentAttempt(context).number,
      ),

      isAllSettled: ({ context }) => verdict.allSettled(context),
      isInProgress: ({ context }) => verdict.hasInProgress(context),
      isConfirming: ({ context }) => verdict.hasConfirming(context),
      isNotConfirming: ({ context }) => !verdict.hasConfirming(context),
      isInFlight: ({ context }) => verdict.hasInFlight(context),
      isCurrentInFlight: ({ context }) => verdict.hasInProgress(context) || verdict.hasConfirming(context),
      isPartlySettled: ({ context }) => verdict.isPartlySettled(context),
      isTransferUnderway: ({ context }) => verdict.hasTransferUnderway(context),
      isQuarantined: ({ context }) => verdict.hasQuarantine(context),
      isDropped: ({ context }) => context.dropped !== null,
      isReplacingPartlyPaid: when(
        'charge.dropped',
        (context, event) => event.because === 'replaced' && verdict.hasSettledItem(context),
      ),
      isCoolingDown: ({ context }) => context.coolingDown,
      isLimitReached: ({ context }) => context.regenerations >= settings.regenerateLimit,

      isClosedWithRefusal: ({ context }) => verdict.isClosedByAnswers(context) && verdict.hasRefused(context),
      isClosedWithCancellation: ({ context }) => verdict.isClosedByAnswers(context) && verdict.hasCancelled(context),
      isClosedByDecision: ({ context }) => verdict.isClosedByAnswers(context),
      isChoiceOverWithRefusal: ({ context }) => verdict.isChoiceOver(context) && verdict.hasRefused(context),
      isChoiceOverHalfway: ({ context }) =>
        verdict.isChoiceOver(context) && verdict.isPartlySettled(context) && !verdict.hasCancelled(context),
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

/** What the machine asks of the world has a name and params. The engine reads them off; nothing runs here. */
const asData = (params: object): object => params;

type EventOf<Type extends PaymentEvent['type']> = Extract<PaymentEvent, { readonly type: Type }>;

const attemptNamedBy = (event: PaymentEvent): number | null =>
  'attempt' in event && typeof event.attempt === 'number' ? event.attempt : null;

const positionNamedBy = (context: PaymentContext, event: PaymentEvent) =>
  'idPagamento' in event ? findPosition(context, event.idPagamento) : undefined;

const openingOf = (context: PaymentContext, event: PaymentEvent) =>
  context.attempts.find((attempt) => attempt.number === attemptNamedBy(event))?.opening;

/** A question about one type of event. */
const when =
  <Type extends PaymentEvent['type']>(type: Type, test: (context: PaymentContext, event: EventOf<Type>) => boolean) =>
  ({ context, event }: { readonly context: PaymentContext; readonly event: PaymentEvent }): boolean =>
    event.type === type && test(context, event as EventOf<Type>);

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
) => act((context, event) => (event.type === type ? make(context, event as EventOf<Type>) : move(context)));

/** An event that needs a person, and changes nothing. */
const report = <Type extends PaymentEvent['type']>(type: Type, make: (event: EventOf<Type>) => Incident) =>
  on(type, (context, event) => move(context, make(event)));
