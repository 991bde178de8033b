import type { INestApplication, LoggerService } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import type { EngineLog, QueueBackend } from '#libs/engine';
import { createWakeQueue, Relay, Runner, useQueueBackend } from '#libs/engine';
import type { Payments } from '#libs/payments';
import { WorkerModule } from './worker.module.js';

export interface WorkerDependencies {
  readonly payments: Payments;
  readonly backend: QueueBackend;
  readonly queuePrefix: string;
  readonly log: EngineLog;
  /** Closes what was opened for this worker (pools). */
  readonly close: () => Promise<void>;
}

/** The worker as a Nest application, not yet listening; its relay starts when it is initialised. */
export async function createWorker(deps: WorkerDependencies, logger: LoggerService | false): Promise<INestApplication> {
  const { payments, backend, queuePrefix, log } = deps;
  const { store, intake, registry } = payments;
  useQueueBackend(backend); // before Nest builds its queues
  const wakeQueue = createWakeQueue({ backend, prefix: queuePrefix });
  const relay = new Relay({ store, wakeQueue, log });
  const runner = new Runner({ store, intake, registry, log });
  const close = async (): Promise<void> => {
    await payments.close();
    await wakeQueue.close();
    await deps.close();
  };
  return NestFactory.create<NestExpressApplication>(WorkerModule.with({ relay, runner, backend, queuePrefix, close }), {
    logger,
    forceCloseConnections: true,
  });
}
