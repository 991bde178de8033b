import { randomUUID } from 'node:crypto';
import type { Queue } from 'bullmq';
import { EFFECT_CLASSES } from '../core/effect.js';
import type { EffectClass, EffectRef } from '../core/effect.js';
import type { WakeQueue } from '../core/ports.js';
import type { QueueBackend } from './backend.js';
import { openServer } from './server.js';

/** What a job carries: the names of effects, no state and no personal data. */
export interface WakeJob {
  readonly effects: readonly EffectRef[];
}

/** The queue of a class: `portos-effects-<class>` (BullMQ allows no ":" in it). */
export const wakeQueueName = (effectClass: EffectClass): string => `portos-effects-${effectClass}`;

/**
 * Effects named by one job. Those of payers at the screen are few enough to be carried out side by side; polls go to
 * IRIS fifty at a time; a slow receiver must not hold up many others.
 */
const EFFECTS_PER_JOB: Readonly<Record<EffectClass, number>> = {
  interactive: 8,
  timer: 50,
  poll: 50,
  watch: 50,
  delivery: 10,
};

/** Failed jobs are kept for a look on the queue board: a day. Nothing depends on them. */
const KEEP_FAILED_SECONDS = 86_400;

/**
 * The doorbell on BullMQ: one queue for each class. Job ids are new each time and never used again, so a job that
 * still lies there cannot swallow a later ring. BullMQ tries nothing twice: a lost effect is rung again from its row.
 */
export function createWakeQueue(options: { readonly backend: QueueBackend; readonly prefix: string }): WakeQueue {
  const server = openServer(options.backend, options.prefix);
  const queues = new Map(EFFECT_CLASSES.map((name) => [name, server.openQueue(wakeQueueName(name))]));
  const queueOf = async (name: EffectClass): Promise<Queue> => {
    await server.connected();
    const queue = queues.get(name);
    if (!queue) throw new RangeError(`no queue for the class ${name}`);
    return queue;
  };
  return {
    async wake(effectClass, effects) {
      await (await queueOf(effectClass)).addBulk(jobsFor(effectClass, effects));
    },
    async waiting(effectClass) {
      return (await queueOf(effectClass)).getWaitingCount();
    },
    async close() {
      server.disconnect();
      await Promise.all([...queues.values()].map((queue) => queue.close()));
    },
  };
}

/**
 * The effects that a job names. Whoever can write to Redis can write a job, so its shape is checked; what it names
 * is claimed only if the row says that it is due.
 * @throws TypeError when it is not a job of ours.
 */
export function readWakeJob(data: unknown): EffectRef[] {
  const effects = (data as Partial<WakeJob> | null)?.effects as unknown;
  if (!Array.isArray(effects)) throw new TypeError('a wake job carries a list of effects');
  return effects.map((effect: unknown): EffectRef => {
    const { instanceId, key } = (effect ?? {}) as Record<string, unknown>;
    if (typeof instanceId !== 'string' || typeof key !== 'string') {
      throw new TypeError('a wake job names each effect by its instance and its key');
    }
    return { instanceId, key };
  });
}

function jobsFor(effectClass: EffectClass, effects: readonly EffectRef[]) {
  const size = EFFECTS_PER_JOB[effectClass];
  return Array.from({ length: Math.ceil(effects.length / size) }, (_, index) => ({
    name: effectClass,
    data: {
      effects: effects.slice(index * size, (index + 1) * size).map(({ instanceId, key }) => ({ instanceId, key })),
    },
    opts: {
      jobId: `${effectClass}-${randomUUID()}`,
      attempts: 1,
      removeOnComplete: true,
      removeOnFail: { age: KEEP_FAILED_SECONDS },
    },
  }));
}
