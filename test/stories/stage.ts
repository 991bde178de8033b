import type { Queue } from 'bullmq';
import type { CommandProducer } from '#libs/client';
import { createCommandProducer } from '#libs/client';
import type { OpenedBackend, QueueServer } from '#libs/engine';
import { EFFECT_CLASSES, openQueueBackend, openQueueServer, wakeQueueName } from '#libs/engine';
import { COMMAND_QUEUE } from '#libs/payments';
import { stopClock } from '#libs/testkit';
import type { Stack } from '../stack.js';
import { eventually, startStack } from '../stack.js';
import { LineToIris } from './line-to-iris.js';

/** A Monday, nine o'clock in Tuscany. */
const START = new Date('2026-03-02T08:00:00Z');
const QUIET_WITHIN_MS = 20_000;
const LOOK_EVERY_MS = 15;
/** Looks after which something that is due and lies still is rung again: a stopped clock would never do it. */
const PATIENT_LOOKS = 50;
/** Looks that find an answer held back before everything counts as asked that is to be asked. */
const STEADY_LOOKS = 5;

/** What of an effect's rows says whether somebody works, or should. */
const STANDING = `
  select count(*) filter (where not is_held)::int as due, count(*) filter (where is_held)::int as held
  from (
    select coalesce(e.lease_until > clock.now, false) as is_held
    from engine.effect e, (select engine.clock() as now) clock
    where e.status = 'pending' and e.due_at <= clock.now and (e.lease_until > clock.now or e.lane is null or not exists (
      select from engine.effect older
      where older.instance_id = e.instance_id and older.lane = e.lane and older.status = 'pending'
        and (older.armed_seq, older.armed_index) < (e.armed_seq, e.armed_index)))
  ) standing`;

const RING_AGAIN = `
  update engine.effect set wake_at = engine.clock()
  where status = 'pending' and due_at <= engine.clock() and lease_until is null`;

const NEXT_DUE = `select min(due_at) as at from engine.effect where status = 'pending' and due_at > engine.clock()`;

/**
 * The whole system with its clock in hand: time stands still until a story moves it, and then passes from one due date
 * to the next, so that everything happens at its own instant. Pauses have no jitter.
 */
export class Stage {
  #now = START;

  private constructor(
    readonly stack: Stack,
    readonly line: LineToIris,
    readonly producer: CommandProducer,
    private readonly backend: OpenedBackend,
    private readonly server: QueueServer,
    private readonly queues: readonly Queue[],
    private readonly setClock: (at: Date) => Promise<void>,
  ) {}

  static async open(environment: Record<string, string>): Promise<Stage> {
    let irisUrl = '';
    const line = await LineToIris.open(() => irisUrl);
    const timings = { POLL_SCHEDULE: '5,10,15,30,60', IRIS_BASE_URL: `${line.url}/iris/services` };
    const stack = await startStack({ ...timings, ...environment }, undefined, () => 0);
    irisUrl = stack.sandboxUrl;
    const { databaseUrl, redisUrls, prefix } = stack.queues;
    const backend = await openQueueBackend({ databaseUrl, redisUrls, connections: 4 });
    const server = openQueueServer(backend, prefix);
    const queues = [COMMAND_QUEUE, ...EFFECT_CLASSES.map(wakeQueueName)].map((name) => server.openQueue(name));
    const [redisUrl = databaseUrl] = redisUrls ?? [];
    const producer = createCommandProducer({ url: redisUrl, prefix });
    return new Stage(stack, line, producer, backend, server, queues, await stopClock(stack.pool));
  }

  async close(): Promise<void> {
    this.line.release();
    this.server.disconnect();
    await Promise.all([...this.queues.map((queue) => queue.close()), this.producer.close()]);
    await this.stack.stop();
    await this.backend.close();
    await this.line.close();
  }

  /** For a story of its own: nothing of the one before is asked any more, and it is Monday morning again. */
  async clear(): Promise<void> {
    this.line.release();
    await this.stack.sandbox('POST', '/sandbox/faults', {});
    await this.quiet();
    await this.stack.pool.query('truncate engine.effect');
    await this.#moveTo(START);
  }

  get now(): Date {
    return this.#now;
  }

  /** Time passes, and what falls due meanwhile is carried out at its time. */
  async advance(ms: number): Promise<void> {
    const end = new Date(this.#now.getTime() + ms);
    while (this.#now < end) {
      const { rows } = await this.stack.pool.query<{ at: Date | null }>(NEXT_DUE);
      const next = rows[0]?.at ?? end;
      await this.#moveTo(next < end ? next : end);
      await this.quiet();
    }
  }

  /** Nothing happens for so long; what fell due meanwhile is carried out at the end, once. */
  async leap(ms: number): Promise<void> {
    await this.#moveTo(new Date(this.#now.getTime() + ms));
  }

  async #moveTo(at: Date): Promise<void> {
    this.#now = at;
    await this.setClock(at);
    await this.stack.pool.query(`select pg_notify('engine_due', '')`);
  }

  /**
   * Looks until nothing is due, nothing under lease, and no job waits or is at work, but for what waits for an answer
   * that the line holds back.
   */
  async quiet(): Promise<void> {
    let steady = 0;
    let still = 0;
    await eventually(
      async () => {
        const { due, held } = await this.#standing();
        still = due > 0 ? still + 1 : 0;
        if (still % PATIENT_LOOKS === PATIENT_LOOKS - 1) await this.#ringAgain();
        const isWaiting = due === 0 && held > 0 && held <= this.line.held;
        steady = isWaiting ? steady + 1 : 0;
        if (isWaiting) return steady > STEADY_LOOKS || null;
        return (due === 0 && held === 0 && (await this.#jobs()) <= this.line.held) || null;
      },
      'everything is quiet',
      QUIET_WITHIN_MS,
      LOOK_EVERY_MS,
    );
  }

  async #standing(): Promise<{ readonly due: number; readonly held: number }> {
    const { rows } = await this.stack.pool.query<{ due: number; held: number }>(STANDING);
    return rows[0] ?? { due: 0, held: 0 };
  }

  async #ringAgain(): Promise<void> {
    await this.stack.pool.query(RING_AGAIN);
    await this.stack.pool.query(`select pg_notify('engine_due', '')`);
  }

  async #jobs(): Promise<number> {
    await this.server.connected();
    const counts = await Promise.all(
      this.queues.map((queue) => queue.getJobCounts('waiting', 'active', 'prioritized')),
    );
    return counts.flatMap((count) => Object.values(count)).reduce((sum, count) => sum + count, 0);
  }
}
