import type { Pool, PoolClient } from 'pg';
import { inTransaction } from './transaction.js';

/** The advisory lock of whoever passes events on; the number spells FANO. */
const FAN_OUT_LOCK = 0x46414e4f;

/** One process at a time, or a later event of a subject could be passed on before an earlier one. */
const LOCK = { name: 'webhooks.fanOutLock', text: 'select pg_try_advisory_xact_lock($1) as "isOurs"' };

/**
 * Makes a delivery of each event for each endpoint that wants it, and opens the lanes they wait in. The lanes are locked in
 * order, as `settle` does.
 */
const FAN_OUT = {
  name: 'webhooks.fanOut',
  text: `
  with moment as materialized (select engine.clock() as now),
  taken as materialized (
    select position, subject, type from payments.event
    where not is_fanned_out order by position limit $1 for update
  ), marked as (
    update payments.event set is_fanned_out = true, is_for_queue = $2
    from taken where event.position = taken.position
    returning event.position
  ), made as (
    insert into payments.delivery (webhook_id, position, subject)
    select webhook.webhook_id, taken.position, taken.subject
    from taken join payments.webhook on webhook.disabled_at is null and taken.type = any(webhook.event_types)
    order by taken.position
    on conflict (webhook_id, position) do nothing
    returning webhook_id, subject
  ), opened as (
    insert into payments.delivery_lane as lane (webhook_id, subject, pending, due_at, head_since)
    select webhook_id, subject, count(*), moment.now, moment.now
    from made, moment group by webhook_id, subject, moment.now order by webhook_id, subject
    on conflict (webhook_id, subject) do update set
      pending = lane.pending + excluded.pending,
      due_at = case when lane.pending = 0 then excluded.due_at else lane.due_at end,
      head_since = case when lane.pending = 0 then excluded.head_since else lane.head_since end
  )
  select count(*)::int as count from marked`,
};

/**
 * Passes events on that nobody has passed on yet, in order. Returns how many; 0 also while another process is at it.
 * @param isForQueue whether they also go to the queue
 */
export const fanOut = (pool: Pool, limit: number, isForQueue: boolean): Promise<number> =>
  inTransaction(pool, async (client) => {
    const lock = await client.query<{ isOurs: boolean }>({ ...LOCK, values: [FAN_OUT_LOCK] });
    if (!lock.rows[0]?.isOurs) return 0;
    const { rows } = await client.query<{ count: number }>({ ...FAN_OUT, values: [limit, isForQueue] });
    return rows[0]?.count ?? 0;
  });

/** Until its transaction ends nobody passes events on; waits for who is at it. To be called before anything is locked. */
export async function holdFanOut(client: PoolClient): Promise<void> {
  await client.query('select pg_advisory_xact_lock($1)', [FAN_OUT_LOCK]);
}
