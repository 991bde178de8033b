import type { NestExpressApplication } from '@nestjs/platform-express';
import { NestFactory } from '@nestjs/core';
import type { LoggerService } from '@nestjs/common';
import type { OpenAPIObject } from '@nestjs/swagger';
import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import helmet from 'helmet';
import { Authenticator } from './access/authenticator.js';
import { Gate } from './access/gate.js';
import { accessLog } from './http/access-log.js';
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
  const gate = new Gate(new Authenticator(parts, parts.payments.apiKeys, parts.access.jwt), parts.access);
  const board = new QueueBoard({ place: parts.queues, gate, publicUrl: parts.publicUrl });
  const app = await NestFactory.create<NestExpressApplication>(ApiModule.with(parts, board), { logger });
  app.use(nameRequest);
  if (parts.requestLog) app.use(accessLog(parts.requestLog));
  app.use(helmet({ contentSecurityPolicy: { directives: { upgradeInsecureRequests: null } } }));
  app.getHttpServer().keepAliveTimeout = KEEP_ALIVE_MS;
  app.disable('x-powered-by');
  app.set('etag', false);
  app.useBodyParser('text', { type: ['text/xml', 'application/xml', 'application/soap+xml'], limit: SOAP_LIMIT });
  app.use((_request: unknown, response: { setHeader(name: string, value: string): void }, next: () => void) => {
    response.setHeader('Cache-Control', 'no-store');
    next();
  });
  app.set('trust proxy', parts.access.trustedProxies);
  app.use('/v1', gate.handle);
  app.use(BOARD_PATH, board.handle);
  const document = SwaggerModule.createDocument(
    app,
    new DocumentBuilder()
      .setOpenAPIVersion('3.1.0')
      .setTitle('PORTOS Payments')
      .setDescription('Pagamenti delle pratiche sismiche: bolli e contributi di istruttoria, attraverso IRIS e pagoPA.')
      .setVersion('0.1.0')
      .setContact('Regione Toscana, PORTOS', 'https://www.regione.toscana.it', '')
      .addServer(parts.publicUrl, 'This installation')
      .addBearerAuth({ type: 'http', scheme: 'bearer', description: 'An API key or a token' })
      .build(),
  );
  describeIdempotency(document);
  SwaggerModule.setup('docs', app, document, { jsonDocumentUrl: 'openapi.json' });
  return app;
}

/** Every command takes the header, so it is said once for all of them. */
function describeIdempotency({ paths }: OpenAPIObject): void {
  const commands = Object.entries(paths).flatMap(([path, { post }]) => (post && path.startsWith('/v1/') ? [post] : []));
  for (const command of commands) command.parameters = [...(command.parameters ?? []), IDEMPOTENCY_KEY];
}

const IDEMPOTENCY_KEY = {
  name: 'Idempotency-Key',
  in: 'header' as const,
  required: false,
  description:
    'Names this request: sent again under the same key it has one effect and gets the first answer again. ' +
    'Another content under the same key is a 422, a request that is still worked on a 409.',
  schema: { type: 'string', minLength: 1, maxLength: 255, pattern: '^[\\x21-\\x7e]+$' },
};
