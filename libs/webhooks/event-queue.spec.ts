import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { createPostgresBackend, createRedisBackend, Worker } from 'bullmq';
import type { Job, Queue } from 'bullmq';
import type { OpenedBackend, QueueServer, WorkerConnection } from '#libs/engine';
import { openQueueBackend, openQueueServer, openWorkerConnection } from '#libs/engine';
import { migrateAll } from '#libs/payments';
import type { QueueLeg, TestDatabase } from '#libs/testkit';
import { createTestDatabase, describeOnEachQueue } from '#libs/testkit';
import { DAY, known } from './bench.fixture.js';
import type { EventQueue } from './event-queue.js';
import { EVENT_QUEUE, openEventQueue } from './event-queue.js';

const PREFIX = '{portos-events}';

const eventOf = (id: string) => ({
  specversion: '1.0' as const,
  id,
  type: 'a',
  source: 'https://portos.example.org',
  subject: 'p1',
  time: '2026-11-23T08:00:00.000Z',
  sequence: '0000000000000000001',
  datacontenttype: 'application/json' as const,
  data: { paymentId: 'p1' },
});

/** The queue of events, and a consumer of somebody else. */
class Consumed {
  readonly #consumers: { readonly worker: Worker; readonly connection: WorkerConnection }[] = [];

  private constructor(
    private readonly database: TestDatabase,
    private readonly backend: OpenedBackend,
    private readonly server: QueueServer,
    readonly events: EventQueue,
    readonly queue: Queue,
  ) {}

  static async open(leg: QueueLeg): Promise<Consumed> {
    const database = await createTestDatabase({ name: 'payments', migrate: migrateAll });
    const backend = await openQueueBackend({ databaseUrl: database.url, redisUrls: leg.redisUrls() });
    const server = openQueueServer(backend, PREFIX);
    await server.connected();
    const events = openEventQueue({ backend, prefix: PREFIX });
    return new Consumed(database, backend, server, events, server.openQueue(EVENT_QUEUE));
  }

  /** Until `isOver` says so of a try that has just been written down, each that failed is due at once. */
  async consume(run: (job: Job) => Promise<unknown>, isOver: (job: Job) => Promise<boolean>): Promise<void> {
    const factory = this.backend.kind === 'postgres' ? createPostgresBackend : createRedisBackend;
    const connection = openWorkerConnection(this.backend);
    const worker = new Worker(EVENT_QUEUE, run, { connection: connection.options, prefix: PREFIX }, factory as never);
    worker.on('error', () => undefined); // as of a connection that ends
    this.#consumers.push({ worker, connection });
    await new Promise<void>((done, fail) => {
      const look = async (job: Job): Promise<void> => {
        if (await isOver(job)) done();
        else if (await job.isDelayed()) await job.promote();
      };
      worker.on('failed', (job) => void look(known(job)).catch(fail));
      worker.on('completed', (job) => void look(job).catch(fail));
    });
    await connection.drain([worker]);
  }

  async close(): Promise<void> {
    for (const { worker, connection } of this.#consumers) {
      connection.close();
      await worker.close();
    }
    await this.events.close();
    this.server.disconnect();
    await this.queue.close();
    await this.backend.close();
    await this.database.drop();
  }
}

describeOnEachQueue('an event of the queue', (leg) => {
  let consumed: Consumed;
  beforeAll(async () => {
    consumed = await Consumed.open(leg);
  }, 60_000);
  afterAll(() => consumed.close());

  it('with which its consumer fails is given out again, and is over once it was taken', async () => {
    await consumed.events.add([eventOf('evt_once')]);
    let tries = 0;
    const run = (): Promise<void> => {
      tries += 1;
      return tries === 1 ? Promise.reject(new Error('the database of the consumer is away')) : Promise.resolve();
    };
    await consumed.consume(run, (job) => job.isCompleted());
    expect(tries).toBe(2);
  });

  it('is given out for three days, and is kept for as long as the outbox keeps it when all tries failed', async () => {
    await consumed.events.add([eventOf('evt_never')]);
    const pausesMs: number[] = [];
    await consumed.consume(
      () => Promise.reject(new Error('it cannot be read')),
      async (job) => {
        const now = known(await consumed.queue.getJob(known(job.id)));
        if (await now.isFailed()) return true;
        pausesMs.push(now.delay);
        return false;
      },
    );
    const failed = known(await consumed.queue.getJob('evt_never'));
    const wholeMs = pausesMs.reduce((sum, pauseMs) => sum + pauseMs, 0);
    expect(pausesMs[0]).toBeLessThanOrEqual(5_000);
    expect(wholeMs).toBeGreaterThanOrEqual(3 * DAY);
    expect(wholeMs).toBeLessThan(3.5 * DAY);
    expect(failed.opts.removeOnFail).toMatchObject({ age: (90 * DAY) / 1_000 });
    await failed.retry(); // what somebody does who has repaired the consumer
    await consumed.consume(
      () => Promise.resolve(),
      (job) => job.isCompleted(),
    );
  });
});
