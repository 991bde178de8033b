import { Worker } from 'bullmq';
import type { EffectRef, OpenedBackend, Store, WakeQueue, WorkerConnection } from '#libs/engine';
import {
  createStore,
  createWakeQueue,
  EFFECT_CLASSES,
  openQueueBackend,
  openWorkerConnection,
  readWakeJob,
  useQueueBackend,
  wakeQueueName,
  wakeWorkerOptions,
} from '#libs/engine';
import type { OpenedRecords } from '#libs/payments';
import { migrateAll, openRecords } from '#libs/payments';
import type { Config } from '#libs/platform';
import { createPool } from '#libs/platform';
import type { TestDatabase } from '#libs/testkit';
import { createTestDatabase, stopClock } from '#libs/testkit';
import type { Pool } from 'pg';
import { UnderWay, OnTheWay } from './under-way.js';

const PROCESSES = 2;
/** Jobs that wait for IRIS keep their places while time stands still: there must be one for whoever comes. */
const CONCURRENCY = 500;

const EMPTY = `
  select 'truncate ' || string_agg(format('%I.%I', schemaname, tablename), ', ') as text from pg_tables
  where schemaname in ('engine', 'payments') and tablename not in ('machine', 'migration', 'stopped_clock')`;

/** What one process has to itself: connections to the servers, and BullMQ's workers. */
export interface Ports {
  readonly pool: Pool;
  readonly store: Store;
  readonly wakeQueue: WakeQueue;
  readonly opened: OpenedRecords;
  readonly workers: readonly Worker[];
  /** What its workers do with a job, set by whoever lives here. */
  run: (refs: readonly EffectRef[]) => Promise<void>;
}

/**
 * What sequences are carried out on, one after the other: a database and queues, with the ports of two processes. Their
 * clock stands still until it is moved.
 */
export class Ground {
  private constructor(
    readonly underWay: UnderWay,
    readonly ports: readonly Ports[],
    readonly pool: Pool,
    private readonly setClock: (at: Date) => Promise<void>,
    private readonly database: TestDatabase,
    private readonly backend: OpenedBackend,
    private readonly connection: WorkerConnection,
  ) {}

  static async open(name: string, redisUrls: readonly string[] | null, config: Config): Promise<Ground> {
    const database = await createTestDatabase({ name: 'payments', migrate: migrateAll });
    const pool = createPool(database.url, { max: 2, applicationName: 'sequences' });
    const setClock = await stopClock(pool);
    const backend = await openQueueBackend({ databaseUrl: database.url, redisUrls });
    useQueueBackend(backend); // BullMQ's workers know their backend by it
    const connection = openWorkerConnection(backend);
    const underWay = new UnderWay();
    const shared = { ...{ underWay, backend, connection, config, prefix: `{${name}}` }, databaseUrl: database.url };
    const jobs = new OnTheWay(underWay, 'a job for');
    const listeners = new OnTheWay(underWay, 'a notification for');
    const ports: Ports[] = [];
    for (let index = 0; index < PROCESSES; index += 1) ports.push(await openPorts(shared, jobs, listeners, index));
    return new Ground(underWay, ports, pool, setClock, database, backend, connection);
  }

  /** Nothing of the sequence before is there any more. */
  async clear(): Promise<void> {
    const { rows } = await this.pool.query<{ text: string }>(EMPTY);
    await this.pool.query(rows[0]?.text ?? '');
  }

  moveTo(at: Date): Promise<void> {
    return this.setClock(at);
  }

  async close(): Promise<void> {
    // A sequence that came to no end has left jobs in hand, which would be waited for in vain.
    await Promise.all(this.ports.flatMap(({ workers }) => workers.map((worker) => worker.close(true))));
    this.connection.close();
    for (const { wakeQueue, opened, pool } of this.ports)
      await Promise.all([wakeQueue.close(), opened.close(), pool.end()]);
    await Promise.all([this.pool.end(), this.backend.close()]);
    await this.database.drop();
  }
}

interface Surroundings {
  readonly underWay: UnderWay;
  readonly backend: OpenedBackend;
  readonly connection: WorkerConnection;
  readonly config: Config;
  readonly prefix: string;
  readonly databaseUrl: string;
}

async function openPorts(around: Surroundings, jobs: OnTheWay, listeners: OnTheWay, index: number): Promise<Ports> {
  const { underWay, backend, connection, config, prefix, databaseUrl } = around;
  const pool = createPool(databaseUrl, { max: 6, applicationName: `sequences ${index}` });
  const opened = await openRecords({ config, databaseUrl, pool });
  const { lookup, incidents, shelf, identifiers } = opened.records;
  const ports: Ports = {
    ...{ pool, workers: [] },
    store: heard(underWay.watched(createStore(pool)), listeners, index),
    wakeQueue: counted(underWay.watched(createWakeQueue({ backend, prefix })), jobs),
    opened: {
      ...opened,
      records: {
        lookup: underWay.watched(lookup),
        incidents: underWay.watched(incidents),
        shelf: underWay.watched(shelf),
        identifiers: underWay.watched(identifiers),
      },
    },
    run: () => Promise.resolve(),
  };
  const workers = EFFECT_CLASSES.map((name) => {
    const process = (job: { readonly data: unknown }): Promise<void> => {
      const refs = readWakeJob(job.data);
      const running = ports.run(refs);
      for (const ref of refs) jobs.arrive(nameOf(ref));
      return running;
    };
    const options = { connection: connection.options, prefix, ...wakeWorkerOptions(name), concurrency: CONCURRENCY };
    const worker = new Worker(wakeQueueName(name), process, options);
    worker.on('error', () => undefined);
    return worker;
  });
  await Promise.all(workers.map((worker) => worker.waitUntilReady()));
  return Object.assign(ports, { workers });
}

const nameOf = ({ instanceId, key }: EffectRef): string => `${key} of ${instanceId}`;

/** Whoever is rung for has not yet been called until a worker was given its job. */
const counted = (queue: WakeQueue, jobs: OnTheWay): WakeQueue => ({
  wake: (effectClass, refs) => {
    for (const ref of refs) jobs.send(nameOf(ref));
    return queue.wake(effectClass, refs);
  },
  waiting: (effectClass) => queue.waiting(effectClass),
  close: () => queue.close(),
});

/**
 * What is announced has not yet been heard until every relay heard it. Each commit is announced, also one that leaves
 * nothing due at once, as it is in the simulated world that this one is compared to (`announceEach`).
 */
const heard = (store: Store, listeners: OnTheWay, index: number): Store => ({
  ...store,
  takeIn: async (asked, decide) => ({ ...(await store.takeIn(asked, decide)), isDueNow: true }),
  announceDue: () => {
    for (let listener = 0; listener < PROCESSES; listener += 1) listeners.send(`relay ${listener}`);
    store.announceDue();
  },
  listenForDue: (onDue) => {
    listeners.send(`relay ${index}`); // once it listens, it looks
    return store.listenForDue(() => {
      onDue();
      listeners.arrive(`relay ${index}`);
    });
  },
});
