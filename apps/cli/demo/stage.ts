import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readConfig } from '#libs/platform';
import { findFreePorts } from '../ports.js';
import { becomesReady } from '../readiness.js';
import { Refusal } from '../refusal.js';
import { readSecrets } from '../secrets.js';
import { Stack } from '../stack.js';
import { Portos, PortosRefused } from './portos.js';

/** Where a story is played. */
export interface Stage {
  readonly apiUrl: string;
  readonly apiKey: string;
  readonly sandboxUrl: string;
  /** Ends what was started for the story, and nothing else. */
  close(): Promise<void>;
}

const LOOK_FOR_MS = 1_000;

/** Waits short enough to look on, and long enough that no machine under load misses one. */
const SHORT_WAITS = {
  POLL_SCHEDULE: '1,2',
  WATCH_SCHEDULE: '2',
  SESSION_TIMEOUT: '6',
  REGENERATE_COOLDOWN: '1',
  PORTOS_DEMO: 'off',
} as const;

/** What would lead a stack of our own to somebody else's data, queues or IRIS, or to their secrets. */
const NOT_INHERITED = /^(DATABASE_URL|REDIS_URL|PUBLIC_URL|ENCRYPTION_KEY|NODE_ENV|SANDBOX_.*|PORTOS_.*|IRIS_.*)$/;

/**
 * The stack that is running at PORT and SANDBOX_PORT, null when none is.
 * @throws Refusal when one is running that no story can be played on
 */
export async function findRunningStage(environment: NodeJS.ProcessEnv): Promise<Stage | null> {
  const { http, sandbox, iris, database } = readConfig({ ...environment, NODE_ENV: undefined });
  const apiUrl = `http://localhost:${http.port}`;
  const sandboxUrl = `http://localhost:${sandbox.port}`;
  const [hasApi, hasSandbox] = await Promise.all([
    answers(`${apiUrl}/health/ready`),
    answers(`${sandboxUrl}/health/live`),
  ]);
  if (!hasApi) return null;
  if (!iris.isSandbox) throw new Refusal('IRIS_BASE_URL indica un IRIS su cui nessuno può pagare per prova');
  if (!hasSandbox) {
    throw new Refusal(`A ${apiUrl} qualcosa risponde, ma a ${sandboxUrl} non c'è la sandbox: indicare SANDBOX_PORT`);
  }
  const apiKey = environment['PORTOS_API_KEY'] || (await readSecrets(database.dataDir))?.apiKey;
  if (!apiKey) {
    throw new Refusal(`La chiave dell'installazione a ${apiUrl} non è nota: indicare PORTOS_API_KEY o PORTOS_DATA_DIR`);
  }
  await assertKnown(apiUrl, apiKey);
  return { apiUrl, apiKey, sandboxUrl, close: () => Promise.resolve() };
}

const answers = (url: string): Promise<boolean> => becomesReady(url, LOOK_FOR_MS, new AbortController().signal);

async function assertKnown(apiUrl: string, apiKey: string): Promise<void> {
  try {
    await new Portos(apiUrl, apiKey).delays();
  } catch (error) {
    if (!(error instanceof PortosRefused)) throw error;
    throw new Refusal(
      `Quello che risponde a ${apiUrl} non accetta la chiave o non è PORTOS Payments: ${error.message}`,
    );
  }
}

/** A stack of its own, with short waits, free ports and data that nobody needs afterwards. Quiet unless it cannot start. */
export async function openOwnStage(environment: NodeJS.ProcessEnv): Promise<Stage> {
  const dataDir = await mkdtemp(join(tmpdir(), 'portos-demo-'));
  const [api, worker, sandbox] = await findFreePorts(3);
  const inherited = Object.entries(environment).filter(([variable]) => !NOT_INHERITED.test(variable));
  const stack = new Stack({
    environment: {
      ...Object.fromEntries(inherited),
      ...SHORT_WAITS,
      PORT: String(api),
      WORKER_PORT: String(worker),
      SANDBOX_PORT: String(sandbox),
      PORTOS_DATA_DIR: dataDir,
    },
    fresh: false,
    print: () => undefined,
    failed: () => undefined,
  });
  const close = async (): Promise<void> => {
    await stack.stop();
    await rm(dataDir, { recursive: true, force: true });
  };
  try {
    await stack.start();
  } catch (error) {
    await close();
    throw error;
  }
  return { apiUrl: stack.apiUrl, apiKey: stack.apiKey, sandboxUrl: stack.sandboxUrl, close };
}
