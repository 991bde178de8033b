import type { Attempt, PaymentContext, Position } from './payment.context.js';
import {
  attemptOf,
  currentAttempt,
  findPosition,
  isTaken,
  updateAttempt,
  updatePosition,
  withNextAttempt,
} from './payment.context.js';
import type {
  Ask,
  AttemptIds,
  AttestationPayload,
  DeletePayload,
  IncidentPayload,
  NotificationDue,
  NotificationReceived,
  OpenPayload,
  PaymentSettings,
  PollPayload,
  PositionDeleteAnswered,
  PositionReported,
  TellPayload,
  WatchEnded,
} from './payment.messages.js';
import { practiceInstanceId } from './payment.messages.js';
import { recordReport } from './payment.receipts.js';
import { isCertainlyUnpaid, isInFlight, positionsToCheck, wantsAnswer } from './payment.verdict.js';

/**
 * What each step of the machine does: a move takes the context and gives the next one with what is asked of the
 * world. The chart in `payment.machine.ts` says when a move is made; nothing here decides a state.
 */
export interface Move {
  readonly context: PaymentContext;
  readonly asks: readonly Asked[];
}

/** An effect to ask for, an effect no longer wanted, a reminder to arm or to forget. */
export type Asked =
  | { readonly type: 'iris.open'; readonly params: Ask<OpenPayload> }
  | { readonly type: 'iris.poll' | 'iris.watch'; readonly params: Ask<PollPayload> }
  | { readonly type: 'iris.delete'; readonly params: Ask<DeletePayload> }
  | { readonly type: 'attestation.fetch'; readonly params: Ask<AttestationPayload> }
  | { readonly type: 'incident.open'; readonly params: Ask<IncidentPayload> }
  | { readonly type: 'tell'; readonly params: Ask<TellPayload> }
  | { readonly type: 'cancelEffect'; readonly params: { readonly key: string } }
  | { readonly type: 'remind'; readonly reminder: Reminder }
  | { readonly type: 'forget'; readonly id: string };

/** A delayed event to itself: armed as a timer row, told apart by its id. */
export interface Reminder {
  readonly id: string;
  readonly event: WatchEnded | NotificationDue | { readonly type: 'cooldown.ended' };
  readonly delay: 'WATCH_WINDOW' | 'PUSH_CONFIRM_TIMEOUT' | 'REGENERATE_COOLDOWN';
}

const move = (context: PaymentContext, ...asks: Asked[]): Move => ({ context, asks });

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
export function storeOpening(
  context: PaymentContext,
  number: number,
  redirectUrl: string,
  settings: PaymentSettings,
): Move {
  const opened = updateAttempt(context, number, (attempt) => ({ ...attempt, opening: 'opened', redirectUrl }));
  return watchAttempt(opened, number, settings);
}

/** The answer was lost: what was asked may exist at IRIS, though nobody holds its URL. */
export function burnAttempt(context: PaymentContext, number: number, settings: PaymentSettings): Move {
  const burnt = updateAttempt(context, number, (attempt) => ({ ...attempt, opening: 'burnt' }));
  return watchAttempt(burnt, number, settings);
}

export const failAttempt = (context: PaymentContext): Move =>
  move(updateAttempt(context, currentAttempt(context).number, (attempt) => ({ ...attempt, opening: 'failed' })));

export const startNextAttempt = (context: PaymentContext, ids: AttemptIds): Move =>
  move({ ...withNextAttempt(context, ids), regenerate: null });

export const markShown = (context: PaymentContext): Move =>
  move(updateAttempt(context, currentAttempt(context).number, (attempt) => ({ ...attempt, shown: true })));

// --- asking IRIS ------------------------------------------------------------------------------------------------

const pollKey = (position: Position): string => `poll/${position.idPagamento}`;

type Pace = 'iris.poll' | 'iris.watch';

function ask(
  context: PaymentContext,
  position: Position,
  pace: Pace,
  report: PollPayload['report'],
  afterMs: number,
): Asked {
  const { idPagamento, esito } = position;
  return {
    type: pace,
    params: {
      key: pollKey(position),
      lane: `iris/${idPagamento}`,
      afterMs,
      payload: { kind: context.kind, idPagamento, known: esito, report },
    },
  };
}

