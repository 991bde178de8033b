import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import type { IrisGateway } from '#libs/iris';
import { createIrisGateway } from '#libs/iris';
import { readConfig } from '#libs/platform';
import { becomesReady } from '../readiness.js';
import { practiceRequest } from './build.js';

/** How many positions a second are asked about over SOAP, at the sandbox in a process of its own. */
export interface PollResult {
  /** Fifty in one message, as due polls are sent. */
  readonly batchedPerSecond: number;
  readonly singlePerSecond: number;
  readonly ratio: number;
}

const BATCH = 50;
const IN_FLIGHT = 4;
const READY_WITHIN_MS = 30_000;
const POSITIONS_PER_OPENING = 5;

export async function measurePolls(positions: number, seconds: number): Promise<PollResult> {
  const port = await freePort();
  const sandbox = await startSandbox(port);
  try {
    const iris = createIrisGateway(readConfig({ SANDBOX_PORT: String(port) }).iris);
    const ids = await openPositions(iris, positions);
    await ask(iris, ids, BATCH, seconds / 4);
    const batched = await ask(iris, ids, BATCH, seconds);
    const single = await ask(iris, ids, 1, seconds);
    return { batchedPerSecond: batched, singlePerSecond: single, ratio: batched / single };
  } finally {
    await sandbox.stop();
  }
}

async function startSandbox(port: number): Promise<{ stop(): Promise<void> }> {
  const script = fileURLToPath(new URL('../../sandbox/main.js', import.meta.url));
  const child = spawn(process.execPath, [script], {
    env: { ...process.env, SANDBOX_PORT: String(port), SANDBOX_HOST: '127.0.0.1' },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const ended = once(child, 'close');
  const failed = new AbortController();
  void ended.then(() => failed.abort());
  const isReady = await becomesReady(`http://127.0.0.1:${port}/health/live`, READY_WITHIN_MS, failed.signal);
  const stop = async (): Promise<void> => {
    child.kill('SIGTERM');
    await ended;
  };
  if (isReady) return { stop };
  await stop();
  throw new Error('the sandbox did not start');
}

async function openPositions(iris: IrisGateway, count: number): Promise<string[]> {
  const ids: string[] = [];
  const { payer } = practiceRequest('BENCH-POLLS');
  while (ids.length < count) {
    const positions = Array.from({ length: POSITIONS_PER_OPENING }, (_, index) => {
      const idPagamento = `01${String(ids.length + index).padStart(15, '0')}`;
      return {
        idPagamento,
        idPendenza: `P${idPagamento}`,
        amountCents: 1_600,
        description: 'Imposta di bollo',
        stamp: { documentHash: '47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=', province: 'FI' },
      };
    });
    await iris.open({
      kind: 'bolli',
      payer,
      positions,
      urlBack: 'http://localhost:3000/return/x',
      urlCancel: 'http://localhost:3000/return/x?cancelled=true',
    });
    ids.push(...positions.map((position) => position.idPagamento));
  }
  return ids;
}

/** @returns positions a second. */
async function ask(iris: IrisGateway, ids: readonly string[], batch: number, seconds: number): Promise<number> {
  const startedAt = performance.now();
  const deadline = startedAt + seconds * 1_000;
  let asked = 0;
  let next = 0;
  await Promise.all(
    Array.from({ length: IN_FLIGHT }, async () => {
      while (performance.now() < deadline) {
        const positions = Array.from({ length: batch }, (_, index) => ({
          idPagamento: ids[(next + index) % ids.length] ?? '',
        }));
        next += batch;
        asked += (await iris.verify('bolli', positions)).length;
      }
    }),
  );
  return (asked / (performance.now() - startedAt)) * 1_000;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address !== null ? address.port : 0;
}
