import 'reflect-metadata';
import { openQueueBackend } from '#libs/engine';
import { countDecisions, Metrics, timeExchanges } from '#libs/metrics';
import { createPayments, QUEUE_PREFIX } from '#libs/payments';
import { createLogger, createPool, frameworkLogger, startProcess } from '#libs/platform';
import { createDispatcher } from '#libs/webhooks';
import { createWorker } from './worker.js';

await startProcess('worker', async (config, databaseUrl) => {
  const log = createLogger({ process: 'worker', level: config.log.level });
  const backend = await openQueueBackend({ databaseUrl, redisUrls: config.redis.urls });
  const pool = createPool(databaseUrl, { max: 12, applicationName: 'portos-worker' });
  const metrics = new Metrics();
  const heard = { onCommitted: countDecisions(metrics), onExchange: timeExchanges(metrics) };
  const payments = await createPayments({ config, databaseUrl, pool, log, ...heard });
  const close = async (): Promise<void> => {
    await pool.end();
    await backend.close();
  };
  const dispatcher = createDispatcher(config, { pool, backend, queuePrefix: QUEUE_PREFIX, log, store: payments.store });
  const parts = { payments, backend, queuePrefix: QUEUE_PREFIX, dispatcher, log, metrics, close };
  const app = await createWorker(parts, frameworkLogger(log));
  return { app, port: config.worker.port, portVariable: 'WORKER_PORT' };
});