const mayExist = (attempt: Attempt | undefined): boolean =>
  attempt?.opening === 'opened' || attempt?.opening === 'burnt';

/** Positions IRIS may still take money on: opened or burnt, and nothing taken yet. */
const livePositions = (context: PaymentContext): readonly Position[] =>
  context.attempts.filter(mayExist).flatMap((attempt) => attempt.positions.filter((position) => !isTaken(position)));

/** Every position of the current attempt that may still bring money is asked at the payer's pace. */
export const pollCurrent = (context: PaymentContext, settings: PaymentSettings): Move =>
  move(
    context,
    ...liveIn(context, currentAttempt(context)).map((p) =>
      ask(context, p, 'iris.poll', 'change', settings.firstPollMs),
    ),
  );

/** …or more rarely, when nobody is waiting at a screen. */
export const watchCurrent = (context: PaymentContext, settings: PaymentSettings): Move =>
  move(
    context,
    ...liveIn(context, currentAttempt(context)).map((p) =>
      ask(context, p, 'iris.watch', 'change', settings.firstWatchMs),
    ),
  );

const liveIn = (context: PaymentContext, attempt: Attempt): readonly Position[] =>
  livePositions(context).filter((position) => attempt.positions.includes(position));

/** A deadline has passed or a Rigenera waits: the next answer is wanted now, whatever it is. */
export const demandAnswers = (context: PaymentContext): Move =>
  move(context, ...liveIn(context, currentAttempt(context)).map((p) => ask(context, p, 'iris.poll', 'any', 0)));

/** A hint (browser back, "verify now"): ask at once; the answer decides. */
export const askNow = (context: PaymentContext, attempt: number | null): Move =>
  move(
    context,
    ...livePositions(context)
      .filter((position) => attempt === null || attemptOf(context, position.idPagamento)?.number === attempt)
      .map((position) => ask(context, position, 'iris.poll', wantsAnswer(context, position) ? 'any' : 'change', 0)),
  );

function watchAttempt(context: PaymentContext, number: number, settings: PaymentSettings): Move {
  const positions = livePositions(context).filter((p) => attemptOf(context, p.idPagamento)?.number === number);
  return move(
    context,
    ...positions.map((position) => ask(context, position, 'iris.watch', 'change', settings.firstWatchMs)),
    {
      type: 'remind',
      reminder: { id: `watch/${number}`, event: { type: 'watch.ended', attempt: number }, delay: 'WATCH_WINDOW' },
    },
  );
}

// --- answers ----------------------------------------------------------------------------------------------------

/** Writes an answer down, and asks for what follows from it: the attestation, an incident, the next poll. */
export function hearReport(
  context: PaymentContext,
  report: PositionReported & { readonly seq: number },
  pace: Pace,
  settings: PaymentSettings,
): Move {
  const recorded = recordReport(context, report, report.seq);
  const position = findPosition(recorded.context, report.idPagamento);
  if (!position) return move(context);
  const incidents = recorded.incidents.map(openIncident);
  if (isTaken(position))
    return move(recorded.context, ...incidents, ...afterTaking(recorded.context, position, report));
  const quickens = isInFlight(position.esito) && findPosition(context, report.idPagamento)?.esito !== position.esito;
  const wanted = wantsAnswer(recorded.context, position);
  const next = ask(
    recorded.context,
    position,
    quickens ? 'iris.poll' : pace,
    wanted ? 'any' : 'change',
    wanted ? 0 : pace === 'iris.poll' || quickens ? settings.firstPollMs : settings.firstWatchMs,
  );
  return move(recorded.context, ...incidents, next);
}

function afterTaking(context: PaymentContext, position: Position, report: PositionReported): Asked[] {
  const settles = context.items.some((item) => item.settledBy?.idPagamento === position.idPagamento);
  const asks: Asked[] = [
    { type: 'cancelEffect', params: { key: pollKey(position) } },
    { type: 'forget', id: reminderId(report.idPagamento, report.receipt?.idTransazione ?? null) },
  ];
  if (settles && !position.attested) asks.push(fetchAttestation(context, position));
  return asks;
}

