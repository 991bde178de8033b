import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Redis } from 'ioredis';
import type { RedisServer } from '#libs/platform';
import { startRedisServer } from '#libs/platform';
import { freePorts } from '../stack.js';
import { Database } from './database.js';
import { PaymentStates } from './payment-states.js';
import { Portos } from './portos.js';
import { Program } from './program.js';
import { Sandbox } from './sandbox.js';

/** Where the queues live: beside the data, as `npm start` has them, or on Redis, as production does. */
export type Queues = 'postgres' | 'redis';

const API_KEY = 'key-of-the-programs';

/** The real programs, each a process of its own, on a PostgreSQL and perhaps a Redis of their own. */
export class ProgramStack {
  readonly states: PaymentStates;
  readonly apiKey = API_KEY;
  readonly #end = new AbortController();

  private constructor(
    readonly database: Database,
    readonly redis: RedisServer | null,
    readonly api: Program,
    readonly worker: Program,
    /** Not running until a test starts it. */
    readonly secondWorker: Program,
    private readonly iris: Program,
    /** The tester's hand on it. */
    readonly sandbox: Sandbox,
    readonly apiUrl: string,
    private readonly folder: string,
  ) {
    this.states = new PaymentStates(database.pool, this.#end.signal);
  }

  /** @param settings that all programs are given */
  static async start(queues: Queues, settings: Readonly<Record<string, string>>): Promise<ProgramStack> {
    const folder = await mkdtemp(path.join(tmpdir(), 'portos-programs-'));
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
      RATE_LIMIT_PER_MINUTE: '0',
      ...settings,
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
    const health = (port: number, question: 'ready' | 'live') => `${url(port)}/health/${question}`;
    const api = new Program('api', 'api', ours, health(apiPort, 'ready'), folder);
    const worker = new Program('worker', 'worker', ours, health(workerPort, 'ready'), folder);
    const seconds = { ...ours, WORKER_PORT: String(secondPort) };
    const second = new Program('second worker', 'worker', seconds, health(secondPort, 'ready'), folder);
    const iris = new Program('sandbox', 'sandbox', atIris, health(sandboxPort, 'live'), folder);
    const sandbox = new Sandbox(url(sandboxPort));
    const stack = new ProgramStack(database, redis, api, worker, second, iris, sandbox, url(apiPort), folder);
    await Promise.all([api.start(), worker.start(), iris.start()]).catch(async (error: unknown) => {
      await stack.stop(); // or the supervisors would go on starting them
      throw error;
    });
    return stack;
  }

  /** A PORTOS that remembers the answers it got itself. */
  newPortos(): Portos {
    return new Portos(this.apiUrl, API_KEY, this.#end.signal);
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
    return [this.api, this.worker, this.secondWorker, this.iris].map((program) => program.lastLines).join('\n');
  }

  async stop(): Promise<void> {
    this.#end.abort();
    await Promise.all([this.api, this.worker, this.secondWorker, this.iris].map((program) => program.stop()));
    await this.redis?.stop();
    await this.database.stop();
    await rm(this.folder, { recursive: true, force: true });
  }
}
