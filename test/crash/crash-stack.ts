import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Redis } from 'ioredis';
import type { RedisServer } from '#libs/platform';
import { startRedisServer } from '#libs/platform';
import { freePorts } from '../stack.js';
import type { IrisLedger } from './agreement.js';
import { Database } from './database.js';
import { Payers, PaymentStates } from './payers.js';
import { Portos } from './portos.js';
import { Program } from './program.js';

/** Where the queues live: beside the data, as `npm start` has them, or on Redis, as production does. */
export type Queues = 'postgres' | 'redis';

const API_KEY = 'key-of-the-crash-tests';

/**
 * Shorter where it only saves waiting; payers who wait at IRIS's page are many, and asked about less often.
 * IRIS_TIMEOUT stays as it is: leases, and so the recovery, follow from it.
 */
const SETTINGS = { POLL_SCHEDULE: '1,4', SESSION_TIMEOUT: '3', SANDBOX_SLOW_MS: '1000', LOG_LEVEL: 'warn' };

/** The real programs, each a process of its own, on a PostgreSQL and perhaps a Redis of their own. */
export class CrashStack {
  /** Reads; each crowd of payers has a PORTOS of its own. */
  readonly portos: Portos;
  readonly #end = new AbortController();

  private constructor(
    readonly database: Database,
    readonly redis: RedisServer | null,
    readonly api: Program,
    readonly worker: Program,
    /** Not running until a test starts it. */
    readonly secondWorker: Program,
    private readonly sandbox: Program,
    private readonly urls: { readonly api: string; readonly sandbox: string },
    private readonly folder: string,
  ) {
    this.portos = this.#newPortos();
  }

  static async start(queues: Queues): Promise<CrashStack> {
    const folder = await mkdtemp(path.join(tmpdir(), 'portos-crash-'));
    const [database, redis] = await Promise.all([
      Database.start(folder),
      queues === 'redis' ? startRedisServer() : null,
    ]);
    const [apiPort = 0, workerPort = 0, secondPort = 0, sandboxPort = 0] = await freePorts(4);
    const url = (port: number) => `http://127.0.0.1:${port}`;
    const open = {
      PATH: process.env['PATH'] ?? '',
      PORT: String(apiPort),
      WORKER_PORT: String(workerPort),
      SANDBOX_PORT: String(sandboxPort),
      PUBLIC_URL: url(apiPort),
      ...SETTINGS,
    };
    const ours = {
      ...open,
      DATABASE_URL: database.url,
      ...(redis ? { REDIS_URL: redis.url } : {}),
      PORTOS_API_KEY: API_KEY,
      ENCRYPTION_KEY: randomBytes(32).toString('base64'),
      IRIS_BASE_URL: `${url(sandboxPort)}/iris/services`,
    };
    const atIris = { ...open, IRIS_NOTIFY_URL: `${url(apiPort)}/iris/notifications` };
    const second = { ...ours, WORKER_PORT: String(secondPort) };
    const programs = {
      api: new Program('api', 'api', ours, `${url(apiPort)}/health/ready`, folder),
      worker: new Program('worker', 'worker', ours, `${url(workerPort)}/health/ready`, folder),
      second: new Program('second worker', 'worker', second, `${url(secondPort)}/health/ready`, folder),
      sandbox: new Program('sandbox', 'sandbox', atIris, `${url(sandboxPort)}/health/live`, folder),
    };
    const { api, worker, sandbox } = programs;
    const urls = { api: url(apiPort), sandbox: url(sandboxPort) };
    const stack = new CrashStack(database, redis, api, worker, programs.second, sandbox, urls, folder);
    await Promise.all([api.start(), worker.start(), sandbox.start()]);
    return stack;
  }

  payers(seed: number): Payers {
    const states = new PaymentStates(this.database.pool, this.#end.signal);
    return new Payers(this.#newPortos(), this.urls.sandbox, states, seed);
  }

  async ledger(): Promise<IrisLedger> {
    return (await (await fetch(`${this.urls.sandbox}/sandbox/ledger`)).json()) as IrisLedger;
  }

  /** The doorbell forgets every ring. */
  async wipeQueues(): Promise<void> {
    if (!this.redis) {
      await this.database.pool.query('truncate bullmq.job cascade');
      return;
    }
    const client = new Redis(this.redis.url);
    await client.flushall();
    client.disconnect();
  }

  /** Ends every session that listens, the relay's and those of BullMQ on PostgreSQL; answers what each had asked. */
  async cutListeners(): Promise<string[]> {
    const { rows } = await this.database.pool.query<{ query: string }>(
      `select query, pg_terminate_backend(pid) from pg_stat_activity
       where datname = current_database() and query ilike 'listen %'`,
    );
    return rows.map(({ query }) => query);
  }

  /** What the processes said last, for the message when a claim fails. */
  get lastLines(): string {
    return [this.api, this.worker, this.secondWorker, this.sandbox].map((program) => program.lastLines).join('\n');
  }

  async stop(): Promise<void> {
    this.#end.abort();
    await Promise.all([this.api, this.worker, this.secondWorker, this.sandbox].map((program) => program.stop()));
    await this.redis?.stop();
    await this.database.stop();
    await rm(this.folder, { recursive: true, force: true });
  }

  #newPortos(): Portos {
    return new Portos(this.urls.api, API_KEY, this.#end.signal);
  }
}
