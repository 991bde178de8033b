import type { Processor, WorkerOptions } from 'bullmq';
import { Queue, Worker } from 'bullmq';
import pg from 'pg';
import type { EffectRef, QueueBackend, WakeQueue, WorkerConnection } from '#libs/engine';
import {
  createWakeQueue,
  EFFECT_CLASSES,
  openWorkerConnection,
  readWakeJob,
  useQueueBackend,
  wakeQueueName,
  wakeWorkerOptions,
} from '#libs/engine';
import type { Ground } from './ground.js';

/** Opens queues and workers where the ground has them, and closes them all. The only file here that knows how. */
export class Queues {
  readonly #backend: QueueBackend;
  readonly #connection: WorkerConnection;
  readonly #queues = new Map<string, Queue>();
  readonly #workers: Worker[] = [];
  readonly #wakeQueues: WakeQueue[] = [];

  constructor(private readonly ground: Ground) {
    this.#backend = ground.redis
      ? { kind: 'redis', address: { urls: [ground.redis.url], isCluster: false } }
      : { kind: 'postgres', pool: queuePool(ground.databaseUrl) };
    this.#connection = openWorkerConnection(this.#backend);
    useQueueBackend(this.#backend);
  }

  queue(name: string): Queue {
    const known = this.#queues.get(name);
    if (known) return known;
    const queue = new Queue(name, { connection: this.#connection.options, prefix: this.ground.prefix });
    queue.on('error', () => undefined);
    this.#queues.set(name, queue);
    return queue;
  }

  async work(name: string, options: Partial<WorkerOptions>, process: Processor): Promise<void> {
    const { prefix } = this.ground;
    const worker = new Worker(name, process, { connection: this.#connection.options, prefix, ...options });
    worker.on('error', () => undefined);
    this.#workers.push(worker);
    await worker.waitUntilReady();
  }

  /** The doorbell of the engine. */
  wakeQueue(): WakeQueue {
    const wakeQueue = createWakeQueue({ backend: this.#backend, prefix: this.ground.prefix });
    this.#wakeQueues.push(wakeQueue);
    return wakeQueue;
  }

  /** The workers of the engine: one a class, as the worker process has them. */
  async workEffects(run: (refs: readonly EffectRef[]) => Promise<void>): Promise<void> {
    await Promise.all(
      EFFECT_CLASSES.map((name) =>
        this.work(wakeQueueName(name), wakeWorkerOptions(name), (job) => run(readWakeJob(job.data))),
      ),
    );
  }

  /** Ends the workers when their jobs in hand are done. */
  async rest(): Promise<void> {
    await Promise.all(this.#workers.splice(0).map((worker) => worker.close()));
  }

  async close(): Promise<void> {
    await this.rest();
    await Promise.all([...this.#wakeQueues, ...this.#queues.values()].map((queue) => queue.close()));
    this.#connection.close();
    if (this.#backend.kind === 'postgres') await this.#backend.pool.end();
  }
}

/** The names of the engine's queues. */
export const ENGINE_QUEUES: readonly string[] = EFFECT_CLASSES.map(wakeQueueName);

function queuePool(url: string): pg.Pool {
  const pool = new pg.Pool({ connectionString: url, max: 30, options: '-c search_path=bullmq,public' });
  pool.on('error', () => undefined);
  pool.setMaxListeners(0);
  return pool;
}
