import { randomBytes } from 'node:crypto';
import { createServer } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import type pg from 'pg';
import type { EngineLog } from '#libs/engine';
import { openQueueBackend } from '#libs/engine';
import type { Payments } from '#libs/payments';
import { createPayments, migrateAll } from '#libs/payments';
import type { Stoppable } from '#libs/platform';
import { createPool, readConfig } from '#libs/platform';
import type { QueueLeg } from '#libs/testkit';
import { createTestDatabase, setClockAhead } from '#libs/testkit';
import { createDispatcher, createWebhooks } from '#libs/webhooks';
import { createApi } from '../apps/api/api.js';
import { WallClock } from '../apps/sandbox/clock.js';
import { createSandbox } from '../apps/sandbox/sandbox.js';
import { Settings } from '../apps/sandbox/settings.js';
import { createWorker } from '../apps/worker/worker.js';

/** The whole system in this process, on a database and ports of its own: real HTTP, SOAP, PostgreSQL and BullMQ. */
export interface Stack {
  readonly apiUrl: string;
  readonly apiKey: string;
  readonly sandboxUrl: string;
  readonly workerUrl: string;
  readonly pool: pg.Pool;
  /** The API's own, for what nobody outside can bring about. */
  readonly payments: Payments;
  readonly queues: QueuesOfStack;
  /** Calls the API with its key, unless other headers are given. */
  call<Body>(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer<Body>>;
  sandbox<Body>(method: string, path: string, body?: unknown): Promise<Answer<Body>>;
  /** Moves the engine's clock ahead, so that no test waits for a timeout. */
  passTime(ms: number): Promise<void>;
  stop(): Promise<void>;
}

/** Where the queues of a stack live, for who looks at them from outside. */
export interface QueuesOfStack {
  readonly databaseUrl: string;
  /** Null where they live in the database. */
  readonly redisUrls: readonly string[] | null;
  readonly prefix: string;
}

export interface Answer<Body> {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Body;
}

const API_KEY = 'key-of-the-journey';
const QUEUE_PREFIX = '{journey}';
const silentLog = { debug: nothing, info: nothing, warn: nothing, error: nothing };

/**
 * @param environment settings that differ from the defaults
 * @param log hears what the API has to say of requests, and the worker's relay and runner
 * @param chance draws the jitter of pauses
 */
export async function startStack(
  environment: Record<string, string> = {},
  log: EngineLog = silentLog,
  chance: () => number = Math.random,
): Promise<Stack> {
  const [apiPort, workerPort, sandboxPort] = await freePorts(3);
  const env = {
    PORT: String(apiPort),
    WORKER_PORT: String(workerPort),
    SANDBOX_PORT: String(sandboxPort),
    PORTOS_API_KEY: API_KEY,
    ENCRYPTION_KEY: randomBytes(32).toString('base64'),
    POLL_SCHEDULE: '1',
    SANDBOX_SLOW_MS: '500',
    RATE_LIMIT_PER_MINUTE: '0',
    ...environment,
  };
  Logger.overrideLogger(false);
  const config = readConfig(env);
  const database = await createTestDatabase({ name: 'payments', migrate: migrateAll });
  const pool = createPool(database.url, { max: 10, applicationName: 'journey' });
  const backend = await openQueueBackend({ databaseUrl: database.url, redisUrls: config.redis.urls });
  const sandbox = await createSandbox(new Settings(env), new WallClock());
  const payments = await createPayments({ config, databaseUrl: database.url, pool });
  const queues = { databaseUrl: database.url, redisUrls: config.redis.urls, hasEvents: config.events.queue };
  const { operatorKey } = config.security;
  const own = { payments, webhooks: createWebhooks(config, pool), queues, apiKey: API_KEY, operatorKey };
  const places = { access: config.access, publicUrl: config.http.publicUrl, notifyAccount: config.iris.notifyAs };
  const api = await createApi({ ...own, ...places, requestLog: log }, false);
  const working = await createPayments({ config, databaseUrl: database.url, pool, chance, log });
  const dispatcher = createDispatcher(config, { pool, backend, queuePrefix: QUEUE_PREFIX, log, store: working.store });
  const parts = { payments: working, backend, queuePrefix: QUEUE_PREFIX, dispatcher, log, close: asyncNothing };
  const worker = await createWorker(parts, false);
  const servers: readonly [Stoppable, number | undefined][] = [
    [sandbox, sandboxPort],
    [api, apiPort],
    [worker, workerPort],
  ];
  for (const [server, port] of servers) await server.listen(port ?? 0, '127.0.0.1');
  const apiUrl = `http://127.0.0.1:${apiPort ?? 0}`;
  const sandboxUrl = `http://127.0.0.1:${sandboxPort ?? 0}`;
  let aheadMs = 0;
  return {
    apiUrl,
    apiKey: API_KEY,
    sandboxUrl,
    workerUrl: `http://127.0.0.1:${workerPort ?? 0}`,
    pool,
    payments,
    queues: { ...queues, prefix: QUEUE_PREFIX },
    call: (method, path, body, headers = { authorization: `Bearer ${API_KEY}` }) =>
      call(`${apiUrl}${path}`, method, body, headers),
    sandbox: (method, path, body) => call(`${sandboxUrl}${path}`, method, body, {}),
    passTime: async (ms) => {
      aheadMs += ms;
      await setClockAhead(pool, aheadMs);
      await pool.query(`select pg_notify('engine_due', '')`);
    },
    stop: async () => {
      for (const [server] of servers) await server.close();
      await Promise.all([pool.end(), backend.close()]);
      await database.drop();
    },
  };
}

async function call<Body>(
  url: string,
  method: string,
  body: unknown,
  headers: Record<string, string>,
): Promise<Answer<Body>> {
  const isText = typeof body === 'string';
  const response = await fetch(url, {
    method,
    redirect: 'manual',
    headers: { 'content-type': isText ? 'text/xml' : 'application/json', ...headers },
    ...(body === undefined ? {} : { body: isText ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  const isJson = /json/.test(response.headers.get('content-type') ?? '');
  return { status: response.status, headers: response.headers, body: (isJson ? JSON.parse(text) : text) as Body };
}

/** The settings that put the queues where the leg wants them. */
export function environmentOf(leg: QueueLeg): Record<string, string> {
  const urls = leg.redisUrls();
  return urls === null ? {} : { REDIS_URL: urls.join(',') };
}

/** Looks until it finds; a process boundary lies between, so there is no signal to wait for. */
export async function eventually<Found>(
  look: () => Promise<Found | null>,
  what: string,
  withinMs = 15_000,
  everyMs = 50,
): Promise<Found> {
  const deadline = performance.now() + withinMs;
  for (;;) {
    const found = await look();
    if (found !== null) return found;
    if (performance.now() > deadline) throw new Error(`not in ${withinMs / 1000} s: ${what}`);
    await pause(everyMs);
  }
}

export async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(
    Array.from(
      { length: count },
      () =>
        new Promise<ReturnType<typeof createServer>>((resolve) => {
          const server = createServer().listen(0, '127.0.0.1', () => resolve(server));
        }),
    ),
  );
  const ports = servers.map((server) => (server.address() as { port: number }).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}

const asyncNothing = (): Promise<void> => Promise.resolve();

function nothing(): void {
  // what is not listened to here
}
