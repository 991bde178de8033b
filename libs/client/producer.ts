import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type {
  AnnulCommand,
  InitializeBody,
  RegenerateCommand,
  VerifyCommand,
  WithIdempotencyKey,
  WithRequestId,
} from './commands.js';
import { CommandFailed, ResultUnknown } from './errors.js';
import type { FoundJob } from './server.js';
import { openServer, reaching } from './server.js';

export interface CommandProducerOptions {
  /**
   * Where the queue lives: `redis://…` or `rediss://…` (TLS), a list of them for a Redis Cluster, or `postgres://…`
   * for the database that PORTOS Payments runs on.
   */
  readonly url: string | readonly string[];
  /** The prefix of the queue's keys in Redis, as the workers have it. Default `{portos}`. */
  readonly prefix?: string;
}

/** A command that the queue has. */
export interface Enqueued {
  readonly jobId: string;
}

/** What HTTP would have answered. */
export interface CommandAnswer {
  readonly status: 202;
  /** The practice after `initialize`, else the payment, as the API shows it. */
  readonly body: Readonly<Record<string, unknown>>;
  /** Path of the practice, after `initialize`. */
  readonly location?: string;
}

/**
 * Enqueues commands instead of calling the API. Each method resolves once the queue has the command, which is then
 * carried out at least once and has its effect once.
 * @throws QueueUnreachable, within seconds; the command may have been enqueued all the same, so enqueue it again under
 *   the same key.
 */
export interface CommandProducer {
  /** "Paga e Invia". The same content again is the same practice; other content under its id is refused. */
  initialize(body: InitializeBody, options: WithIdempotencyKey): Promise<Enqueued>;
  /** "Rigenera". It needs no key: it names the attempt it replaces. */
  regenerate(command: RegenerateCommand, options?: WithRequestId): Promise<Enqueued>;
  annul(command: AnnulCommand, options: WithIdempotencyKey): Promise<Enqueued>;
  verify(command: VerifyCommand, options: WithIdempotencyKey): Promise<Enqueued>;
  /**
   * Waits for the answer to a command.
   * @param options.timeoutMs how long, 30 s if not given
   * @throws CommandFailed when it was refused, ResultUnknown when it is not decided in time, QueueUnreachable
   */
  result(jobId: string, options?: { readonly timeoutMs?: number }): Promise<CommandAnswer>;
  close(): Promise<void>;
}

const QUEUE = 'payment-commands';
const DEFAULT_PREFIX = '{portos}';
const DAY_SECONDS = 86_400;

/** Tries after a failure that may pass, over about half an hour; what was decided is kept for a look, not for ever. */
const JOB_OPTIONS = {
  attempts: 10,
  backoff: { type: 'exponential', delay: 1_000, jitter: 0.5 },
  removeOnComplete: { age: DAY_SECONDS, count: 50_000 },
  removeOnFail: { age: 7 * DAY_SECONDS, count: 50_000 },
};

/** Opens a producer; it is cheap to keep, and closed once. Connects by itself, again after an outage. */
export function createCommandProducer(options: CommandProducerOptions): CommandProducer {
  const server = openServer(QUEUE, options.url, options.prefix ?? DEFAULT_PREFIX);
  const enqueue = async (name: string, data: object): Promise<Enqueued> => {
    const jobId = `${name}-${randomUUID()}`; // never used again: BullMQ drops a job whose id it still knows
    await reaching(async () => (await server.queue()).add(name, data, { ...JOB_OPTIONS, jobId }));
    return { jobId };
  };
  return {
    initialize: (body, options) => enqueue('initialize', { ...body, ...namesIn(options) }),
    // Its own key makes one effect of a job that runs twice; two jobs are told apart by the attempt they name.
    regenerate: (command, options) =>
      enqueue('regenerate', { ...command, ...namesIn({ ...options, idempotencyKey: randomUUID() }) }),
    annul: (command, options) => enqueue('annul', { ...command, ...namesIn(options) }),
    verify: (command, options) => enqueue('verify', { ...command, ...namesIn(options) }),
    result: (jobId, { timeoutMs = 30_000 } = {}) =>
      lookUntilEnded(() => reaching(async () => standingOf(await (await server.queue()).getJob(jobId))), timeoutMs),
    close: () => server.close(),
  };
}

const namesIn = ({ idempotencyKey, requestId }: WithIdempotencyKey): WithIdempotencyKey => ({
  idempotencyKey,
  ...(requestId !== undefined && { requestId }),
});

const LOOK_FIRST_MS = 25;
const LOOK_SLOWEST_MS = 500;

/** Looks, at growing pauses: a look needs no connection of its own, and no event can be missed. */
async function lookUntilEnded(look: () => Promise<Standing>, timeoutMs: number): Promise<CommandAnswer> {
  const deadline = performance.now() + timeoutMs;
  for (let pauseMs = LOOK_FIRST_MS; ; pauseMs = Math.min(2 * pauseMs, LOOK_SLOWEST_MS)) {
    const found = await look();
    if (found.kind === 'answered') return found.answer;
    if (found.kind === 'failed') throw new CommandFailed(found.words);
    if (found.kind === 'absent') throw new ResultUnknown('nothing is known of this job; it may have been removed');
    if (performance.now() + pauseMs > deadline) throw new ResultUnknown(`not decided within ${timeoutMs} ms`);
    await pause(pauseMs);
  }
}

type Standing =
  | { readonly kind: 'answered'; readonly answer: CommandAnswer }
  | { readonly kind: 'failed'; readonly words: string }
  | { readonly kind: 'underway' | 'absent' };

/** A job keeps the words of a failed try when a later one goes well, so its state decides. */
async function standingOf(job: FoundJob | undefined): Promise<Standing> {
  if (!job) return { kind: 'absent' };
  if (job.finishedOn === undefined) return { kind: 'underway' };
  const state = await job.getState();
  if (state === 'completed') return { kind: 'answered', answer: job.returnvalue as CommandAnswer };
  return state === 'failed' ? { kind: 'failed', words: job.failedReason ?? 'it failed' } : { kind: 'underway' };
}
