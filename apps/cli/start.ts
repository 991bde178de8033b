import { parseArgs } from 'node:util';
import { playDemo } from './demo/scenarios.js';
import { EXIT_REFUSED, isExplained, Refusal } from './refusal.js';
import { Stack } from './stack.js';
import { renderTable } from './table.js';

/** Whoever stops us waits ten seconds. */
const STOP_DEADLINE_MS = 9_800;
const LOOK_AT_SHELL_EVERY_MS = 250;

/** `npm start`: everything on this machine, one practice played before your eyes, then up until Ctrl-C. */
export async function main(args: readonly string[]): Promise<number> {
  try {
    await stayUp(readArguments(args));
    return 0;
  } catch (error) {
    if (!isExplained(error)) throw error;
    console.error(`\n${(error as Error).message}\n`);
    return EXIT_REFUSED;
  }
}

function readArguments(args: readonly string[]): { fresh: boolean } {
  try {
    return parseArgs({ args: [...args], options: { fresh: { type: 'boolean', default: false } } }).values;
  } catch (error) {
    throw new Refusal(`${(error as Error).message}\nusage: npm start [-- --fresh]`);
  }
}

async function stayUp({ fresh }: { readonly fresh: boolean }): Promise<void> {
  let isEnding = false;
  const print = (line: string): void => {
    if (!isEnding) console.log(line);
  };
  let failed: (error: unknown) => void = () => undefined;
  const ending = new Promise<void>((resolve, reject) => {
    failed = reject;
    onStopAsked(() => {
      print('stopping');
      resolve();
    });
  });
  const stack = new Stack({ environment: process.env, fresh, print, failed });
  try {
    await Promise.race([present(stack, print), ending]);
    await ending;
  } finally {
    isEnding = true;
    setTimeout(() => process.exit(1), STOP_DEADLINE_MS).unref();
    await stack.stop();
  }
}

/**
 * Calls back once, when somebody wants us to end. The signals are listened to for good, since npm repeats the Ctrl-C that
 * the terminal has already sent us. A SIGTERM to npm ends only the shell between npm and us, so under npm the death of
 * that shell counts as one; so does the end of whoever reads us (`npm start | head`).
 */
function onStopAsked(stop: () => void): void {
  let isAsked = false;
  const ask = (): void => {
    if (isAsked) return;
    isAsked = true;
    stop();
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, ask);
  for (const stream of [process.stdout, process.stderr]) stream.on('error', ask);
  if (process.env['npm_lifecycle_event'] === undefined) return;
  const shell = process.ppid;
  const look = (): void => {
    if (process.ppid !== shell) ask();
  };
  setInterval(look, LOOK_AT_SHELL_EVERY_MS).unref();
}

async function present(stack: Stack, print: (line: string) => void): Promise<void> {
  await stack.start();
  print(tableOf(stack));
  const { iris, sandbox, webhooks } = stack.config;
  if (webhooks.allowPrivate) print('webhooks: may go to private addresses and by plain HTTP (WEBHOOK_ALLOW_PRIVATE)');
  if (!sandbox.demo) print('demo: skipped (PORTOS_DEMO=off)');
  else if (!iris.isSandbox) print(`demo: skipped (IRIS_BASE_URL names an IRIS that nobody may pay at for a demo)`);
  else await playDemo('paid', { apiUrl: stack.apiUrl, apiKey: stack.apiKey, sandboxUrl: stack.sandboxUrl, print });
}

function tableOf(stack: Stack): string {
  const { config, apiUrl, sandboxUrl } = stack;
  return renderTable('PORTOS Payments is up. Ctrl-C stops it.', [
    ['API', `${apiUrl}/v1`],
    ['API documentation', `${apiUrl}/docs`],
    ['API key', stack.apiKey],
    ['Queue board', `${apiUrl}/queues (any user name, the API key as password)`],
    ['Status', `${apiUrl}/status`],
    ['Sandbox (IRIS, payer)', `${sandboxUrl}/`],
    ['Worker', `http://localhost:${config.worker.port}/health/ready`],
    ['IRIS', config.iris.isSandbox ? 'the sandbox' : config.iris.baseUrl],
    ['Database', config.database.url === null ? `embedded, data in ${config.database.dataDir}` : 'DATABASE_URL'],
    ['Queues', queuesOf(stack)],
    ['Logs', stack.logFolder],
  ]);
}

/** Where a producer finds them. What the environment says may be a secret of others; the embedded database is ours to show. */
function queuesOf({ config, databaseUrl }: Stack): string {
  if (config.redis.urls !== null) return 'REDIS_URL';
  return config.database.url === null ? `${databaseUrl ?? ''} (QUEUE_URL of a producer)` : 'in the database';
}
