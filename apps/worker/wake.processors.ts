import { OnWorkerEvent, Processor, WorkerHost } from '@nestjs/bullmq';
import type { Type } from '@nestjs/common';
import { Inject, Logger } from '@nestjs/common';
import type { Job } from 'bullmq';
import type { EffectClass, EffectRef, Runner } from '#libs/engine';
import { EFFECT_CLASSES, readWakeJob, wakeQueueName, wakeWorkerOptions } from '#libs/engine';

export const RUNNER = Symbol('RUNNER');

/** A processor for one class of effects. A job only names them: the runner claims from the database what is due. */
function processorFor(effectClass: EffectClass): Type<WorkerHost> {
  @Processor(wakeQueueName(effectClass), wakeWorkerOptions(effectClass))
  class WakeProcessor extends WorkerHost {
    private readonly logger = new Logger(wakeQueueName(effectClass));

    constructor(@Inject(RUNNER) private readonly runner: Runner) {
      super();
    }

    /** BullMQ reconnects by itself; unheard, each error would be printed whole. */
    @OnWorkerEvent('error')
    warn(error: Error): void {
      this.logger.warn(`the queue cannot be reached: ${error.message}`);
    }

    override async process(job: Job<unknown>): Promise<void> {
      job.opts.removeOnComplete = true; // it carries nothing worth a look, whoever rang
      await this.runner.run(await effectsOf(job));
    }
  }
  return WakeProcessor;
}

/** What is no job of ours may hold anything, and would be kept for a look: it fails without it. */
async function effectsOf(job: Job<unknown>): Promise<EffectRef[]> {
  try {
    return readWakeJob(job.data);
  } catch (error) {
    await job.updateData({});
    throw error;
  }
}

/** One BullMQ worker per class, so that no class can starve another. */
export const wakeProcessors: readonly Type<WorkerHost>[] = EFFECT_CLASSES.map(processorFor);
