import type { Pace } from './payment.asking.js';
import {
  askNow,
  askOn,
  heedHint,
  keepWatching,
  stopAsking,
  stopWatching,
  unsettledIn,
  watchAttempt,
} from './payment.asking.js';
import type { Attempt, PaymentContext, Position } from './payment.context.js';
import {
  allPositions,
  currentAttempt,
  findPosition,
  isInFlight,
  isSettling,
  isTaken,
  missingPositions,
  updateAttempt,
  updatePosition,
  withNextAttempt,
} from './payment.context.js';
import type { Incident } from './payment.incidents.js';
import {
  confirmationOverdue,
  parkedEffect,
  receiptProblem,
  unconfirmedNotification,
  watchEndedInFlight,
} from './payment.incidents.js';
import type {
  AttemptIds,
  EffectParked,
  IncidentResolved,
  NotificationDue,
  NotificationReceived,
  PositionDeleteAnswered,
  PositionReported,
  RegenerateRequested,
  TellPayload,
} from './payment.messages.js';
import type { PaymentSettings } from './payment.settings.js';
import type { Asked, Move } from './payment.move.js';
import { move, then } from './payment.move.js';
import { practiceInstanceId } from './payment.messages.js';
import { recordReport } from './payment.receipts.js';
import { resolveReceipt } from './payment.resolutions.js';
import { isCertainlyUnpaid, positionsToCheck } from './payment.verdict.js';

/**
 * What each step of the machine does: a move takes the context and gives the next one with what is asked of the
 * world. The chart in `payment.machine.ts` says when a move is made; nothing here decides a state.
 */

type Numbered<Event> = Event & { readonly seq: number };

// --- opening ----------------------------------------------------------------------------------------------------

/** Pauses before the second, third… try of one opening; the last repeats until OPEN_TIMEOUT. */
const OPEN_PAUSES_MS = [1_000, 2_000, 5_000, 10_000, 20_000];

export function askOpening(context: PaymentContext): Move {
  const attempt = currentAttempt(context);
  const pause = context.openTries === 0 ? 0 : (OPEN_PAUSES_MS[context.openTries - 1] ?? OPEN_PAUSES_MS.at(-1) ?? 0);
  const positions = attempt.positions.map(({ idPagamento, idPendenza, iuv, item, amountCents }) => ({
    idPagamento,
    idPendenza,
    iuv,
    item,
    amountCents,
  }));
  return move(context, {
    type: 'iris.open',
    params: {
      afterMs: pause,
      payload: {
        attempt: attempt.number,
        kind: context.kind,
        practiceId: context.practiceId,
        returnToken: attempt.returnToken,
        positions,
      },
    },
  });
}

export const countFailedTry = (context: PaymentContext): Move => move({ ...context, openTries: context.openTries + 1 });

/** The URL is known: from now on a payment is possible, so the attempt is watched. */
export const storeOpening = (
  context: PaymentContext,
  number: number,
  redirectUrl: string,
  settings: PaymentSettings,
): Move => beginWatch(context, number, { opening: 'opened', redirectUrl }, settings);

/** The answer was lost: what was asked may exist at IRIS, though nobody holds its URL. */
export const burnAttempt = (context: PaymentContext, number: number, settings: PaymentSettings): Move =>
  beginWatch(context, number, { opening: 'burnt' }, settings);

function beginWatch(
  context: PaymentContext,
  number: number,
  change: Partial<Attempt>,
  settings: PaymentSettings,
): Move {
  const before = context.attempts.find((candidate) => candidate.number === number);
  const changed = updateAttempt(context, number, (attempt) => ({ ...attempt, ...change }));
  // Asked anew, a question that a notification made urgent would be put off.
  if (before?.opening === 'burnt' && before.watched) return move(changed);
  const attempt = changed.attempts.find((candidate) => candidate.number === number);
  return attempt ? watchAttempt(changed, attempt, settings) : move(changed);
}

export const failAttempt = (context: PaymentContext, number: number): Move =>
  move(updateAttempt(context, number, (attempt) => ({ ...attempt, opening: 'failed' })));

export const startNextAttempt = (context: PaymentContext, ids: AttemptIds): Move =>
  move({ ...withNextAttempt(context, ids), regenerate: null });

export const markShown = (context: PaymentContext): Move =>
  move(updateAttempt(context, currentAttempt(context).number, (attempt) => ({ ...attempt, shown: true })));

