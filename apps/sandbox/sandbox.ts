import type { IncomingMessage } from 'node:http';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { AppModule } from './app.module.js';
import type { Clock } from './clock.js';
import { ErrorsFilter } from './errors.filter.js';
import { pageHeaders } from './page-headers.js';
import type { Settings } from './settings.js';

const LARGEST_BODY_BYTES = 1024 * 1024;
/** Longer than clients keep an idle connection, so that none is closed under a request that is on its way. */
const KEEP_ALIVE_MS = 65_000;

/** The sandbox, wired and ready to listen. */
export async function createSandbox(settings: Settings, clock: Clock): Promise<NestExpressApplication> {
  const app = await NestFactory.create<NestExpressApplication>(AppModule.with(settings, clock));
  app.disable('x-powered-by');
  app.use(pageHeaders);
  app.useBodyParser('raw', { type: isForIris, limit: LARGEST_BODY_BYTES });
  app.useGlobalFilters(new ErrorsFilter());
  app.enableShutdownHooks();
  app.getHttpServer().keepAliveTimeout = KEEP_ALIVE_MS;
  return app;
}

function isForIris({ url }: IncomingMessage): boolean {
  return url?.startsWith('/iris/services/') ?? false;
}
