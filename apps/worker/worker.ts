import type { LoggerService } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import type { EngineLog, QueueBackend } from '#libs/engine';
import { createWakeQueue, openWorkerConnection, Relay, Runner, useQueueBackend } from '#libs/engine';
import { countEffects, Metrics } from '#libs/metrics';
import type { Payments } from '#libs/payments';
import type { Stoppable } from '#libs/platform';
import type { Dispatcher } from '#libs/webhooks';
import { WorkerModule } from './worker.module.js';

export interface WorkerDependencies {
  readonly payments: Payments;
  readonly backend: QueueBackend;
  readonly queuePrefix: string;
  /** Tells outside what happens; null: nobody does. */
  readonly dispatcher: Dispatcher | null;
  readonly log: EngineLog;
  /** What the process counts already; its own otherwise. */
  readonly metrics?: Metrics;
  /** Closes what was opened for this worker (pools). */
  readonly close: () => Promise<void>;
}

const HOUR_MS = 3_600_000;
const PRUNE_EVERY_MS = HOUR_MS;
/** Finished effects are kept for a look back of a week. */
const KEEP_FINISHED_MS = 7 * 24 * HOUR_MS;
/** Events, for a look back of three months; so long those that somebody was not told of can be replayed. */
const KEEP_EVENTS_MS = 90 * 24 * HOUR_MS;

/** The worker as a server: health checks over HTTP, BullMQ workers and the relay beside it. */
export async function createWorker(deps: WorkerDependencies, logger: LoggerService | false): Promise<Stoppable> {
  const { payments, backend, queuePrefix, dispatcher, log, metrics = new Metrics() } = deps;
  const { store, intake, registry } = payments;
  useQueueBackend(backend); // before Nest builds its queues
  const connection = openWorkerConnection(backend);
  const wakeQueue = createWakeQueue({ backend, prefix: queuePrefix });
  const relay = new Relay({ store, wakeQueue, log });
  const runner = new Runner({ store, intake, registry, log, onEnded: countEffects(metrics) });
  const app = await NestFactory.create<NestExpressApplication>(
    WorkerModule.with({ payments, relay, runner, connection, queuePrefix, metrics }),
    { logger, forceCloseConnections: true },
  );
  const pruning = setInterval(() => {
    const pruned = Promise.all([store.pruneLog(KEEP_FINISHED_MS), dispatcher?.prune(KEEP_EVENTS_MS)]);
    pruned.catch((error: unknown) => log.warn({ error: String(error) }, 'not pruned'));
  }, PRUNE_EVERY_MS);
  return {
    listen: async (port, host) => {
      await app.listen(port, host);
      dispatcher?.start();
    },
    close: async () => {
      clearInterval(pruning);
      await Promise.all([app.close(), dispatcher?.stop()]);
      connection.close();
      await payments.close();
      await wakeQueue.close();
      await deps.close();
    },
  };
}
