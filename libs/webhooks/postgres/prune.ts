import type { Pool } from 'pg';
import { inTransaction } from './transaction.js';

/** Events at once: short statements, so that nobody waits for them. */
const BATCH = 1_000;

/** Held, so that none is enabled while what waits for it goes. Endpoints are locked in order, as `settle` does. */
const DISABLED = `
  select webhook_id as "webhookId" from payments.webhook
  where disabled_at is not null order by webhook_id for no key update`;

/**
 * What is old goes, with the notes of it, unless something may still deliver it by itself: the fan-out, the queue, or an
 * endpoint that is tried. What waits for an endpoint that was disabled waits for nobody, and leaves its lane.
 */
const PRUNE = `
  with old as materialized (
    select position from payments.event
    where is_fanned_out and not (is_for_queue and $4)
      and occurred_at < (select engine.clock()) - $1 * interval '1 millisecond'
      and not exists (
        select from payments.delivery
        where delivery.position = event.position and status = 'pending' and webhook_id <> all($3::text[])
      )
    order by position limit $2
  ), forgotten as (
    delete from payments.delivery using old
    where delivery.position = old.position and (status <> 'pending' or webhook_id = any($3::text[]))
    returning webhook_id, subject, status
  ), waited as (
    select webhook_id, subject, count(*)::int as count from forgotten where status = 'pending'
    group by webhook_id, subject
  ), relieved as (
    update payments.delivery_lane lane set pending = lane.pending - waited.count
    from waited where lane.webhook_id = waited.webhook_id and lane.subject = waited.subject
  )
  delete from payments.event using old where event.position = old.position`;

/** A lane that holds nothing is opened anew when something comes. */
const PRUNE_LANES = `
  delete from payments.delivery_lane where pending = 0 and due_at < (select engine.clock()) - interval '1 day'`;

/**
 * Forgets events older than `keepMs`, those too that somebody was not told of and nobody tells any more; returns how many.
 * @param hasQueue whether somebody feeds the queue of events: what waits for a queue that was switched off is not kept
 */
export async function prune(pool: Pool, keepMs: number, hasQueue: boolean): Promise<number> {
  let total = 0;
  for (;;) {
    const count = await pruneBatch(pool, keepMs, hasQueue);
    total += count;
    if (count < BATCH) break;
  }
  await pool.query(PRUNE_LANES);
  return total;
}

/** A redelivery at that very moment keeps its event, and what else would have gone with it: then once more without it. */
async function pruneBatch(pool: Pool, keepMs: number, hasQueue: boolean): Promise<number> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await pruneOnce(pool, keepMs, hasQueue);
    } catch (error) {
      if ((error as { readonly code?: string }).code !== FOREIGN_KEY_VIOLATION || tries === MOST_TRIES) throw error;
    }
  }
}

const FOREIGN_KEY_VIOLATION = '23503';
const MOST_TRIES = 5;

const pruneOnce = (pool: Pool, keepMs: number, hasQueue: boolean): Promise<number> =>
  inTransaction(pool, async (client) => {
    const { rows } = await client.query<{ webhookId: string }>(DISABLED);
    const disabled = rows.map(({ webhookId }) => webhookId);
    const { rowCount } = await client.query({ text: PRUNE, values: [keepMs, BATCH, disabled, hasQueue] });
    return rowCount ?? 0;
  });
