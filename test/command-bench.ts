import { randomBytes } from 'node:crypto';
import { inspect } from 'node:util';
import { Logger } from '@nestjs/common';
import { createPostgresBackend, createRedisBackend, Queue } from 'bullmq';
import type { PostgresConnectionOptions } from 'bullmq';
import { Redis } from 'ioredis';
import pg from 'pg';
import type { CommandProducer } from '#libs/client';
import { createCommandProducer } from '#libs/client';
import type { QueueBackend } from '#libs/engine';
import type { Payments, PaymentView, PracticeView } from '#libs/payments';
import { COMMAND_QUEUE, createPayments, migrateAll } from '#libs/payments';
import type { Stoppable } from '#libs/platform';
import { createPool, readConfig, startRedisServer } from '#libs/platform';
import { createTestDatabase, setClockAhead } from '#libs/testkit';
import { createWebhooks } from '#libs/webhooks';
import { createApi } from '../apps/api/api.js';
import { createWorker } from '../apps/worker/worker.js';
import { ScriptedIris } from '../libs/payments/scripted-iris.fixture.js';
import { practice } from './practice.fixture.js';
import type { Answer } from './stack.js';
import { eventually, freePorts } from './stack.js';

/** A queue's server, and what a suite must see of it from outside. */
export interface QueuePlace {
  readonly url: string;
  readonly backend: QueueBackend;
  readonly prefix: string;
  /** Where a Worker or a Queue of the suite's own connects. */
  readonly connection: { readonly connection: object; readonly prefix: string };
  readonly factory: typeof createPostgresBackend | typeof createRedisBackend;
  /** Everything that the queue's server holds, as text. */
  readonly everything: () => Promise<string>;
  readonly close: () => Promise<void>;
}

const PREFIX = '{portos}';
const API_KEY = 'key-of-the-commands';

export function placeOnPostgres(databaseUrl: string): Promise<QueuePlace> {
  const pool = new pg.Pool({ connectionString: databaseUrl, max: 24, options: '-c search_path=bullmq,public' });
  pool.on('error', () => undefined);
  pool.setMaxListeners(0);
  return Promise.resolve({
    url: databaseUrl,
    backend: { kind: 'postgres', pool },
    prefix: PREFIX,
    connection: { connection: pool, prefix: PREFIX },
    factory: createPostgresBackend,
    everything: async () => {
      const { rows: tables } = await pool.query<{ name: string }>(
        `select format('%I.%I', schemaname, tablename) as name from pg_tables where schemaname = 'bullmq'`,
      );
      const texts = tables.map(async ({ name }) => {
        const { rows } = await pool.query<{ row: string }>(`select t::text as row from ${name} t`);
        return rows.map(({ row }) => row).join('\n');
      });
      return (await Promise.all(texts)).join('\n');
    },
    close: () => pool.end(),
  });
}

export async function placeOnRedis(): Promise<QueuePlace> {
  const server = await startRedisServer();
  const look = new Redis(server.url);
  return {
    url: server.url,
    backend: { kind: 'redis', address: { urls: [server.url], isCluster: false } },
    prefix: PREFIX,
    connection: { connection: { url: server.url, maxRetriesPerRequest: null }, prefix: PREFIX },
    factory: createRedisBackend,
    everything: async () => (await Promise.all((await look.keys('*')).map((key) => textOf(look, key)))).join('\n'),
    close: async () => {
      look.disconnect();
      await server.stop();
    },
  };
}

async function textOf(redis: Redis, key: string): Promise<string> {
  const read: Readonly<Record<string, () => Promise<unknown>>> = {
    string: () => redis.get(key),
    hash: () => redis.hgetall(key),
    list: () => redis.lrange(key, 0, -1),
    set: () => redis.smembers(key),
    zset: () => redis.zrange(key, '0', '-1'),
    stream: () => redis.xrange(key, '-', '+'),
  };
  const type = await redis.type(key);
  const value = type === 'none' ? null : await read[type]?.();
  if (value === undefined) throw new Error(`a key of type ${type} was not looked into`);
  return `${key} ${JSON.stringify(value)}`;
}

/** API, worker and producer around one scripted IRIS; everything else is real. */
export class CommandBench {
  #worker: Stoppable | null = null;
  #aheadMs = 0;

  private constructor(
    readonly place: QueuePlace,
    readonly pool: pg.Pool,
    readonly iris: ScriptedIris,
    /** As one more process on the same database has them. */
    readonly payments: Payments,
    readonly producer: CommandProducer,
    /** The queue as anybody has it who can reach its server. */
    readonly queue: Queue,
    /** What was logged. */
    readonly said: readonly string[],
    /** What the worker's intake could not take in. */
    readonly failures: unknown[],
    private readonly apiUrl: string,
    private readonly openWorker: () => Promise<Stoppable>,
    private readonly closeAll: () => Promise<void>,
  ) {}