const fetchAttestation = (context: PaymentContext, { idPagamento, item }: Position): Asked => ({
  type: 'attestation.fetch',
  params: { key: `attestation/${idPagamento}`, payload: { kind: context.kind, idPagamento, item } },
});

const reminderId = (idPagamento: string, idTransazione: string | null): string =>
  `push/${idPagamento}/${idTransazione ?? '-'}`;

/** A pushed fact is believed when a poll confirms it; until then a reminder keeps it from being forgotten. */
export function hearNotification(context: PaymentContext, event: NotificationReceived): Move {
  const position = findPosition(context, event.idPagamento);
  if (!position) return move(context);
  const { idPagamento, idTransazione, amountCents } = event;
  return move(context, ask(context, position, 'iris.poll', 'any', 0), {
    type: 'remind',
    reminder: {
      id: reminderId(idPagamento, idTransazione),
      event: { type: 'notification.due', idPagamento, idTransazione, amountCents },
      delay: 'PUSH_CONFIRM_TIMEOUT',
    },
  });
}

export const isConfirmed = (context: PaymentContext, event: NotificationDue | NotificationReceived): boolean =>
  findPosition(context, event.idPagamento)?.receipts.some(
    (receipt) =>
      event.idTransazione === null || receipt.idTransazione === null || receipt.idTransazione === event.idTransazione,
  ) ?? false;

// --- Delete at IRIS: best effort, never evidence ----------------------------------------------------------------

/** A position that is certainly unpaid is deleted first, and asked about once more, before it is replaced. */
export function deleteIdle(context: PaymentContext, idPagamento: string): Move {
  const position = findPosition(context, idPagamento);
  if (position?.deletion !== 'none' || isTaken(position)) return move(context);
  if (!positionsToCheck(context).includes(position) || !isCertainlyUnpaid(context, position)) return move(context);
  const asked = updatePosition(context, idPagamento, (known) => ({ ...known, deletion: 'asked' }));
  const { kind, practiceId } = context;
  const payload = { kind, practiceId, idPagamento, idPendenza: position.idPendenza };
  return move(
    asked,
    { type: 'iris.delete', params: { lane: `iris/${idPagamento}`, payload } },
    ask(asked, position, 'iris.poll', 'any', 0), // behind the Delete in the same lane
  );
}

export function hearDeletion(context: PaymentContext, event: PositionDeleteAnswered, seq: number): Move {
  const deletion = event.answer === 'deleted' ? 'deleted' : 'answered';
  const heard = updatePosition(context, event.idPagamento, (position) => ({ ...position, deletion, deletionSeq: seq }));
  const position = findPosition(heard, event.idPagamento);
  return position && !isTaken(position) ? move(heard, ask(heard, position, 'iris.poll', 'any', 0)) : move(heard);
}

// --- the end of a watch, incidents, the practice ----------------------------------------------------------------

export function endWatch(context: PaymentContext, number: number): Move {
  const attempt = context.attempts.find((candidate) => candidate.number === number);
  const positions = attempt?.positions.filter((position) => !isTaken(position)) ?? [];
  return move(
    context,
    ...positions.map((position): Asked => ({ type: 'cancelEffect', params: { key: pollKey(position) } })),
    ...positions
      .filter((position) => isInFlight(position.esito))
      .map((position) => openIncident(endedInFlight(position))),
  );
}

const endedInFlight = (position: Position): IncidentPayload => ({
  kind: 'anomaly',
  idPagamento: position.idPagamento,
  idTransazione: null,
  amountCents: position.amountCents,
  facts: 'The watch on this position ended while IRIS still reported a payment under way.',
  allowedResolutions: ['dismiss'],
});

export function openIncident(incident: IncidentPayload): Asked {
  const key = `incident/${incident.kind}/${incident.idPagamento ?? '-'}/${incident.idTransazione ?? '-'}`;
  return { type: 'incident.open', params: { key, payload: incident } };
}

export const reportIncident = (context: PaymentContext, incident: IncidentPayload): Move =>
  move(context, openIncident(incident));

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
