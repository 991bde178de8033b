import { fileURLToPath } from 'node:url';
import type { Config } from '#libs/platform';
import type { WantedPort } from './ports.js';
import type { Secrets } from './secrets.js';
import type { Program } from './supervisor.js';

/** A program of the stack and the address that tells when it is up. */
export interface StackProgram extends Program {
  readonly healthUrl: string;
}

export function portsOf(config: Config): WantedPort[] {
  return [
    { variable: 'PORT', port: config.http.port, use: 'API' },
    { variable: 'WORKER_PORT', port: config.worker.port, use: 'health of the worker' },
    { variable: 'SANDBOX_PORT', port: config.sandbox.port, use: 'sandbox' },
  ];
}

/** What runs beside the database, with the environment that each may know. */
export function programsOf(
  config: Config,
  environment: NodeJS.ProcessEnv,
  databaseUrl: string,
  secrets: Secrets,
): StackProgram[] {
  const {
    PORTOS_API_KEY: _key,
    PORTOS_OPERATOR_KEY: _operator,
    ENCRYPTION_KEY: _encryption,
    DATABASE_URL: _database,
    REDIS_URL: _redis,
    ...open
  } = environment;
  const forSandbox = { ...open, PORTOS_API_KEY: secrets.apiKey };
  const forOurs = {
    ...environment,
    PORTOS_API_KEY: secrets.apiKey,
    ENCRYPTION_KEY: secrets.encryptionKey,
    DATABASE_URL: databaseUrl,
    IRIS_BASE_URL: config.iris.baseUrl,
  };
  const own = `http://${reachable(config.http.host)}`;
  const sandboxHost = reachable(environment['SANDBOX_HOST'] ?? '127.0.0.1');
  return [
    program('sandbox', forSandbox, `http://${sandboxHost}:${config.sandbox.port}/health/live`),
    program('api', forOurs, `${own}:${config.http.port}/health/ready`),
    program('worker', forOurs, `${own}:${config.worker.port}/health/ready`),
  ];
}

function program(name: string, env: NodeJS.ProcessEnv, healthUrl: string): StackProgram {
  const script = fileURLToPath(new URL(`../${name}/main.js`, import.meta.url));
  const preload = new URL('./with-parent.js', import.meta.url).href;
  return { name, args: ['--enable-source-maps', '--import', preload, script], env, healthUrl };
}

/** Who listens on every interface is reached by loopback. */
function reachable(host: string): string {
  if (host === '0.0.0.0' || host === '::') return '127.0.0.1';
  return host.includes(':') ? `[${host}]` : host;
}