// --- answers ----------------------------------------------------------------------------------------------------

/** Writes an answer down, and asks for what follows from it: the attestation, an incident, the next poll. */
export function hearReport(
  context: PaymentContext,
  report: Numbered<PositionReported>,
  pace: Pace,
  settings: PaymentSettings,
): Move {
  const recorded = recordReport(context, report, report.seq);
  const heard = move(recorded.context, ...recorded.incidents, ...forgetReminders(report));
  return then(
    then(heard, (known) => fetchNewAttestation(context, known, report.idPagamento)),
    (known) => askOn(known, report.idPagamento, pace, settings),
  );
}

const attestationKey = (idPagamento: string): string => `attestation/${idPagamento}`;

/** The attestation is fetched once, when the position comes to settle its item. */
function fetchNewAttestation(before: PaymentContext, after: PaymentContext, named: string | null): Move {
  const position = findPosition(after, named);
  const known = findPosition(before, named);
  if (!position || !known || isSettling(known) || !isSettling(position)) return move(after);
  const { idPagamento, item } = position;
  return move(after, {
    type: 'attestation.fetch',
    params: {
      key: attestationKey(idPagamento),
      payload: { kind: after.kind, idPagamento, item },
    },
  });
}

const reminderId = (idPagamento: string, idTransazione: string | null): string =>
  `push/${idPagamento}/${idTransazione ?? '-'}`;

/** A poll confirms what was pushed under its transaction, and what was pushed without any. */
function forgetReminders({ esito, idPagamento, receipt }: PositionReported): Asked[] {
  if (esito !== 'paid') return [];
  const ids = new Set([reminderId(idPagamento, null), reminderId(idPagamento, receipt?.idTransazione ?? null)]);
  return [...ids].map((id): Asked => ({ type: 'forget', id }));
}

/** A pushed fact is believed when a poll confirms it; until then a reminder keeps it from being forgotten. */
export function hearNotification(context: PaymentContext, event: Numbered<NotificationReceived>): Move {
  const { idPagamento, idTransazione, amountCents } = event;
  const position = findPosition(context, idPagamento);
  return then(heedHint(context, position ? [position] : [], event.seq), (known) =>
    move(known, {
      type: 'remind',
      reminder: {
        id: reminderId(idPagamento, idTransazione),
        event: { type: 'notification.due', idPagamento, idTransazione, amountCents },
        delay: 'PUSH_CONFIRM_TIMEOUT',
      },
    }),
  );
}

/** A position that settles its item was asked about for this notification only. */
export function reportUnconfirmed(context: PaymentContext, event: NotificationDue): Move {
  const position = findPosition(context, event.idPagamento);
  const reported = move(context, unconfirmedNotification(event));
  return position && isSettling(position) ? then(reported, (known) => stopAsking(known, position)) : reported;
}

export const isConfirmed = (context: PaymentContext, event: NotificationDue | NotificationReceived): boolean =>
  findPosition(context, event.idPagamento)?.receipts.some(
    (receipt) =>
      receipt.quarantine !== 'reversed' &&
      (event.idTransazione === null || receipt.idTransazione === event.idTransazione),
  ) ?? false;

// --- Rigenera ---------------------------------------------------------------------------------------------------

export const beginRegenerate = (context: PaymentContext, event: Numbered<RegenerateRequested>): Move =>
  move(
    {
      ...context,
      regenerations: context.regenerations + 1,
      coolingDown: true,
      regenerate: {
        askedSeq: event.seq,
        acknowledgedBy: event.acknowledgeInFlight ? event.actor : null,
        next: event.next,
      },
    },
    {
      type: 'remind',
      reminder: { id: 'cooldown', event: { type: 'cooldown.ended' }, delay: 'REGENERATE_COOLDOWN' },
    },
  );

export const acknowledge = (context: PaymentContext, actor: string): Move =>
  move({ ...context, regenerate: context.regenerate && { ...context.regenerate, acknowledgedBy: actor } });

// --- Delete at IRIS: best effort, never evidence ----------------------------------------------------------------

const deleteKey = (idPagamento: string): string => `delete/${idPagamento}`;

