import { randomBytes } from 'node:crypto';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { Logger } from '@nestjs/common';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Role } from '#libs/payments';
import { createPayments, migrateAll, ROLES } from '#libs/payments';
import { createPool, readConfig } from '#libs/platform';
import { createTestDatabase } from '#libs/testkit';
import { createWebhooks } from '#libs/webhooks';
import { createApi } from './api.js';
import { openApiDocument } from './openapi/document.js';

/**
 * Who may enter where: every route of the API, read off its router, with each role. The table says with which status a
 * route answers who may enter (there is nothing behind the identifiers, and bodies are empty); everybody else gets 403,
 * and who presents nothing 401. A route without a row fails.
 */

const PUBLIC = `
GET  /status                                          200
GET  /health/live                                     200
GET  /health/ready                                    200
GET  /return/:token                                   404
POST /iris/notifications                              415
GET  /openapi.json                                    200
GET  /asyncapi.json                                   200
GET  /docs                                            200
`;

/** s = service, v = viewer, o = operator, a = admin. */
const GUARDED = `
POST /v1/practices                                    400 s  a
PUT  /v1/practices/:practiceId                        400 s  a
POST /v1/practices/:practiceId/withdraw               400 s  a
GET  /v1/practices/:practiceId                        404 svoa
GET  /v1/payments                                     200 svoa
GET  /v1/payments/:paymentId                          404 svoa
GET  /v1/payments/:paymentId/history                  404 svoa
GET  /v1/payments/:paymentId/receipts                 404 svoa
GET  /v1/payments/:paymentId/receipts/:idPagamento    404 s oa
POST /v1/payments/:paymentId/redirect                 404 s  a
POST /v1/payments/:paymentId/regenerate               400 s oa
POST /v1/payments/:paymentId/annul                    400 s oa
POST /v1/payments/:paymentId/verify                   404 s oa
GET  /v1/incidents                                    200 svoa
GET  /v1/incidents/:incidentId                        404 svoa
POST /v1/incidents/:incidentId/resolve                400   oa
POST /v1/incidents/:incidentId/redrive                404   oa
GET  /v1/machines                                     200 svoa
GET  /v1/machines/:name.svg                           404 svoa
GET  /v1/machines/:name                               404 svoa
GET  /v1/machines/:name/counts                        404 svoa
POST /v1/webhooks                                     400 s  a
GET  /v1/webhooks                                     200 svoa
DELETE /v1/webhooks/:webhookId                        404 s  a
POST /v1/webhooks/:webhookId/enable                   404 s  a
POST /v1/webhooks/:webhookId/rotate-secret            404 s  a
GET  /v1/webhooks/:webhookId/deliveries               404 svoa
POST /v1/webhooks/:webhookId/deliveries/:deliveryId/redeliver 404 s  a
GET  /metrics                                         200 svoa
ALL  /v1/*path                                        404 svoa
`;

/** The files of the page to read the API: scripts and styles, the same for everybody. */
const isPageFile = (path: string): boolean => path === '/docs/:file';

interface Row {
  readonly method: string;
  readonly path: string;
  readonly status: number;
  readonly roles: readonly Role[];
}

const readTable = (text: string): Row[] =>
  text
    .trim()
    .split('\n')
    .map((line) => {
      const [, method = '', path = '', status = '', letters = ''] = /^(\w+) +(\S+) +(\d+) ?(.*)$/.exec(line) ?? [];
      const roles = ROLES.filter((role) => letters.includes(role.charAt(0)));
      return { method, path, status: Number(status), roles };
    });

let api: NestExpressApplication;
let url = '';
let close: () => Promise<void>;
let machines: readonly string[] = [];
const keys = new Map<Role, string>();

beforeAll(async () => {
  Logger.overrideLogger(false);
  const config = readConfig({ ENCRYPTION_KEY: randomBytes(32).toString('base64'), AUTH_FAILURES_PER_MINUTE: '0' });
  const database = await createTestDatabase({ name: 'payments', migrate: migrateAll });
  const pool = createPool(database.url, { max: 4, applicationName: 'access' });
  const payments = await createPayments({ config, databaseUrl: database.url, pool });
  machines = payments.registry.machines.map(({ name }) => name);
  for (const role of ROLES) keys.set(role, (await payments.apiKeys.create(`a ${role}`, role)).text);
  api = await createApi(
    {
      payments,
      webhooks: createWebhooks(config, pool),
      apiKey: 'key-of-portos',
      operatorKey: 'key-of-an-operator',
      access: config.access,
      queues: { databaseUrl: database.url, redisUrls: null, hasEvents: false },
      publicUrl: config.http.publicUrl,
      notifyAccount: null,
    },
    false,
  );
  await api.listen(0, '127.0.0.1');
  url = (await api.getUrl()).replace('[::1]', '127.0.0.1');
  close = async () => {
    await api.close();
    await pool.end();
    await database.drop();
  };
}, 60_000);

