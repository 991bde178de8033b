import { OnWorkerEvent, Processor, WorkerHost } from '@nestjs/bullmq';
import type { Type } from '@nestjs/common';
import { Inject, Logger } from '@nestjs/common';
import type { Job } from 'bullmq';
import type { EffectClass, Runner } from '#libs/engine';
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

    override process(job: Job<unknown>): Promise<void> {
      return this.runner.run(readWakeJob(job.data));
    }
  }
  return WakeProcessor;
}

/** One BullMQ worker per class, so that no class can starve another. */
export const wakeProcessors: readonly Type<WorkerHost>[] = EFFECT_CLASSES.map(processorFor);
