import { once } from 'node:events';
import { spawn } from 'node:child_process';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { Variables } from './containers/compose.js';
import { imageFaults, pathFaults, productionFaults } from './containers/path-faults.js';
import { serviceFaults } from './containers/service-faults.js';
import { reachFaults, variableFaults } from './containers/setting-faults.js';
import { type ContainerFiles, putTogether, readContainerFiles } from './containers/setup.js';

/**
 * No container can run where this is tested, so what an image or a start would find out is asked of the files: each rule
 * holds for ours, and a file damaged in one place breaks it.
 */

const RULES = [pathFaults, productionFaults, imageFaults, variableFaults, reachFaults, serviceFaults];

function faultsOf(files: ContainerFiles, changes: Variables = {}): string[] {
  const setup = putTogether(files, changes);
  return RULES.flatMap((rule) => rule(setup));
}

describe('the containers', () => {
  it.each<[string, Variables]>([
    ['as the example has them', {}],
    ['on other ports of this machine', { PORT: '8080', SANDBOX_PORT: '3000' }],
    [
      'behind a proxy, at a real IRIS',
      { PUBLIC_URL: 'https://api.example.org', IRIS_BASE_URL: 'https://iris.example.org/s' },
    ],
  ])('name nothing that is not there, %s', (_, changes) => {
    expect(faultsOf(readContainerFiles(), changes)).toEqual([]);
  });

  it.each(['ENCRYPTION_KEY', 'PORTOS_API_KEY', 'POSTGRES_PASSWORD', 'IRIS_BASE_URL'])(
    'do not start without %s',
    (name) => {
      expect(() => faultsOf(readContainerFiles(), { [name]: '' })).toThrow(`${name} is missing: set it in docker/.env`);
    },
  );
});

type Damage = readonly [file: keyof ContainerFiles, from: string | RegExp, to: string, fault: string];

