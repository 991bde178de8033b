import type { AttemptIds, ChargeKind, DropCause, Esito, PaymentInitialized, PositionIds } from './payment.messages.js';

/**
 * What a payment remembers. A payment has items; an attempt asks for the items not yet settled, one position each;
 * a position collects the receipts IRIS reports for it. Every receipt ends in exactly one disposition: that sentence
 * is the promise that no euro is lost.
 */
export interface PaymentContext {
  readonly paymentId: string;
  readonly practiceId: string;
  readonly kind: ChargeKind;
  readonly items: readonly Item[];
  /** Every attempt ever made, burnt ones included; `number` counts from 1. The last one is the current one. */
  readonly attempts: readonly Attempt[];
  /** Failed tries of the present opening. */
  readonly openTries: number;
  /** The decision at which the present wait's deadline passed; only answers asked after it may decide. */
  readonly deadlineSeq: number | null;
  readonly regenerations: number;
  readonly coolingDown: boolean;
  readonly regenerate: Regenerate | null;
  /** Why the practice no longer holds the charge; null while it does. Nothing can be settled then. */
  readonly dropped: DropCause | null;
}

/** What must be paid: one stamp duty, or the one fee. It is settled once. */
export interface Item {
  /** 1..n in the order given. */
  readonly item: number;
  readonly amountCents: number;
  readonly settledBy: { readonly attempt: number; readonly idPagamento: string } | null;
}

/** One go at paying what was missing when it began, with identifiers of its own. */
export interface Attempt {
  readonly number: number;
  /** `burnt`: the opening's answer was lost, so it may exist at IRIS, but nobody was ever given its URL. */
  readonly opening: 'asked' | 'opened' | 'burnt' | 'failed';
  readonly returnToken: string;
  readonly redirectUrl: string | null;
  /** The URL came within the payer's reach (from `ready` on): only then may somebody be paying. */
  readonly shown: boolean;
  /** Its WATCH_WINDOW is running. */
  readonly watched: boolean;
  readonly positions: readonly Position[];
}

/** What an attempt asks for one item, as IRIS knows it. */
export interface Position extends PositionIds {
  readonly item: number;
  readonly amountCents: number;
  /** The last esito IRIS reported; `null` before the first answer. */
  readonly esito: Esito | null;
  /** The payment under way that IRIS spoke of last. An `unknown` answer tells nothing, so it does not end it. */
  readonly underway: 'inProgress' | 'confirming' | null;
  /** `askedAtSeq` of that answer. */
  readonly askedAtSeq: number;
  /** The decision that took in the last hint about it: until an answer asked after it is here, the question is urgent. */
  readonly hintedSeq: number;
  /** The decision that recorded the last `inProgress` or `confirming`: a negative must have been asked after it. */
  readonly inFlightSeq: number;
  readonly receipts: readonly PositionReceipt[];
  /** Where a Delete at IRIS stands; only `deleted` is IRIS's own confirmation. */
  readonly deletion: 'none' | 'asked' | 'answered' | 'deleted';
  /** The decision that recorded the Delete's answer: IRIS must be asked again after it. */
  readonly deletionSeq: number;
  /** The attestation of this position is in our hands. */
  readonly attested: boolean;
}

/** Money IRIS said it took on a position (or, if reversed, took and gave back), and what became of it. */
export interface PositionReceipt {
  readonly idTransazione: string | null;
  readonly amountCents: number;
  readonly disposition: 'settled' | 'refundDue' | 'refunded' | 'quarantined' | 'dismissed';
  /** Why it is or was quarantined, else null. */
  readonly quarantine: 'amountMismatch' | 'reversed' | null;
}

/** A Rigenera that waits until the attempt it replaces is certainly not paid. */
export interface Regenerate {
  /** The decision that took the command in: only answers asked after it count. */
  readonly askedSeq: number;
  readonly acknowledgedBy: string | null;
  readonly next: AttemptIds;
}

