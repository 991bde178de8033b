import type { Attempt, PaymentContext, Position } from './payment.context.js';
import {
  allPositions,
  attemptOf,
  currentAttempt,
  findPosition,
  isInFlight,
  isSettling,
  updateAttempt,
  updatePosition,
} from './payment.context.js';
import type { PollPayload } from './payment.messages.js';
import type { PaymentSettings } from './payment.settings.js';
import type { Asked, Move } from './payment.move.js';
import { positionsToCheck, wantsAnswer } from './payment.verdict.js';

/**
 * Which positions IRIS is asked about, how often, and until when. Every position that may exist at IRIS and does not
 * settle its item has one standing question under one key; asking again changes its pace. Asking about an attempt
 * opens its watch window, if none is running; so nothing is asked for ever, and nothing is dropped before its time.
 */

/** `iris.poll`: a payer waits, or money moves. `iris.watch`: nobody waits, but pagoPA may still report. */
export type Pace = 'iris.poll' | 'iris.watch';

interface Question {
  readonly pace: Pace;
  /** `any`: the next answer is wanted even if it brings no change. */
  readonly report: PollPayload['report'];
  readonly afterMs: number;
}

const NOW: Question = { pace: 'iris.poll', report: 'any', afterMs: 0 };

/**
 * Payers' pace for money that moves, whatever the state; else as the state wishes. An answer that was asked before a
 * hint does not meet it: the question the hint made urgent stays so.
 */
function atPace(pace: Pace, position: Position, settings: PaymentSettings): Question {
  if (position.askedAtSeq < position.hintedSeq) return NOW;
  return pace === 'iris.poll' || isInFlight(position)
    ? { pace: 'iris.poll', report: 'change', afterMs: settings.firstPollMs }
    : { pace: 'iris.watch', report: 'change', afterMs: settings.firstWatchMs };
}

const mayExist = ({ opening }: Attempt): boolean => opening === 'opened' || opening === 'burnt';

/** Positions IRIS may still take money on: opened or burnt, and not settling their item. */
const livePositions = (context: PaymentContext): readonly Position[] =>
  context.attempts.filter(mayExist).flatMap(unsettled);

const liveIn = (context: PaymentContext, attempt: Attempt): readonly Position[] =>
  mayExist(attempt) ? unsettled(attempt) : [];

const unsettled = (attempt: Attempt): readonly Position[] =>
  attempt.positions.filter((position) => !isSettling(position));

/** The current attempt is asked about at the payer's pace… */
export const pollCurrent = (context: PaymentContext, settings: PaymentSettings): Move =>
  askAbout(context, liveIn(context, currentAttempt(context)), (position) => atPace('iris.poll', position, settings));

/** …or more rarely, when nobody is waiting at a screen. */
export const watchCurrent = (context: PaymentContext, settings: PaymentSettings): Move =>
  watchAttempt(context, currentAttempt(context), settings);

export const watchAttempt = (context: PaymentContext, attempt: Attempt, settings: PaymentSettings): Move =>
  askAbout(context, liveIn(context, attempt), (position) => atPace('iris.watch', position, settings));

/** A deadline has passed or a Rigenera waits: the next answer is wanted now, whatever it is. */
export function demandAnswers(context: PaymentContext): Move {
  const wanted = context.regenerate ? positionsToCheck(context) : [];
  const live = liveIn(context, currentAttempt(context));
  return askAbout(context, [...live, ...wanted.filter((position) => !live.includes(position))], () => NOW);
}

/** What a hint is about: everything alive, or the attempt whose browser came back. */
export const positionsHinted = (context: PaymentContext, attempt: number | null): readonly Position[] =>
  livePositions(context).filter(
    ({ idPagamento }) => attempt === null || attemptOf(context, idPagamento)?.number === attempt,
  );

/** Asks at once, and whatever the answer, goes on at the usual pace. */
export const askNow = (context: PaymentContext, positions: readonly Position[]): Move =>
  askAbout(context, positions, () => NOW);

