import 'reflect-metadata';
import { countDecisions, Metrics } from '#libs/metrics';
import { createPayments } from '#libs/payments';
import { createLogger, createPool, frameworkLogger, keptLogger, startProcess } from '#libs/platform';
import { createWebhooks } from '#libs/webhooks';
import { createApi } from './api.js';

await startProcess('api', async (config, databaseUrl) => {
  const log = createLogger({ process: 'api', level: config.log.level });
  const pool = createPool(databaseUrl, { max: 10, applicationName: 'portos-api' });
  const metrics = new Metrics();
  const payments = await createPayments({ config, databaseUrl, pool, onCommitted: countDecisions(metrics) });
  const { apiKey, operatorKey } = config.security;
  if (apiKey === null) throw new Error('PORTOS_API_KEY must be set: the key that PORTOS presents as a bearer token');
  const closing = { ...payments, close: () => payments.close().then(() => pool.end()) };
  const parts = {
    payments: closing,
    webhooks: createWebhooks(config, pool),
    apiKey,
    operatorKey,
    access: config.access,
    queues: { databaseUrl, redisUrls: config.redis.urls, hasEvents: config.events.queue },
    publicUrl: config.http.publicUrl,
    notifyAccount: config.iris.notifyAs,
    requestLog: keptLogger(log, 'access'),
    metrics,
  };
  const app = await createApi(parts, frameworkLogger(log));
  return { app, port: config.http.port, portVariable: 'PORT' };
});