export function initialContext(event: PaymentInitialized): PaymentContext {
  const items = event.items.map((item) => ({ ...item, settledBy: null }));
  return {
    paymentId: event.paymentId,
    practiceId: event.practiceId,
    kind: event.kind,
    items,
    attempts: [newAttempt(1, event.attempt, items)],
    openTries: 0,
    deadlineSeq: null,
    regenerations: 0,
    coolingDown: false,
    regenerate: null,
    dropped: null,
  };
}

/** The next attempt, for what is still missing. */
export function withNextAttempt(context: PaymentContext, ids: AttemptIds): PaymentContext {
  return {
    ...context,
    attempts: [...context.attempts, newAttempt(context.attempts.length + 1, ids, missingItems(context))],
  };
}

function newAttempt(number: number, ids: AttemptIds, items: readonly Item[]): Attempt {
  const positions = items.map(({ item, amountCents }, index) => {
    const position = ids.positions[index];
    if (!position) throw new Error(`attempt ${number} was given too few identifiers for its items`);
    return {
      ...position,
      item,
      amountCents,
      esito: null,
      underway: null,
      askedAtSeq: 0,
      hintedSeq: 0,
      inFlightSeq: 0,
      receipts: [],
      deletion: 'none' as const,
      deletionSeq: 0,
      attested: false,
    };
  });
  return {
    number,
    opening: 'asked',
    returnToken: ids.returnToken,
    redirectUrl: null,
    shown: false,
    watched: false,
    positions,
  };
}

/** The last attempt: the one a verdict is about. */
export function currentAttempt(context: PaymentContext): Attempt {
  const attempt = context.attempts.at(-1);
  if (!attempt) throw new Error('a payment has at least one attempt');
  return attempt;
}

/** Items nobody has settled yet. */
export const missingItems = (context: PaymentContext): readonly Item[] =>
  context.items.filter((item) => item.settledBy === null);

/** Positions that ask for an item nobody has settled yet, in whichever attempt. */
export function openPositions(context: PaymentContext): readonly Position[] {
  const missing = new Set(missingItems(context).map((item) => item.item));
  return allPositions(context).filter((position) => missing.has(position.item));
}

export const allPositions = (context: PaymentContext): readonly Position[] =>
  context.attempts.flatMap((attempt) => attempt.positions);

/** The position of that IdPagamento, in whichever attempt. */
export const findPosition = (context: PaymentContext, idPagamento: string | null): Position | undefined =>
  allPositions(context).find((position) => position.idPagamento === idPagamento);

/** The attempt that position belongs to. */
export const attemptOf = (context: PaymentContext, idPagamento: string): Attempt | undefined =>
  context.attempts.find((attempt) => attempt.positions.some((position) => position.idPagamento === idPagamento));

/** Positions of the current attempt whose item nobody has settled yet: the ones a verdict is about. */
export function missingPositions(context: PaymentContext): readonly Position[] {
  const { positions } = currentAttempt(context);
  return openPositions(context).filter((position) => positions.includes(position));
}

/** An operator must decide about money on this position. */
export const isQuarantined = (position: Position): boolean =>
  position.receipts.some((receipt) => receipt.disposition === 'quarantined');

/** IRIS took money on this position, whatever became of it. */
export const isTaken = (position: Position): boolean => position.receipts.length > 0;

/** Its money settles its item: nothing IRIS may say later changes that. */
export const isSettling = (position: Position): boolean =>
  position.receipts.some((receipt) => receipt.disposition === 'settled');

/** A payment may be running on it. */
export const isInFlight = (position: Position): boolean => position.underway !== null;

export const updateAttempt = (
  context: PaymentContext,
  number: number,
  change: (attempt: Attempt) => Attempt,
): PaymentContext => ({
  ...context,
  attempts: context.attempts.map((attempt) => (attempt.number === number ? change(attempt) : attempt)),
});

export const updatePosition = (
  context: PaymentContext,
  idPagamento: string,
  change: (position: Position) => Position,
): PaymentContext => ({
  ...context,
  attempts: context.attempts.map((attempt) => ({
    ...attempt,
    positions: attempt.positions.map((position) =>
      position.idPagamento === idPagamento ? change(position) : position,
    ),
  })),
});
