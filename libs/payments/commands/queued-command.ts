import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { Backoff } from '#libs/engine';
import { canonicalJson, mayPassLater, pauseMs } from '#libs/engine';
import type { Payments } from '../payments.js';
import { keyHashOf } from '../postgres/answer-book.js';
import type { Problem } from '../problems.js';
import { problemOf } from '../problems.js';
import { isRequestId } from '../request-id.js';
import { readCommandJob } from '../requests/command-jobs.js';
import type { PracticeRequest } from '../requests/practice-request.js';
import { parsePracticeRequest } from '../requests/practice-request.js';
import { RequestRefused } from '../requests/validation.js';
import type { PaymentView } from '../views/payment-view.js';
import type { PracticeView } from '../views/payment-views.js';
import type { Caller } from './payment-commands.js';
import { KEY_IS_USED } from './payment-commands.js';

/** What HTTP would have answered. */
export interface CommandAnswer {
  readonly status: 202;
  readonly body: PaymentView | PracticeView;
  /** Where the practice is read, after `initialize`. */
  readonly location?: string;
}

/** A job as it lies in the queue. */
export interface QueuedCommand {
  readonly id?: string | undefined;
  readonly name: string;
  readonly data: unknown;
  /** What an earlier run of the same job noted (`noteOf`) before it came to its end. */
  readonly progress?: unknown;
}

/**
 * What a job comes to: taken in and answered; refused for good, in words that hold no personal data; or postponed,
 * because what failed says nothing about the command. `because` is for the log and holds no values either.
 */
export type CommandOutcome =
  | { readonly kind: 'answered'; readonly answer: CommandAnswer }
  | { readonly kind: 'refused'; readonly words: string }
  | { readonly kind: 'postponed'; readonly words: string; readonly because: string };

const QUEUE_CALLER: Caller = { source: 'queue', actor: 'payment-commands' };

/** For so long a command is tried within one job, while for instance the database cannot be reached. */
const TRY_FOR_MS = 60_000;
const BACKOFF: Backoff = { firstMs: 200, factor: 2, maxMs: 10_000 };
const POSTPONED =
  '503 Not available. The command could not be completed now; it may be enqueued again under the same key.';

/**
 * Gives the command that a job names. BullMQ runs a job at least once, so everything here may happen twice: the job's
 * key is the id of the event it sends, and a second run is answered by what the first decided.
 * @param stopping aborted, no further try is made: the process is about to end.
 */
export async function giveQueuedCommand(
  payments: Payments,
  queued: QueuedCommand,
  stopping: AbortSignal,
): Promise<CommandOutcome> {
  const note = notedIn(queued.progress);
  if (note?.refused !== undefined) return { kind: 'refused', words: note.refused };
  try {
    const give = note?.answered ? answerAgain(payments, queued) : commandOf(payments, queued);
    return await untilDecided(give, stopping);
  } catch (error) {
    return outcomeOf(error);
  }
}

async function untilDecided(give: () => Promise<CommandAnswer>, stopping: AbortSignal): Promise<CommandOutcome> {
  const giveUpAt = performance.now() + TRY_FOR_MS;
  for (let tries = 1; ; tries += 1) {
    try {
      return { kind: 'answered', answer: await give() };
    } catch (error) {
      const waitMs = pauseMs(BACKOFF, tries, Math.random());
      const isUndecided = error instanceof StillRunning || mayPassLater(error);
      const isWorthWaiting = isUndecided && performance.now() + waitMs < giveUpAt;
      if (!isWorthWaiting || stopping.aborted) return outcomeOf(error);
      const hasWaited = await pause(waitMs, true, { signal: stopping }).catch(() => false);
      if (!hasWaited) return outcomeOf(error);
    }
  }
}

/** The same steps as the route of that command: the command itself, then the view of what it is about. */
function commandOf(payments: Payments, queued: QueuedCommand): () => Promise<CommandAnswer> {
  const { name, data } = readCommandJob(queued.name, queued.data);
  const requestId = requestIdOfJob(queued);
  const caller = requestId === undefined ? QUEUE_CALLER : { ...QUEUE_CALLER, requestId };
  if (name === 'initialize') {
    const { idempotencyKey, requestId: _, ...body } = data;
    const request = parsePracticeRequest(body);
    return () => initialize(payments, idempotencyKey, request, caller);
  }
  const { paymentId, idempotencyKey: key = randomUUID() } = data;
  const command = (): Promise<void> => {
    if (name === 'regenerate') return payments.regenerate(paymentId, data, caller, key);
    if (name === 'annul') return payments.annul(paymentId, data.reason, caller, key);
    return payments.verify(paymentId, caller, key);
  };
  return async () => {
    await command();
    return paymentAnswer(payments, paymentId);
  };
}

