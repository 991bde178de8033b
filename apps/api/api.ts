import type { NestExpressApplication } from '@nestjs/platform-express';
import { NestFactory } from '@nestjs/core';
import type { LoggerService } from '@nestjs/common';
import helmet from 'helmet';
import { Metrics, timeRequests } from '#libs/metrics';
import { Authenticator } from './access/authenticator.js';
import { Gate } from './access/gate.js';
import { accessLog, watchRequests } from './http/access-log.js';
import { nameRequest } from './http/request-id.js';
import type { ApiParts } from './api.module.js';
import { ApiModule } from './api.module.js';
import { BOARD_PATH } from './queues/board-pages.js';
import { QueueBoard } from './queues/queue-board.js';

/** IRIS's messages are small; anything larger is not from IRIS. */
const SOAP_LIMIT = '1mb';

/** Longer than clients and proxies keep an idle connection, so that none is closed under a request that is on its way. */
const KEEP_ALIVE_MS = 65_000;

/** The API as a Nest application, not yet listening. */
export async function createApi(parts: ApiParts, logger: LoggerService | false): Promise<NestExpressApplication> {
  const { apiKeys, pseudonymOf } = parts.payments;
  const gate = new Gate(new Authenticator(parts, apiKeys, parts.access.jwt, pseudonymOf), parts.access);
  const board = new QueueBoard({ place: parts.queues, gate, publicUrl: parts.publicUrl });
  const metrics = parts.metrics ?? new Metrics();
  const options = { logger, bodyParser: false }; // Nest's own takes forms too, which nobody sends
  const app = await NestFactory.create<NestExpressApplication>(ApiModule.with(parts, board, metrics), options);
  const listeners = [timeRequests(metrics), ...(parts.requestLog ? [accessLog(parts.requestLog)] : [])];
  app.use(nameRequest);
  app.use(watchRequests((line) => listeners.forEach((hear) => hear(line))));
  app.use(helmet({ contentSecurityPolicy: { directives: { upgradeInsecureRequests: null } } }));
  app.getHttpServer().keepAliveTimeout = KEEP_ALIVE_MS;
  app.disable('x-powered-by');
  app.set('etag', false);
  app.use((_request: unknown, response: { setHeader(name: string, value: string): void }, next: () => void) => {
    response.setHeader('Cache-Control', 'no-store');
    next();
  });
  app.set('trust proxy', parts.access.trustedProxies);
  app.use(['/v1', '/metrics'], gate.handle);
  app.use(BOARD_PATH, board.handle);
  app.useBodyParser('json');
  app.useBodyParser('text', { type: ['text/xml', 'application/xml', 'application/soap+xml'], limit: SOAP_LIMIT });
  return app;
}
