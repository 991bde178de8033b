import type { Pool } from 'pg';
import type { StoredEvent } from '../cloud-event.js';
import { inTransaction } from './transaction.js';

/** The advisory lock of whoever feeds the queue; the number spells FEED. One at a time, so that the order is kept. */
const FEED_LOCK = 0x46454544;

const READ = {
  name: 'webhooks.forQueue',
  text: `
  select position, event_id as "eventId", type, subject, data, occurred_at as "occurredAt",
         request_id as "requestId"
  from payments.event where is_for_queue order by position limit $1`,
};

/**
 * Adds what waits for the queue, in order, and then notes that it is there: a death in between adds it again, under the
 * same name. Returns how many.
 */
export const feedQueue = (
  pool: Pool,
  limit: number,
  add: (events: readonly StoredEvent[]) => Promise<void>,
): Promise<number> =>
  inTransaction(pool, async (client) => {
    const lock = await client.query<{ isOurs: boolean }>('select pg_try_advisory_xact_lock($1) as "isOurs"', [
      FEED_LOCK,
    ]);
    if (!lock.rows[0]?.isOurs) return 0;
    const { rows } = await client.query<StoredEvent>({ ...READ, values: [limit] });
    if (rows.length === 0) return 0;
    await add(rows);
    const positions = rows.map(({ position }) => position);
    await client.query('update payments.event set is_for_queue = false where position = any($1::bigint[])', [
      positions,
    ]);
    return rows.length;
  });