/** The first answer again under its key, though the practice may have been given other content meanwhile. */
async function initialize(
  payments: Payments,
  key: string,
  request: PracticeRequest,
  caller: Caller,
): Promise<CommandAnswer> {
  const { actor } = QUEUE_CALLER;
  const keyHash = keyHashOf(actor, 'initialize', key);
  const fingerprint = payments.answers.fingerprintOf(canonicalJson(request));
  const asked = { keyHash, caller: actor, route: 'initialize', fingerprint };
  const once = await payments.answers.once(asked, async (commandKey) => {
    await payments.once(commandKey).openPractice(request, caller);
    return { location: null, ...(await practiceAnswer(payments, request.practiceId)) };
  });
  if (once.kind === 'running') throw new StillRunning('a command under the same key is under way');
  if (once.kind === 'otherRequest') throw new RequestRefused('values', [KEY_IS_USED]);
  if (once.answer.status >= 400) throw new Refused(once.answer.body as Problem);
  const { body, location } = once.answer as CommandAnswer & { readonly location: string };
  return { status: 202, location, body };
}

/** Decided, now or when the key was first used. */
class Refused extends Error {
  override readonly name = 'Refused';
  constructor(readonly problem: Problem) {
    super(problem.detail);
  }
}

/** Another worker is at it: worth a second look. */
class StillRunning extends Error {
  override readonly name = 'StillRunning';
}

/** What a command of the queue is followed by: what its caller names it, else its job's id, if that may be logged. */
export function requestIdOfJob({ id, data }: Pick<QueuedCommand, 'id' | 'data'>): string | undefined {
  const { requestId } = (data ?? {}) as { readonly requestId?: unknown };
  return [requestId, id].find((name) => typeof name === 'string' && isRequestId(name)) as string | undefined;
}

function answerAgain(payments: Payments, { name, data }: QueuedCommand): () => Promise<CommandAnswer> {
  const { practiceId, paymentId } = (data ?? {}) as Record<string, unknown>;
  return name === 'initialize'
    ? () => practiceAnswer(payments, String(practiceId))
    : () => paymentAnswer(payments, String(paymentId));
}

const practiceAnswer = async ({ views }: Payments, practiceId: string): Promise<CommandAnswer> => ({
  status: 202,
  location: `/v1/practices/${practiceId}`,
  body: await views.practice(practiceId),
});

const paymentAnswer = async ({ views }: Payments, paymentId: string): Promise<CommandAnswer> => ({
  status: 202,
  body: await views.payment(paymentId),
});

function outcomeOf(error: unknown): CommandOutcome {
  const told = error instanceof Refused ? error.problem : problemOf(error);
  return told
    ? { kind: 'refused', words: wordsOf(told) }
    : { kind: 'postponed', words: POSTPONED, because: traceOf(error) };
}

/** Faults that are named; a job that is wrong in more is not read to its end. */
const MAX_FAULTS = 50;

function wordsOf({ status, title, detail, errors }: Problem): string {
  if (!errors) return `${status} ${title}. ${detail}`;
  const named = errors.slice(0, MAX_FAULTS).map(({ pointer, message }) => `${pointer || '/'} ${message}`);
  const more = errors.length > MAX_FAULTS ? [`and ${errors.length - MAX_FAULTS} more`] : [];
  return `${status} ${title}. ${[...named, ...more].join('; ')}`;
}

/** What failed and where, without its message, which may repeat a value. */
function traceOf(error: unknown): string {
  if (!(error instanceof Error)) return typeof error;
  const { code } = error as { code?: unknown };
  const frames = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
  return [`${error.name}${typeof code === 'string' ? ` ${code}` : ''}`, ...frames].join('\n');
}

/**
 * Kept in the job before its data is cleared: a run that dies between the two steps leaves a job that cannot be read
 * any more, and the next run ends it as it was decided.
 */
interface Note {
  readonly answered?: true;
  readonly refused?: string;
}

export const noteOf = (outcome: CommandOutcome): Note =>
  outcome.kind === 'answered' ? { answered: true } : { refused: outcome.words };

function notedIn(progress: unknown): Note | null {
  if (typeof progress !== 'object' || progress === null) return null;
  const { answered, refused } = progress as Record<string, unknown>;
  if (answered === true) return { answered };
  return typeof refused === 'string' ? { refused } : null;
}
