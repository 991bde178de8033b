import 'reflect-metadata';
import pg from 'pg';
import type { QueueBackend } from '#libs/engine';
import { createPayments } from '#libs/payments';
import { createLogger, createPool, frameworkLogger, startProcess } from '#libs/platform';
import { createWorker } from './worker.js';

const QUEUE_PREFIX = '{portos}';

await startProcess('worker', async (config, databaseUrl) => {
  const log = createLogger({ process: 'worker', level: config.log.level });
  const pool = createPool(databaseUrl, { max: 10, applicationName: 'portos-worker' });
  const backend: QueueBackend =
    config.redis.url === null
      ? { kind: 'postgres', pool: queuePool(databaseUrl) }
      : { kind: 'redis', connection: { url: config.redis.url } };
  const payments = await createPayments({ config, databaseUrl, pool });
  const close = async (): Promise<void> => {
    await pool.end();
    if (backend.kind === 'postgres') await backend.pool.end();
  };
  const app = await createWorker({ payments, backend, queuePrefix: QUEUE_PREFIX, log, close }, frameworkLogger(log));
  return { app, port: config.worker.port, portVariable: 'WORKER_PORT' };
});

/** BullMQ finds its tables by the search path; each of its workers keeps one connection for listening. */
function queuePool(url: string): pg.Pool {
  const pool = new pg.Pool({
    connectionString: url,
    max: 24,
    options: '-c search_path=bullmq,public',
    connectionTimeoutMillis: 5_000,
    keepAlive: true,
  });
  pool.on('error', () => undefined); // an idle connection that breaks is replaced
  pool.setMaxListeners(0); // each queue and each worker listens to it
  return pool;
}