/**
 * A hint (browser back, "verify now", a notification) makes the question urgent until an answer comes that was asked
 * after it; one that was under way when the hint came does not count.
 * @param seq of the decision that takes the hint in
 */
export function heedHint(context: PaymentContext, positions: readonly Position[], seq: number): Move {
  const ids = positions.map(({ idPagamento }) => idPagamento);
  const hinted = ids.reduce(
    (known, id) => updatePosition(known, id, (position) => ({ ...position, hintedSeq: seq })),
    context,
  );
  return askNow(
    hinted,
    allPositions(hinted).filter(({ idPagamento }) => ids.includes(idPagamento)),
  );
}

/** After an answer: the next question, unless the position is done with. */
export function askOn(context: PaymentContext, idPagamento: string, pace: Pace, settings: PaymentSettings): Move {
  const position = findPosition(context, idPagamento);
  if (!position) return { context, asks: [] };
  if (isSettling(position)) return stopAsking(context, position);
  if (wantsAnswer(context, position)) return askAbout(context, [position], () => NOW);
  const isCurrent = currentAttempt(context).positions.includes(position);
  return askAbout(context, [position], () => atPace(isCurrent ? pace : 'iris.watch', position, settings));
}

/** Nothing more is asked about this position; with the last one of its attempt, the watch ends before its time. */
export function stopAsking(context: PaymentContext, position: Position): Move {
  const attempt = attemptOf(context, position.idPagamento);
  if (!attempt?.watched || !attempt.positions.every(isSettling)) return { context, asks: [cancelPoll(position)] };
  return {
    context: updateAttempt(context, attempt.number, (known) => ({ ...known, watched: false })),
    asks: [cancelPoll(position), { type: 'forget', id: watchId(attempt) }],
  };
}

/** The watch window is over: nobody asks about these positions any more. */
export const stopWatching = (context: PaymentContext, number: number): Move => ({
  context: updateAttempt(context, number, (attempt) => ({ ...attempt, watched: false })),
  asks: context.attempts
    .filter((attempt) => attempt.number === number)
    .flatMap((attempt) => attempt.positions.map(cancelPoll)),
});

/** The payment still waits for an answer about this attempt, so another window begins. */
export const keepWatching = (context: PaymentContext, number: number): Move => ({
  context,
  asks: context.attempts.filter((attempt) => attempt.number === number).map(watchWindow),
});

export const unsettledIn = (context: PaymentContext, number: number): readonly Position[] =>
  context.attempts.filter((attempt) => attempt.number === number).flatMap(unsettled);

function askAbout(
  context: PaymentContext,
  positions: readonly Position[],
  questionFor: (position: Position) => Question,
): Move {
  const asks = positions.map((position) => ask(context, position, questionFor(position)));
  const unwatched = context.attempts.filter(
    (attempt) => !attempt.watched && attempt.positions.some((position) => positions.includes(position)),
  );
  return {
    context: unwatched.reduce(
      (known, { number }) => updateAttempt(known, number, (attempt) => ({ ...attempt, watched: true })),
      context,
    ),
    asks: [...asks, ...unwatched.map(watchWindow)],
  };
}

const ask = (context: PaymentContext, position: Position, { pace, report, afterMs }: Question): Asked => ({
  type: pace,
  params: {
    key: pollKey(position),
    lane: `iris/${position.idPagamento}`,
    afterMs,
    payload: { kind: context.kind, idPagamento: position.idPagamento, known: position.esito, report },
  },
});

const cancelPoll = (position: Position): Asked => ({ type: 'cancelEffect', params: { key: pollKey(position) } });

const watchWindow = (attempt: Attempt): Asked => ({
  type: 'remind',
  reminder: {
    id: watchId(attempt),
    event: { type: 'watch.ended', attempt: attempt.number },
    delay: 'WATCH_WINDOW',
  },
});

const pollKey = (position: Position): string => `poll/${position.idPagamento}`;
const watchId = (attempt: Attempt): string => `watch/${attempt.number}`;
