import { OnWorkerEvent, Processor, WorkerHost } from '@nestjs/bullmq';
import { Inject, Logger } from '@nestjs/common';
import { countCommands, Metrics } from '#libs/metrics';
import { holdsPersonalData } from '#libs/platform';
import type { Job, WorkerOptions } from 'bullmq';
import { UnrecoverableError, WaitingError } from 'bullmq';
import type { CommandAnswer, CommandOutcome, Payments } from '#libs/payments';
import {
  COMMAND_QUEUE,
  COMMANDS,
  giveQueuedCommand,
  noteOf,
  requestIdOfJob,
  withoutPersonalData,
} from '#libs/payments';

export const PAYMENTS = Symbol('PAYMENTS');

/** A dead worker's job is taken over, however often that happens: what it did already is known by its key. */
export const COMMAND_WORKER: Pick<
  WorkerOptions,
  'concurrency' | 'lockDuration' | 'stalledInterval' | 'maxStalledCount'
> = { concurrency: 16, lockDuration: 30_000, stalledInterval: 5_000, maxStalledCount: 1_000_000 };

/** The commands that PORTOS enqueues instead of calling the API. What a job comes to is decided in `libs/payments`. */
@Processor(COMMAND_QUEUE, COMMAND_WORKER)
export class CommandProcessor extends WorkerHost {
  private readonly logger = new Logger(COMMAND_QUEUE);
  private readonly stopping = new AbortController();

  private readonly count: ReturnType<typeof countCommands>;

  constructor(
    @Inject(PAYMENTS) private readonly payments: Payments,
    @Inject(Metrics) metrics: Metrics,
  ) {
    super();
    this.count = countCommands(metrics);
  }

  @OnWorkerEvent('error')
  warn(error: Error): void {
    this.logger.warn(`the queue cannot be reached: ${error.message}`);
  }

  override async process(job: Job<unknown>, token?: string): Promise<CommandAnswer> {
    const outcome = await giveQueuedCommand(this.payments, job, this.stopping.signal);
    // A queue is a door like HTTP: who comes by it leaves a line too.
    const command = COMMANDS.find((name) => name === job.name) ?? 'unknown';
    this.logger.log({ command, outcome: outcome.kind, requestId: requestIdOfJob(job), msg: 'command of the queue' });
    this.count(command, outcome.kind);
    if (outcome.kind === 'postponed') await this.postpone(job, token, outcome);
    await clear(job, outcome);
    keepOnlyHarmless(job);
    if (outcome.kind === 'answered') return outcome.answer;
    throw new UnrecoverableError(outcome.words);
  }

  /** From now on a command that waits for its next try goes back to the queue, so that the worker can close. */
  stop(): void {
    this.stopping.abort();
  }

  /** Throws, unless this was the last attempt: BullMQ then tries again, another worker if this one is stopping. */
  private async postpone(job: Job<unknown>, token: string | undefined, outcome: Postponed): Promise<void> {
    this.logger.warn({ requestId: requestIdOfJob(job), because: outcome.because, msg: 'a command is postponed' });
    if (this.stopping.signal.aborted) {
      await job.moveToWait(token);
      throw new WaitingError();
    }
    if (job.attemptsMade + 1 < (job.opts.attempts ?? 1)) throw new Error(outcome.words);
  }
}

/** What a job is called cannot be cleared, and whoever can reach the queue calls it what he likes. */
function keepOnlyHarmless(job: Job<unknown>): void {
  if (![job.name, job.id ?? ''].some(holdsPersonalData)) return;
  job.opts.removeOnComplete = true;
  job.opts.removeOnFail = true;
}

type Postponed = Extract<CommandOutcome, { readonly kind: 'postponed' }>;

/** What was decided is noted first: a run that dies in between leaves data that cannot be read any more. */
async function clear(job: Job<unknown>, outcome: CommandOutcome): Promise<void> {
  const cleared = withoutPersonalData(job.name, job.data);
  if (cleared === job.data) return;
  await job.updateProgress({ ...noteOf(outcome) });
  await job.updateData(cleared);
}
