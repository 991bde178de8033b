import { constants } from 'node:os';
import type { QueueJobJson } from '@bull-board/api/typings/app';
import { EFFECT_CLASSES, readWakeJob } from '#libs/engine';
import { COMMAND_QUEUE, COMMANDS, EVENT_TYPES, subjectOf } from '#libs/payments';
import { EVENT_QUEUE } from '#libs/webhooks';

const FIGURES = [
  'attemptsMade',
  'attemptsStarted',
  'stalledCounter',
  'timestamp',
  'processedOn',
  'finishedOn',
  'delay',
  'priority',
] as const;

const NAMES: ReadonlySet<string> = new Set([...COMMANDS, ...EFFECT_CLASSES, ...EVENT_TYPES]);

/**
 * A job as the board may show it: its id, its name, what it is about, its attempts and times, and the code of what went
 * wrong. Everything else is left out: a command holds its payer until it is decided, and whoever can reach the queue can
 * put anything into a job.
 */
export function jobView(queueName: string, job: QueueJobJson): object {
  const { attempts } = (job.opts ?? {}) as { readonly attempts?: unknown };
  return {
    id: job.id,
    name: NAMES.has(job.name) ? job.name : 'unknown',
    data: aboutIn(queueName, job.data),
    returnvalue: answerIn(job.returnvalue),
    opts: { attempts: figure(attempts) },
    progress: 0,
    failedReason: job.failedReason ? errorCode(job) : '',
    stacktrace: [],
    ...Object.fromEntries(FIGURES.map((name) => [name, figure(job[name])])),
  };
}

const figure = (value: unknown): number | undefined => (typeof value === 'number' ? value : undefined);

function aboutIn(queueName: string, data: unknown): object {
  if (queueName === COMMAND_QUEUE) return subjectOf(data);
  return queueName === EVENT_QUEUE ? eventIn(data) : effectsIn(data);
}

const EVENT_ID = /^evt_[0-9a-f]{32}$/;

/** Which event, of which payment or practice. */
function eventIn(data: unknown): object {
  const { id, subject } = (data ?? {}) as { readonly id?: unknown; readonly subject?: unknown };
  const about = subjectOf({ paymentId: subject, practiceId: subject });
  return typeof id === 'string' && EVENT_ID.test(id) ? { id, ...about } : about;
}

/** Identifiers and keys of effects, as the machines make them. */
const EFFECT_NAME = /^[A-Za-z0-9._:/#-]{1,200}$/;

function effectsIn(data: unknown): object {
  try {
    const effects = readWakeJob(data);
    return { effects: effects.filter(({ instanceId, key }) => EFFECT_NAME.test(instanceId) && EFFECT_NAME.test(key)) };
  } catch {
    return {}; // no job of ours
  }
}

/** Of what HTTP would have answered, the status. */
function answerIn(answer: unknown): object | null {
  const { status } = (answer ?? {}) as { readonly status?: unknown };
  return typeof status === 'number' ? { status } : null;
}

/**
 * What tells ops where to look: the status that HTTP would have refused a command with, the system's error code, or else
 * the class of the error. The words beside them may repeat a value.
 */
function errorCode({ failedReason, stacktrace }: QueueJobJson): string {
  const [status] = /^[1-5]\d\d(?= )/.exec(failedReason) ?? [];
  if (status !== undefined) return status;
  const code = failedReason.split(/\W+/).find((word) => Object.hasOwn(constants.errno, word));
  if (code !== undefined) return code;
  const [errorClass] = /^[A-Z][A-Za-z]*Error(?=[:\n]|$)/.exec(stacktrace?.at(-1) ?? '') ?? [];
  return errorClass ?? 'error';
}
