import type { Pool } from 'pg';

/** Events at once: short statements, so that nobody waits for them. */
const BATCH = 1_000;

/** What was told to everybody goes, with the notes of it; what somebody was not told stays, to be replayed. */
const PRUNE = `
  with old as materialized (
    select position from payments.event
    where is_fanned_out and not is_for_queue
      and occurred_at < (select engine.clock()) - $1 * interval '1 millisecond'
      and not exists (
        select from payments.delivery where delivery.position = event.position and delivery.status <> 'delivered'
      )
    order by position limit $2
  ), told as (
    delete from payments.delivery using old where delivery.position = old.position
  )
  delete from payments.event using old where event.position = old.position`;

/** A lane that holds nothing is opened anew when something comes. */
const PRUNE_LANES = `
  delete from payments.delivery_lane where pending = 0 and due_at < (select engine.clock()) - interval '1 day'`;

/** Forgets events older than `keepMs` that everybody was told of; returns how many. */
export async function prune(pool: Pool, keepMs: number): Promise<number> {
  let total = 0;
  for (;;) {
    const { rowCount } = await pool.query({ text: PRUNE, values: [keepMs, BATCH] });
    total += rowCount ?? 0;
    if ((rowCount ?? 0) < BATCH) break;
  }
  await pool.query(PRUNE_LANES);
  return total;
}
