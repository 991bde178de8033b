import { randomBytes, randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { Pool } from 'pg';
import { migrateAll } from '#libs/payments';
import { createPool, createSealer } from '#libs/platform';
import type { TestDatabase } from '#libs/testkit';
import { createTestDatabase, setClockAhead } from '#libs/testkit';
import { Dispatcher } from './dispatcher.js';
import type { DispatcherOptions } from './dispatcher.js';
import { DELIVERY_POLICY } from './policy.js';
import type { DeliveryView } from './postgres/deliveries.js';
import { Receiver } from './receiver.fixture.js';
import { SecretBox } from './secrets.js';
import { createSender } from './sender.js';
import { resolveByDns } from './target.js';
import { Webhooks } from './webhooks.js';

export const SECOND = 1_000;
export const HOUR = 3_600 * SECOND;
export const DAY = 24 * HOUR;

export const POLICY = {
  ...DELIVERY_POLICY,
  retryScheduleMs: [5, 30, 120, 600, 3600].map((seconds) => seconds * SECOND),
  giveUpAfterMs: 3 * DAY,
};

/** One for all the claims of a spec file, emptied before each. */
let database: Promise<TestDatabase> | null = null;

/** Webhooks on a database of their own, with real receivers. */
export class Bench {
  #aheadMs = 0;
  readonly #receivers: Receiver[] = [];
  readonly #dispatchers: Dispatcher[] = [];
  readonly secrets = new SecretBox(createSealer(randomBytes(32)));
  readonly webhooks: Webhooks;

  private constructor(readonly pool: Pool) {
    const { secrets } = this;
    this.webhooks = new Webhooks({ pool, secrets, allowPrivate: true, secretGraceMs: DAY, resolve: resolveByDns });
  }

  static async open(): Promise<Bench> {
    database ??= createTestDatabase({ name: 'payments', migrate: migrateAll });
    const pool = createPool((await database).url, { max: 8, applicationName: 'webhooks' });
    await pool.query('truncate payments.event, payments.webhook cascade');
    await setClockAhead(pool, 0);
    return new Bench(pool);
  }

  async close(): Promise<void> {
    for (const receiver of this.#receivers) await receiver.close();
    for (const dispatcher of this.#dispatchers) await dispatcher.stop();
    const miscounted = await this.#miscountedLanes();
    await this.pool.end();
    if (miscounted > 0) throw new Error(`${miscounted} lanes count other deliveries than wait in them`);
  }

  async receiver(): Promise<Receiver> {
    const receiver = await Receiver.open();
    this.#receivers.push(receiver);
    return receiver;
  }

  /** An endpoint at a receiver, for these types. */
  register({ url }: Pick<Receiver, 'url'>, types: readonly string[] = ['a', 'b', 'c']) {
    return this.webhooks.register(url, types);
  }

  /** A dispatcher as a worker has it, looking when it is told to and every so often. */
  start(change: Partial<DispatcherOptions> = {}): Dispatcher {
    const dispatcher = new Dispatcher({
      pool: this.pool,
      secrets: this.secrets,
      send: createSender({ allowPrivate: true, resolve: resolveByDns, timeoutMs: 10 * SECOND }),
      policy: POLICY,
      source: 'https://portos.example.org',
      log: { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined },
      queue: null,
      tickMs: 50,
      chance: () => 0,
      ...change,
    });
    this.#dispatchers.push(dispatcher);
    dispatcher.start();
    return dispatcher;
  }

  /** Events happen, each `subject type`, in one transaction. */
  async happen(...events: readonly string[]): Promise<void> {
    const rows = events.map((event) => {
      const [subject, type] = event.split(' ');
      return { event_id: `evt_${randomUUID()}`, subject, type, data: { paymentId: subject } };
    });
    await this.pool.query(
      `insert into payments.event (event_id, subject, type, data)
       select event_id, subject, type, data from jsonb_populate_recordset(null::payments.event, $1::jsonb)`,
      [JSON.stringify(rows)],
    );
  }

  /** Statements that wait for a lock. */
  async waiters(): Promise<number> {
    const { rowCount } = await this.pool.query(
      `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
    );
    return rowCount ?? 0;
  }

  async passTime(ms: number): Promise<void> {
    this.#aheadMs += ms;
    await setClockAhead(this.pool, this.#aheadMs);
  }

  /** Oldest first. */
  async deliveries(webhookId: string): Promise<DeliveryView[]> {
    return [...((await this.webhooks.deliveries(webhookId, null, 200))?.items ?? [])].reverse();
  }

  /** How the deliveries of an endpoint stand, oldest first. */
  async statuses(webhookId: string): Promise<string[]> {
    return (await this.deliveries(webhookId)).map(({ status }) => status);
  }

  async #miscountedLanes(): Promise<number> {
    return (await this.pool.query<{ count: number }>(MISCOUNTED)).rows[0]?.count ?? 0;
  }

  /** Nothing that is due waits, and nothing is in hand: what was tried is written down. */
  async quiet(): Promise<void> {
    await until(async () => {
      const { rows } = await this.pool.query<{ busy: boolean }>(`
        select exists (select from payments.event where not is_fanned_out)
          or exists (
            select from payments.delivery_lane lane join payments.webhook using (webhook_id)
            where lane.pending > 0 and disabled_at is null and (lane.lease_until > engine.clock() or
              (lane.due_at <= engine.clock() and (open_until is null or open_until <= engine.clock())))
          ) as busy`);
      return rows[0]?.busy === false;
    });
  }
}

const MISCOUNTED = `
  select count(*)::int as count from payments.delivery_lane lane
  where pending <> (
    select count(*) from payments.delivery
    where delivery.webhook_id = lane.webhook_id and delivery.subject = lane.subject and status = 'pending'
  )`;

const WITHIN_MS = 15_000;

/** Looks until it is so; rows are written by somebody else, so there is no signal to wait for. */
export async function until(isSo: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + WITHIN_MS;
  while (!(await isSo())) {
    if (performance.now() > deadline) throw new Error(`not so within ${WITHIN_MS} ms`);
    await pause(10);
  }
}

export function known<Value>(value: Value | null | undefined): Value {
  if (value === null || value === undefined) throw new Error('it should be there');
  return value;
}