afterAll(() => close());

/** The router's own list. */
function routes(): string[] {
  interface Layer {
    readonly route?: { readonly path: string; readonly methods: Readonly<Record<string, boolean>> };
  }
  const { router } = api.getHttpAdapter().getInstance() as unknown as {
    readonly router: { readonly stack: readonly Layer[] };
  };
  const found = router.stack.flatMap(({ route }) => {
    const methods = Object.keys(route?.methods ?? {});
    return methods.length > 1 || methods[0] === '_all'
      ? [`ALL ${route?.path ?? ''}`]
      : methods.map((method) => `${method.toUpperCase()} ${route?.path ?? ''}`);
  });
  return [...new Set(found)].filter((route) => !isPageFile(route.split(' ')[1] ?? ''));
}

/** The same as the description writes it: a route with a name and an ending is one path for each name there is. */
function described(route: string): string[] {
  const path = route.replaceAll(/:(\w+)/g, '{$1}');
  return path.endsWith('{name}.svg') ? machines.map((name) => path.replace('{name}', name)) : [path];
}

interface DescribedRoute {
  readonly security?: readonly object[];
  readonly 'x-roles'?: readonly Role[];
}

/** Method and path to what the description says of it. */
const descriptions = (): ReadonlyMap<string, DescribedRoute> =>
  new Map(
    Object.entries(openApiDocument().paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, route]) => [`${method.toUpperCase()} ${path}`, route as DescribedRoute]),
    ),
  );

async function ask({ method, path }: Row, key: string | null): Promise<number> {
  const concrete = path.replace(/:paymentId/, `pay_${'0'.repeat(32)}`).replaceAll(/:[A-Za-z]+|\*path/g, 'unknown');
  const hasBody = method === 'POST' || method === 'PUT';
  const response = await fetch(`${url}${concrete}`, {
    method: method === 'ALL' ? 'GET' : method,
    redirect: 'manual',
    headers: { 'content-type': 'application/json', ...(key !== null && { authorization: `Bearer ${key}` }) },
    ...(hasBody && { body: path.endsWith('verify') ? '{"reason":"why"}' : '{}' }),
  });
  await response.arrayBuffer();
  return response.status;
}

describe('the table of routes and roles', () => {
  it('has a row for every route, and no other', () => {
    const rows = [...readTable(PUBLIC), ...readTable(GUARDED)].map(({ method, path }) => `${method} ${path}`);
    expect(routes().sort()).toEqual(rows.sort());
  });

  it('has no public route within /v1', () => {
    expect(readTable(PUBLIC).filter(({ path }) => path.startsWith('/v1'))).toEqual([]);
  });

  it.each(readTable(PUBLIC))('$method $path is open to everybody', async (row) => {
    expect(await ask(row, null)).toBe(row.status);
  });

  it.each(readTable(GUARDED))('$method $path: $status for $roles', async (row) => {
    const answers = await Promise.all(ROLES.map((role) => ask(row, keys.get(role) ?? '')));
    const expected = ROLES.map((role) => (row.roles.includes(role) ? row.status : 403));
    expect(Object.fromEntries(ROLES.map((role, index) => [role, answers[index]]))).toEqual(
      Object.fromEntries(ROLES.map((role, index) => [role, expected[index]])),
    );
    expect(await ask(row, null)).toBe(401);
    expect(await ask(row, 'pk_000000000000_'.padEnd(59, 'x'))).toBe(401);
  });
});

/** Whatever else is asked for: there is no such path, which needs no description. */
const isRefusal = (route: string): boolean => route === 'ALL /v1/*path';

describe('the description of the API', () => {
  it('has every route that is served, and no other', () => {
    const served = routes()
      .filter((route) => !isRefusal(route))
      .flatMap(described);
    expect([...descriptions().keys()].sort()).toEqual(served.sort());
  });

  it('says of every route who may enter', () => {
    const rows = readTable(GUARDED).filter(({ method, path }) => !isRefusal(`${method} ${path}`));
    const roles = rows.flatMap((row) =>
      described(`${row.method} ${row.path}`).map((route) => [route, [...row.roles].sort()]),
    );
    const told = roles.map(([route]) => [route, [...(descriptions().get(route as string)?.['x-roles'] ?? [])].sort()]);
    expect(told).toEqual(roles);
  });

  it('asks for a key exactly where there is one asked for', () => {
    const open = [...descriptions()].filter(([, { security }]) => security !== undefined).map(([route]) => route);
    expect(open.sort()).toEqual(
      readTable(PUBLIC)
        .flatMap(({ method, path }) => described(`${method} ${path}`))
        .sort(),
    );
  });
});