const DAMAGES: readonly Damage[] = [
  // paths
  ['dockerfile', 'dist/apps/worker/main.js', 'dist/apps/wroker/main.js', 'worker runs dist/apps/wroker/main.js'],
  ['dockerfile', 'migrate-main.js', 'migrate-mian.js', 'migrate runs dist/apps/cli/migrate-mian.js'],
  ['dockerfile', '"is-healthy.mjs", "PORT"', '"healthy.mjs", "PORT"', 'api runs healthy.mjs'],
  ['dockerfile', 'COPY machines machines', 'COPY machine machine', 'machine is copied and does not exist'],
  ['dockerfile', 'COPY libs libs\n', '', 'the build reads libs and is not given it'],
  ['dockerfile', ' tsconfig.base.json', '', 'the build reads tsconfig.base.json and is not given it'],
  ['dockerfile', '--from=build /app/dist', '--from=builder /app/dist', 'there is no stage builder'],
  ['dockerfile', '/app/dist dist', '/app/out dist', 'nothing in stage build makes /app/out'],
  [
    'dockerfile',
    'CMD ["node", "--enable-source-maps", "dist/apps/api/main.js"]',
    'CMD node dist/apps/api/main.js',
    'api is not started as node itself',
  ],
  ['ignore', '!machines\n', '', 'machines is copied and does not exist or is ignored'],
  ['ignore', '**/*.spec.ts', '**/libs', 'libs is copied and does not exist or is ignored'],
  ['compose', 'context: ..,', 'context: .,', 'migrate is built from a folder that is not the root'],
  // what production is made of
  ['dockerfile', ' --omit=dev', '', 'would hold the development packages'],
  ['dockerfile', ' --omit=optional', '', 'would hold the embedded PostgreSQL'],
  ['dockerfile', '--from=dependencies', '--from=build', 'api has other packages than production'],
  ['dockerfile', 'USER 1000:1000', 'USER root', 'sandbox runs as root'],
  ['dockerfile', 'USER 1000:1000\n', '', 'sandbox runs as root'],
  ['dockerfile', 'NODE_ENV=production ', '', 'api does not run as production'],
  ['dockerfile', 'ARG APP=api', 'ARG APP=api\nARG NPM_TOKEN', 'NPM_TOKEN would stay in a layer'],
  ['dockerfile', '=24-bookworm-slim', '=latest', 'node:latest has no version'],
  ['dockerfile', '=24-bookworm-slim', '=20.18-slim', 'node:20.18-slim is not >=20.19'],
  ['compose', 'postgres:18-bookworm', 'postgres', 'postgres has no version'],
  ['compose', 'redis:8-alpine', 'redis:latest', 'redis:latest has no version'],
  // variables
  ['compose', '  REDIS_URL:', '  REDIS_ULR:', 'api sets REDIS_ULR, which nobody reads'],
  ['compose', 'IRIS_NOTIFY_URL:', 'IRIS_NOTIFI_URL:', 'sandbox sets IRIS_NOTIFI_URL'],
  ['compose', 'POSTGRES_DB:', 'POSTGRES_DATABASE:', 'postgres sets POSTGRES_DATABASE'],
  ['compose', '${PUBLIC_URL:-', '${PUBLIC_ULR:-', 'compose.yaml sets PUBLIC_ULR'],
  ['dockerfile', 'SANDBOX_HOST=', 'SANDBOX_HOTS=', 'the image sets SANDBOX_HOTS'],
  ['example', '#PUBLIC_URL', '#PUBLC_URL', '.env.example sets PUBLC_URL'],
  ['example', 'PORTOS_API_KEY=', 'PORTOS_API_KEY=change-me', '.env.example has a value for PORTOS_API_KEY'],
  ['compose', '${ENCRYPTION_KEY:?', '${ENCRYPTION_KEY:-', 'compose.yaml starts without ENCRYPTION_KEY'],
  ['compose', /PORTOS_API_KEY: .*/, 'PORTOS_API_KEY: abc', 'compose.yaml starts without PORTOS_API_KEY'],
  ['compose', 'IRIS_PASSWORD:', 'IRIS_PASSWORD: abc', 'sandbox has IRIS_PASSWORD written down'],
  // ports, addresses, health
  [
    'dockerfile',
    'PORTOS_HOST=0.0.0.0',
    'PORTOS_HOST=127.0.0.1',
    'worker listens on 127.0.0.1 of its own container only',
  ],
  ['dockerfile', 'EXPOSE 3001', 'EXPOSE 3002', 'worker does not listen on 3002'],
  ['compose', '${PORT:-3000}:3000', '${PORT:-3000}:8080', 'api does not listen on 8080'],
  ['compose', '127.0.0.1:${PORT', '0.0.0.0:${PORT', 'api is open to other machines'],
  ['compose', 'deploy:', "ports: ['127.0.0.1:3001:3001']\n    deploy:", 'worker has many replicas for one port'],
  [
    'dockerfile',
    '"WORKER_PORT", "/health/ready"',
    '"PORT", "/health/ready"',
    'the health of worker is asked for at another port',
  ],
  [
    'dockerfile',
    '"SANDBOX_PORT", "/health/live"',
    '"SANDBOX_PORT", "/health/ready"',
    'sandbox has no route /health/ready',
  ],
  [
    'dockerfile',
    'HEALTHCHECK NONE',
    'HEALTHCHECK CMD ["node", "is-healthy.mjs", "PORT", "/health/live"]',
    'migrate ends',
  ],
  [
    'compose',
    'http://api:3000/iris/notifications',
    'http://api:3000/iris/notification',
    'names a path /iris/notification that api',
  ],
  ['compose', 'http://api:3000/', 'http://localhost:3000/', 'names localhost, which is no service'],
  ['compose', 'redis://redis:6379', 'redis://redis:6380', 'REDIS_URL of worker names port 6380'],
  [
    'compose',
    'localhost:${SANDBOX_PORT',
    'sandbox:${SANDBOX_PORT',
    'SANDBOX_PUBLIC_URL of sandbox does not open in a browser',
  ],
  ['example', 'sandbox:3100', 'sandbox:3000', 'IRIS_BASE_URL of api names port 3000'],
  ['compose', 'POSTGRES_USER: portos', 'POSTGRES_USER: porto', 'api knows another database'],
  ['compose', 'WORKER_PORT: 3001', 'WORKER_PORT: 3000', 'WORKER_PORT must differ from PORT'],
  // services
  ['compose', 'services:\n', "version: '3'\nservices:\n", '`version` is obsolete'],
  ['compose', 'service_completed_successfully', 'service_started', 'api does not wait for migrate'],
  ['compose', 'redis: { condition', 'rediss: { condition', 'worker waits for rediss, which is no service'],
  [
    'compose',
    /healthcheck:\n\s+test: \[CMD, redis[\s\S]*?security_opt/,
    'security_opt',
    'redis never tells api how it is',
  ],
  ['compose', "restart: 'no'", 'restart: always', 'migrate has the wrong restart policy'],
  ['compose', 'stop_grace_period: 15s', 'stop_grace_period: 5s', 'worker is killed before it has stopped'],
  ['compose', "security_opt: ['no-new-privileges:true']", 'security_opt: []', 'api may gain privileges'],
  ['compose', 'args: { APP: worker }', 'args: { APPLICATION: worker }', 'worker passes APPLICATION'],
  ['compose', 'args: { APP: worker }', 'args: { APP: wroker }', 'worker asks for a stage that is not there'],
  ['compose', 'read_only: true', 'read_only: false', 'api may write into its image'],
  ['compose', 'cap_drop: [ALL]', 'cap_drop: []', 'api keeps capabilities'],
  ['compose', 'noeviction', 'allkeys-lru', 'redis may evict jobs'],
  ['compose', "--appendonly, 'yes', ", '', 'redis forgets what it held'],
  ['compose', ':/var/lib/postgresql', ':/var/lib/postgresql/data', 'the data of postgres are lost'],
  ['compose', 'replicas: 2', 'replicas: 1', 'there is one worker only'],
];

describe('a damaged file is noticed', () => {
  it.each(DAMAGES)('%s: %s -> %j', (file, from, to, fault) => {
    const files = readContainerFiles();
    const damaged = { ...files, [file]: files[file].replace(from, to) };
    expect(damaged[file]).not.toBe(files[file]);
    expect(faultsOf(damaged).join('\n')).toContain(fault);
  });
});

describe('the health check of the images', () => {
  const servers: Server[] = [];
  afterEach(() => servers.splice(0).forEach((server) => server.close()));

  async function listen(status: number): Promise<string> {
    const server = createServer((request, response) => {
      response.writeHead(request.url === '/health/ready' ? status : 404).end();
    });
    servers.push(server);
    await once(server.listen(0, '127.0.0.1'), 'listening');
    return String((server.address() as AddressInfo).port);
  }

  async function check(port: string): Promise<unknown> {
    const child = spawn(process.execPath, ['docker/is-healthy.mjs', 'SOME_PORT', '/health/ready'], {
      env: { SOME_PORT: port },
    });
    const [code] = (await once(child, 'close')) as [number | null];
    return code;
  }

  it('is passed by a server that says it is ready, and by no other', async () => {
    expect(await check(await listen(200))).toBe(0);
    expect(await check(await listen(503))).toBe(1);
  });

  it('is not passed when nobody listens', async () => {
    const port = await listen(200);
    await new Promise((resolve) => servers.pop()?.close(resolve));
    expect(await check(port)).toBe(1);
  });
});
