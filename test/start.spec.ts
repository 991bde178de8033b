import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { freePorts } from './stack.js';

/** `npm start` as a newcomer runs it: real processes, an embedded database with its data in a new folder. */

const BUILD_AND_START_MS = 180_000;
const STOP_MS = 10_000;

let dataDir: string;
let ports: Record<string, string>;

beforeAll(async () => {
  dataDir = await mkdtemp(path.join(os.tmpdir(), 'portos-start-'));
  const [api, worker, sandbox] = await freePorts(3);
  ports = { PORT: String(api), WORKER_PORT: String(worker), SANDBOX_PORT: String(sandbox) };
});

afterAll(() => rm(dataDir, { recursive: true, force: true }));

interface Run {
  readonly output: () => string;
  /** Resolves when the output holds the text, rejects when the process ends before. */
  says(text: string): Promise<void>;
  stop(): Promise<{ code: number | null; ms: number }>;
  readonly exited: Promise<number | null>;
}

const start = (environment: Record<string, string> = {}): Run => run('start', environment);

/** One of the commands, on the same data. */
function run(command: string, environment: Record<string, string> = {}): Run {
  const { DATABASE_URL, REDIS_URL, ...inherited } = process.env;
  const child = spawn(process.execPath, ['apps/cli/bootstrap.mjs', command], {
    env: { ...inherited, ...ports, PORTOS_DATA_DIR: dataDir, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  const listeners = new Set<() => void>();
  const hear = (chunk: Buffer): void => {
    output += chunk.toString();
    for (const listener of listeners) listener();
  };
  child.stdout.on('data', hear);
  child.stderr.on('data', hear);
  const exited = new Promise<number | null>((resolve) => child.once('close', resolve));
  return {
    output: () => output,
    exited,
    says: (text) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          if (!output.includes(text)) return;
          listeners.delete(look);
          resolve();
        };
        listeners.add(look);
        look();
        void exited.then((code) => reject(new Error(`ended with ${code ?? 'a signal'} before "${text}":\n${output}`)));
      }),
    stop: async () => {
      const startedAt = performance.now();
      child.kill('SIGTERM');
      return { code: await exited, ms: performance.now() - startedAt };
    },
  };
}

const FIGURES_OF_API = [
  'portos_database_up',
  'portos_decisions_total{payment,applied}',
  expect.stringMatching(/^portos_instances.payment,paid/),
];
const FIGURES_OF_WORKER = [
  'portos_decisions_total{payment,applied}',
  'portos_effects_total{iris.open,done}',
  'portos_iris_exchange_duration_seconds_count{IdpAllineamentoPendenzeEnteOTF,answered}',
];

/** Those that are not 0, with what their labels say and without their values. */
async function figuresOf(port: string | undefined, authorization?: string): Promise<string[]> {
  const headers = authorization === undefined ? {} : { authorization };
  const response = await fetch(`http://localhost:${port ?? ''}/metrics`, { headers });
  const lines = (await response.text()).split('\n').filter((line) => /^portos_.* [^0]/.test(line));
  return lines.map((line) => line.replaceAll(/\w+="([^"]*)"/g, '$1').replace(/ \S+$/, ''));
}

describe('npm start', () => {
  it(
    'pays the demo practice, tells its figures, is audited, keeps its data over a restart, and stops in time',
    async () => {
      const first = start();
      await first.says('demo: paid in');
      const [, bearer, apiKey] = /Bearer (\S+)|API key\s+(\S+)/.exec(first.output()) ?? [];
      const authorization = `Bearer ${bearer ?? apiKey ?? 'none'}`;
      expect(await figuresOf(ports.PORT, authorization)).toEqual(expect.arrayContaining(FIGURES_OF_API));
      expect(await figuresOf(ports.WORKER_PORT)).toEqual(expect.arrayContaining(FIGURES_OF_WORKER));
      const audit = run('audit');
      expect([await audit.exited, audit.output()]).toEqual([0, expect.stringMatching(/All \d+ invariants hold/)]);
      const stopped = await first.stop();
      expect(stopped).toMatchObject({ code: 0 });
      expect(stopped.ms).toBeLessThan(STOP_MS);

      const second = start({ PORTOS_DEMO: 'off' });
      await second.says(`:${ports.PORT ?? ''}`);
      const url = `http://localhost:${ports.PORT ?? ''}/v1/payments?state=paid`;
      const { items } = (await (await fetch(url, { headers: { authorization } })).json()) as { items: unknown[] };
      expect(items).toHaveLength(2);
      expect(await second.stop()).toMatchObject({ code: 0 });
    },
    BUILD_AND_START_MS,
  );

  it(
    'lists every wrong setting at once, and starts nothing',
    async () => {
      const refused = start({ CHOICE_TIMEOUT: 'soon', IRIS_DELETE: 'maybe' });
      expect(await refused.exited).not.toBe(0);
      expect(refused.output()).toContain('CHOICE_TIMEOUT');
      expect(refused.output()).toContain('IRIS_DELETE');
    },
    BUILD_AND_START_MS,
  );

  it(
    'names the variable to change when a port is busy',
    async () => {
      const taken = createServer().listen(0, '127.0.0.1');
      await new Promise((resolve) => taken.once('listening', resolve));
      const { port } = taken.address() as { port: number };
      const refused = start({ PORT: String(port) });
      expect(await refused.exited).not.toBe(0);
      expect(refused.output()).toMatch(/\bPORT\b/);
      expect(refused.output()).toContain(String(port));
      await new Promise((resolve) => taken.close(resolve));
    },
    BUILD_AND_START_MS,
  );
});
