import type { PaymentContext, Position } from './payment.context.js';
import {
  allPositions,
  currentAttempt,
  isInFlight,
  isQuarantined,
  isTaken,
  missingItems,
  missingPositions,
  openPositions,
} from './payment.context.js';
import type { Esito } from './payment.messages.js';

/**
 * What the answers of IRIS add up to: the questions the machine's guards ask. Pure functions of the context.
 * Silence is never a verdict: whatever ends a wait needs an answer that was asked after the deadline.
 */

const NEGATIVE: ReadonlySet<Esito | null> = new Set<Esito>(['refused', 'cancelled', 'unpaid', 'unpayable']);
const CLOSED: ReadonlySet<Esito | null> = new Set<Esito>(['refused', 'cancelled', 'unpayable']);

export const isNegative = (esito: Esito | null): boolean => NEGATIVE.has(esito);

export const allSettled = (context: PaymentContext): boolean => missingItems(context).length === 0;

/** Money that an operator must decide about; blocks a regenerate. */
export const hasQuarantine = (context: PaymentContext): boolean => allPositions(context).some(isQuarantined);

const someMissing = (context: PaymentContext, test: (position: Position) => boolean): boolean =>
  missingPositions(context).some(test);

export const hasInProgress = (context: PaymentContext): boolean =>
  someMissing(context, (position) => position.underway === 'inProgress');

export const hasConfirming = (context: PaymentContext): boolean =>
  someMissing(context, (position) => position.underway === 'confirming');

/** A payment of a missing item may be running, in any attempt. */
export const hasInFlight = (context: PaymentContext): boolean => openPositions(context).some(isInFlight);

/** A transfer for a missing item was accepted by a bank, in whichever attempt: no new attempt beside it. */
export const hasTransferUnderway = (context: PaymentContext): boolean =>
  openPositions(context).some((position) => position.underway === 'confirming');

export const hasRefused = (context: PaymentContext): boolean =>
  someMissing(context, (position) => position.esito === 'refused');

export const hasCancelled = (context: PaymentContext): boolean =>
  someMissing(context, (position) => position.esito === 'cancelled' || position.esito === 'unpayable');

/** An item is settled, by whichever attempt. */
export const hasSettledItem = (context: PaymentContext): boolean => missingItems(context).length < context.items.length;

/** The current attempt asks for an item that is settled by now, by itself or by an older attempt. */
export const isPartlySettled = (context: PaymentContext): boolean =>
  missingPositions(context).length < currentAttempt(context).positions.length;

/** Nothing more can come from this position on its own: refused, closed at IRIS, or decided by an operator. */
const isClosed = (position: Position): boolean =>
  !isQuarantined(position) && !isInFlight(position) && (isTaken(position) || CLOSED.has(position.esito));

/** Every missing position of the current attempt is known and none is open. */
export const isClosedByAnswers = (context: PaymentContext): boolean => {
  const positions = missingPositions(context);
  return positions.length > 0 && positions.every(isClosed);
};

/** The deadline has passed, and each missing position was asked after it; `accepts` says which answers end the wait. */
function decidedAfterDeadline(context: PaymentContext, accepts: (position: Position) => boolean): boolean {
  const { deadlineSeq } = context;
  const positions = missingPositions(context);
  if (deadlineSeq === null || positions.length === 0) return false;
  return positions.every(
    (position) =>
      isClosed(position) || (!isQuarantined(position) && position.askedAtSeq >= deadlineSeq && accepts(position)),
  );
}

/** The payer never started to pay in time. Where money came, and an operator decided about it, they did. */
export const isChoiceOver = (context: PaymentContext): boolean =>
  decidedAfterDeadline(context, (position) => isNegative(position.esito)) &&
  someMissing(context, (position) => !isTaken(position));

/** Past the choice, yet an answer is unknown: it may hide a payment in progress, which is given a session's time. */
export const isChoiceUnclear = (context: PaymentContext): boolean =>
  decidedAfterDeadline(context, (position) => isNegative(position.esito) || position.esito === 'unknown') &&
  someMissing(context, (position) => position.esito === 'unknown');

export const isSessionOver = (context: PaymentContext): boolean =>
  decidedAfterDeadline(context, (position) => position.underway !== 'confirming' && position.esito !== null);

export const isConfirmationOver = (context: PaymentContext): boolean =>
  decidedAfterDeadline(context, (position) => position.esito !== null);

/** An answer that a Rigenera may rely on: asked after the command and after the last sign of a running payment. */
export function isCertainlyUnpaid(context: PaymentContext, position: Position): boolean {
  if (isQuarantined(position) || isInFlight(position)) return false;
  if (isTaken(position) || position.deletion === 'deleted') return true;
  if (position.deletion === 'asked') return false;
  return isNegative(position.esito) && position.askedAtSeq >= reliableSince(context, position);
}

const reliableSince = (context: PaymentContext, position: Position): number =>
  Math.max(context.regenerate?.askedSeq ?? 0, position.inFlightSeq, position.deletionSeq);

/**
 * What a Rigenera waits for: the positions of the attempt it replaces, if a payer could have paid them, and whatever
 * an older attempt has under way, for nobody should be sent to pay beside it.
 */
export function positionsToCheck(context: PaymentContext): readonly Position[] {
  const current = currentAttempt(context);
  return openPositions(context).filter(
    (position) => isInFlight(position) || (current.shown && current.positions.includes(position)),
  );
}

/** An opening still under way is waited for: two attempts are never being opened at once. */
export const isReplaceable = (context: PaymentContext): boolean =>
  currentAttempt(context).opening !== 'asked' &&
  !hasQuarantine(context) &&
  positionsToCheck(context).every((position) => isCertainlyUnpaid(context, position));

/**
 * The payer may go on although a payment may be in flight; never while a transfer is being confirmed, nor beside an
 * opening that is still under way.
 */
export const isAcknowledgeable = (context: PaymentContext): boolean =>
  context.regenerate !== null &&
  currentAttempt(context).opening !== 'asked' &&
  !hasTransferUnderway(context) &&
  !hasQuarantine(context);

export const isAcknowledged = (context: PaymentContext): boolean =>
  context.regenerate?.acknowledgedBy != null && isAcknowledgeable(context);

/** The present wait still lacks an answer asked late enough to decide: the next one is wanted, change or not. */
export function wantsAnswer(context: PaymentContext, position: Position): boolean {
  if (context.regenerate) {
    // While a payment is under way its answers are wanted on change only, or IRIS would be asked without a pause.
    const since = isInFlight(position) ? context.regenerate.askedSeq : reliableSince(context, position);
    return positionsToCheck(context).includes(position) && position.askedAtSeq < since;
  }
  return (
    context.deadlineSeq !== null &&
    missingPositions(context).includes(position) &&
    position.askedAtSeq < context.deadlineSeq
  );
}

export const isFullyAttested = (context: PaymentContext): boolean =>
  context.items.every((item) => {
    const settled = item.settledBy;
    return settled !== null && allPositions(context).some((p) => p.idPagamento === settled.idPagamento && p.attested);
  });