/** A position that is certainly unpaid is deleted first, and asked about once more, before it is replaced. */
export function deleteIdle(context: PaymentContext, idPagamento: string): Move {
  const position = findPosition(context, idPagamento);
  if (position?.deletion !== 'none' || isTaken(position)) return move(context);
  if (!positionsToCheck(context).includes(position) || !isCertainlyUnpaid(context, position)) return move(context);
  const asked = updatePosition(context, idPagamento, (known) => ({ ...known, deletion: 'asked' }));
  const { kind } = context;
  const deletion = move(asked, {
    type: 'iris.delete',
    params: {
      key: deleteKey(idPagamento),
      lane: `iris/${idPagamento}`,
      payload: { kind, idPagamento, idPendenza: position.idPendenza },
    },
  });
  return then(deletion, (known) => askAgain(known, idPagamento)); // behind the Delete in the same lane
}

export function hearDeletion(context: PaymentContext, event: Numbered<PositionDeleteAnswered>): Move {
  const deletion = event.answer === 'deleted' ? 'deleted' : 'answered';
  return endDeletion(context, event.idPagamento, deletion, event.seq);
}

function endDeletion(
  context: PaymentContext,
  idPagamento: string,
  deletion: Position['deletion'],
  deletionSeq: number,
): Move {
  const heard = updatePosition(context, idPagamento, (position) => ({ ...position, deletion, deletionSeq }));
  return askAgain(heard, idPagamento);
}

function askAgain(context: PaymentContext, idPagamento: string): Move {
  const position = findPosition(context, idPagamento);
  return position && !isSettling(position) ? askNow(context, [position]) : move(context);
}

// --- the long tail ----------------------------------------------------------------------------------------------

/** Nobody is asked any more; what was still under way is a person's business now. */
export const endWatch = (context: PaymentContext, number: number): Move =>
  then(move(context, ...inFlightAtWatchEnd(context, number)), (known) => stopWatching(known, number));

/** …unless the payment itself still waits for an answer: then the watch goes on, and a person is told all the same. */
export const extendWatch = (context: PaymentContext, number: number): Move =>
  then(move(context, ...inFlightAtWatchEnd(context, number)), (known) => keepWatching(known, number));

const inFlightAtWatchEnd = (context: PaymentContext, number: number): Incident[] =>
  unsettledIn(context, number).filter(isInFlight).map(watchEndedInFlight);

export const reportConfirmationOverdue = (context: PaymentContext): Move =>
  move(
    context,
    ...missingPositions(context)
      .filter((position) => position.underway === 'confirming')
      .map(confirmationOverdue),
  );

/** What an operator decided; quarantined money that settles its item is a payment like any other. */
export function hearResolution(context: PaymentContext, event: IncidentResolved): Move {
  const resolved = resolveReceipt(context, event);
  const heard = then(move(resolved.context, ...resolved.incidents), (known) =>
    fetchNewAttestation(context, known, event.idPagamento),
  );
  const position = findPosition(resolved.context, event.idPagamento);
  return position && isSettling(position) ? then(heard, (known) => stopAsking(known, position)) : heard;
}

/** A Delete that is given up counts as answered: it is best effort, and must not hold up a Rigenera. */
export function hearParked(context: PaymentContext, event: Numbered<EffectParked>): Move {
  const positions = allPositions(context);
  const unattested = positions.find(({ idPagamento }) => attestationKey(idPagamento) === event.key);
  const { seq } = event;
  const reported = move(context, unattested ? receiptProblem(unattested, event, seq) : parkedEffect(event, seq));
  const position = positions.find(
    ({ idPagamento, deletion }) => deletion === 'asked' && deleteKey(idPagamento) === event.key,
  );
  if (!position) return reported;
  return then(reported, (known) => endDeletion(known, position.idPagamento, 'answered', event.seq));
}

/** Nobody knows how far an opening came that was given up: what it asked for may exist, so it is watched. */
export function burnParkedOpening(context: PaymentContext, settings: PaymentSettings): Move {
  const asked = context.attempts.find((attempt) => attempt.opening === 'asked');
  return asked ? burnAttempt(context, asked.number, settings) : move(context);
}

export const tellPractice = (context: PaymentContext): Move =>
  move(context, {
    type: 'tell',
    params: {
      key: 'practice',
      payload: {
        to: practiceInstanceId(context.practiceId),
        id: `paid/${context.paymentId}`,
        event: { type: 'charge.paid', paymentId: context.paymentId } as TellPayload['event'],
      },
    },
  });

export const markAttested = (context: PaymentContext, idPagamento: string): Move =>
  move(updatePosition(context, idPagamento, (position) => ({ ...position, attested: true })));
