import { randomBytes } from 'node:crypto';
import type { Server, Socket } from 'node:net';
import { connect, createServer } from 'node:net';
import { Logger } from '@nestjs/common';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createPayments, migrateAll } from '#libs/payments';
import { createPool, readConfig } from '#libs/platform';
import { createTestDatabase } from '#libs/testkit';
import { createWebhooks } from '#libs/webhooks';
import { createApi } from '../../apps/api/api.js';
import { openApiDocument } from '../../apps/api/openapi/document.js';
import type { Ask, Asking } from './asking.js';
import { createAsking } from './asking.js';

/** What every operation answers while its database is away, when too much is asked for, and to who is not IRIS. */

const KEYS = { service: 'key-of-portos', operator: 'key-of-an-operator', viewer: 'no-key' };
const document = openApiDocument();

interface Described {
  readonly parameters?: readonly { readonly $ref: string }[];
  readonly requestBody?: {
    readonly content: Readonly<Record<string, { readonly examples?: object; readonly example?: unknown }>>;
  };
  readonly security?: readonly object[];
  readonly 'x-roles'?: readonly string[];
}

/** Each operation as it is asked for by the description's own examples. */
const requests = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => {
    const { requestBody, security, 'x-roles': roles = [] } = operation as Described;
    const [example] = Object.values(requestBody?.content['application/json']?.examples ?? {}) as { value: unknown }[];
    const soap = requestBody?.content['text/xml'];
    const asking: Asking = {
      as: roles.includes('service') ? 'service' : 'operator',
      ...(example && { body: example.value }),
      ...(soap && { body: soap.example, headers: { 'content-type': 'text/xml' } }),
    };
    return { request: `${method.toUpperCase()} ${concrete(path)}`, asking, isOpen: security !== undefined };
  }),
);

function concrete(path: string): string {
  const { parameters } = document.components as {
    readonly parameters: Readonly<Record<string, { readonly name: string; readonly example?: string }>>;
  };
  return path.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    const found = Object.values(parameters).find((parameter) => parameter.name === name && parameter.example);
    return found?.example ?? 'unknown';
  });
}

let line: Line;
let database: Awaited<ReturnType<typeof createTestDatabase>>;
const apis: NestExpressApplication[] = [];

/** An API of its own on the same database, with these settings. */
async function open(environment: Record<string, string>): Promise<Ask> {
  const config = readConfig({ ENCRYPTION_KEY: randomBytes(32).toString('base64'), ...environment });
  const databaseUrl = line.through(database.url);
  const pool = createPool(databaseUrl, { max: 4, applicationName: 'outages' });
  const payments = await createPayments({ config, databaseUrl, pool });
  const closing = { ...payments, close: () => payments.close().then(() => pool.end()) };
  const api = await createApi(
    {
      payments: closing,
      webhooks: createWebhooks(config, pool),
      apiKey: KEYS.service,
      operatorKey: KEYS.operator,
      access: config.access,
      queues: { databaseUrl, redisUrls: null, hasEvents: false },
      publicUrl: config.http.publicUrl,
      notifyAccount: config.iris.notifyAs,
    },
    false,
  );
  apis.push(api);
  await api.listen(0, '127.0.0.1');
  return createAsking((await api.getUrl()).replace('[::1]', '127.0.0.1'), KEYS, document).ask;
}

beforeAll(async () => {
  Logger.overrideLogger(false);
  database = await createTestDatabase({ name: 'payments', migrate: migrateAll });
  line = await Line.open(Number(new URL(database.url).port), new URL(database.url).hostname);
}, 60_000);

afterAll(async () => {
  for (const api of apis) await api.close();
  line.cut();
  await database.drop();
});

describe('whoever asks too much', () => {
  it('is told so by every operation that needs a key, as described', async () => {
    const ask = await open({ RATE_LIMIT_PER_MINUTE: '1' });
    await ask('GET /v1/machines');
    await ask('GET /v1/machines', { as: 'operator' });
    for (const { request, asking } of requests.filter(({ isOpen }) => !isOpen)) {
      expect([request, (await ask(request, asking)).status]).toEqual([request, 429]);
    }
  });
});

describe('who presents no account of IRIS', () => {
  it('is told so in SOAP', async () => {
    const ask = await open({ IRIS_NOTIFY_USER: 'iris', IRIS_NOTIFY_PASSWORD: 'secret' });
    const { status, headers } = await ask('POST /iris/notifications', {
      as: null,
      headers: { 'content-type': 'text/xml' },
      body: '<x/>',
    });
    expect([status, headers.get('www-authenticate')]).toEqual([401, 'Basic realm="iris"']);
  });
});

describe('while the database is away', () => {
  let ask: Ask;
  beforeAll(async () => {
    ask = await open({});
    line.cut();
  });

  it.each(requests)('$request answers as described', async ({ request, asking, isOpen }) => {
    const { status } = await ask(request, { ...asking, ...(isOpen && { as: null }) });
    expect([200, 303, 500, 503]).toContain(status);
  });

  it('what needs it is a 503, what needs none goes on', async () => {
    expect((await ask('GET /status', { as: null })).status).toBe(503);
    expect((await ask('GET /v1/payments')).status).toBe(503);
    expect((await ask('GET /v1/machines')).status).toBe(200);
    expect((await ask('GET /v1/machines', { as: 'viewer' })).status).toBe(401);
  });
});

/** The way to the database: it can be cut. */
class Line {
  readonly #sockets = new Set<Socket>();

  private constructor(
    private readonly server: Server,
    private readonly port: number,
  ) {}

  static async open(port: number, host: string): Promise<Line> {
    const server = createServer((socket) => line.#join(socket, connect(port, host)));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const line: Line = new Line(server, (server.address() as { readonly port: number }).port);
    return line;
  }

  through(url: string): string {
    const changed = new URL(url);
    changed.hostname = '127.0.0.1';
    changed.port = String(this.port);
    return changed.href;
  }

  /** For good: what is under way ends, and nobody comes through any more. */
  cut(): void {
    this.server.close();
    for (const socket of this.#sockets) socket.destroy();
  }

  #join(socket: Socket, other: Socket): void {
    for (const end of [socket, other]) {
      this.#sockets.add(end);
      end.on('error', () => undefined).on('close', () => (socket.destroy(), other.destroy()));
    }
    socket.pipe(other).pipe(socket);
  }
}