  static async open(makePlace: (databaseUrl: string) => Promise<QueuePlace>): Promise<CommandBench> {
    const [apiPort = 0, workerPort = 0] = await freePorts(2);
    const config = readConfig({ ENCRYPTION_KEY: randomBytes(32).toString('base64'), POLL_SCHEDULE: '1' });
    const database = await createTestDatabase({ name: 'payments', migrate: migrateAll });
    const place = await makePlace(database.url);
    const pool = createPool(database.url, { max: 8, applicationName: 'commands' });
    const iris = new ScriptedIris();
    const create = () => createPayments({ config, databaseUrl: database.url, pool, iris });
    const said: string[] = [];
    const failures: unknown[] = [];
    const note = (...words: unknown[]) => void said.push(words.map((word) => inspect(word, { depth: 10 })).join(' '));
    const log = { log: note, debug: note, info: note, warn: note, error: note };
    Logger.overrideLogger(log);
    const queues = { databaseUrl: database.url, redisUrls: null, hasEvents: false }; // its board is not looked at
    const { access, http } = config;
    const parts = {
      apiKey: API_KEY,
      operatorKey: null,
      access,
      queues,
      publicUrl: http.publicUrl,
      notifyAccount: null,
    };
    const webhooks = createWebhooks(config, pool);
    const api = await createApi({ payments: await create(), webhooks, ...parts }, false);
    await api.listen(apiPort, '127.0.0.1');
    const payments = await create();
    const producer = createCommandProducer({ url: place.url });
    const queue: Queue = new Queue(COMMAND_QUEUE, place.connection, place.factory as never);
    queue.on('error', () => undefined); // as of a connection that ends with its database
    return new CommandBench(
      place,
      pool,
      iris,
      payments,
      producer,
      queue,
      said,
      failures,
      `http://127.0.0.1:${apiPort}`,
      async () => {
        const { backend, prefix: queuePrefix } = place;
        const close = () => Promise.resolve();
        const worker = await createWorker(
          { payments: heardBy(await create(), failures), backend, queuePrefix, dispatcher: null, log, close },
          log,
        );
        await worker.listen(workerPort, '127.0.0.1');
        return worker;
      },
      async () => {
        await Promise.all([queue.close(), producer.close(), api.close(), payments.close()]);
        await pool.end();
        await place.close();
        await database.drop();
      },
    );
  }

  async startWorker(): Promise<void> {
    this.#worker ??= await this.openWorker();
  }

  async stopWorker(): Promise<void> {
    const worker = this.#worker;
    this.#worker = null;
    await worker?.close();
  }

  async close(): Promise<void> {
    await this.stopWorker();
    await this.closeAll();
  }

  // --- over HTTP, to compare with --------------------------------------------------------------------------------

  async call<Body>(method: string, path: string, body?: unknown): Promise<Answer<Body>> {
    const headers = { authorization: `Bearer ${API_KEY}`, 'content-type': 'application/json' };
    const content = body === undefined ? {} : { body: JSON.stringify(body) };
    const response = await fetch(`${this.apiUrl}${path}`, { method, headers, ...content });
    return { status: response.status, headers: response.headers, body: (await response.json()) as Body };
  }

  async view(paymentId: string): Promise<PaymentView> {
    return (await this.call<PaymentView>('GET', `/v1/payments/${paymentId}`)).body;
  }

  // --- places in the life of a payment ---------------------------------------------------------------------------

  /** A payment with its URL, opened over HTTP. */
  async ready(): Promise<string> {
    const { body } = await this.call<PracticeView>('POST', '/v1/practices', practice());
    const paymentId = body.payments[0]?.paymentId ?? '';
    await this.until(paymentId, ({ allowedActions }) => allowedActions.includes('redirect'));
    return paymentId;
  }

  /** A payment that IRIS reports in progress. */
  async inProgress(): Promise<string> {
    const paymentId = await this.ready();
    const { attempt } = await this.view(paymentId);
    for (const { idPagamento } of attempt.positions) this.iris.says(idPagamento, 'inProgress');
    await this.call('POST', `/v1/payments/${paymentId}/redirect`);
    await this.until(paymentId, (view) => view.attempt.positions.every(({ esito }) => esito === 'inProgress'));
    return paymentId;
  }

  /** A payment that may be regenerated. */
  async annulled(): Promise<string> {
    const paymentId = await this.ready();
    await this.call('POST', `/v1/payments/${paymentId}/annul`, { reason: 'non serve' });
    return paymentId;
  }

  until(paymentId: string, isSo: (view: PaymentView) => boolean): Promise<PaymentView> {
    return eventually(
      async () => {
        const view = await this.view(paymentId);
        return isSo(view) ? view : null;
      },
      `${paymentId}: ${String(isSo)}`,
    );
  }

  async passTime(ms: number): Promise<void> {
    this.#aheadMs += ms;
    await setClockAhead(this.pool, this.#aheadMs);
    await this.pool.query(`select pg_notify('engine_due', '')`);
  }

  // --- what can be seen ------------------------------------------------------------------------------------------

  async count(what: string): Promise<number> {
    const { rows } = await this.pool.query<{ count: number }>(`select count(*)::int as count from ${what}`);
    return rows[0]?.count ?? 0;
  }

  /** How many events a payment heard, or those of one type. */
  heard(paymentId: string, type = '%'): Promise<number> {
    return this.count(`engine.transition where instance_id = '${paymentId}' and type like '${type}'`);
  }

  /** A job in the queue that came to its end. */
  ended(jobId: string) {
    return eventually(async () => {
      const job = await this.queue.getJob(jobId);
      return job?.finishedOn === undefined ? null : job;
    }, `${jobId} has ended`);
  }

  /** The words with which a job failed. */
  async failure(jobId: string): Promise<string> {
    const job = await this.ended(jobId);
    if (!(await job.isFailed())) throw new Error(`${jobId} did not fail`);
    return job.failedReason;
  }
}

/** The payments as they are, with an ear at their intake. */
function heardBy(payments: Payments, failures: unknown[]): Payments {
  const submit = payments.intake.submit.bind(payments.intake);
  payments.intake.submit = (unit) =>
    submit(unit).catch((error: unknown) => {
      failures.push(error);
      throw error;
    });
  return payments;
}

/** For the connection of a worker of the suite's own. */
export const connectionOf = ({ connection }: QueuePlace) =>
  connection as unknown as { connection: PostgresConnectionOptions };
