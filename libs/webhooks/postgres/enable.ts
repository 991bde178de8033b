import type { Pool } from 'pg';
import type { Endpoint } from './endpoints.js';
import { COLUMNS } from './endpoints.js';
import { holdFanOut } from './fan-out.js';
import { inTransaction } from './transaction.js';

/** Before lanes and deliveries, as everybody does. */
const LOCK = `select ${COLUMNS} from payments.webhook where webhook_id = $1 for no key update`;

/**
 * The endpoint is as new; what waits for it has all its patience again, and its lanes are due. What was passed on while it
 * was disabled was made no delivery for it: of that, whatever it would have been sent is made now.
 */
const ENABLE = `
  with moment as materialized (select engine.clock() as now),
  endpoint as (
    update payments.webhook
    set disabled_at = null, disabled_because = null, failures = 0, failed_at = null, open_until = null
    where webhook_id = $1
    returning webhook_id, event_types, created_at
  ), again as (
    update payments.delivery set tries = 0, first_tried_at = null where webhook_id = $1 and status = 'pending'
  ), made as (
    insert into payments.delivery (webhook_id, position, subject)
    select endpoint.webhook_id, event.position, event.subject
    from endpoint
    join payments.event on event.type = any(endpoint.event_types) and event.occurred_at >= endpoint.created_at
    where event.is_fanned_out
      and not exists (select from payments.delivery had where had.webhook_id = $1 and had.position = event.position)
    order by event.position
    on conflict (webhook_id, position) do nothing
    returning webhook_id, subject
  ), due as (
    select subject, sum(count)::int as count from (
      select subject, 1 as count from made
      union all
      select subject, 0 from payments.delivery_lane where webhook_id = $1 and pending > 0
    ) lane group by subject
  )
  insert into payments.delivery_lane as lane (webhook_id, subject, pending, due_at, head_since)
  select $1, due.subject, due.count, moment.now, moment.now from due, moment order by due.subject
  on conflict (webhook_id, subject) do update set
    pending = lane.pending + excluded.pending, due_at = excluded.due_at, head_since = excluded.head_since`;

/**
 * Sends to a disabled endpoint again, beginning with what waits for it and what it missed; one that is not disabled is left
 * as it is. Answers how it stands; null when there is none.
 */
export const enableEndpoint = (pool: Pool, webhookId: string): Promise<Endpoint | null> =>
  inTransaction(pool, async (client) => {
    // Nothing is passed on meanwhile: it would see the endpoint disabled still, and we would not see what it has marked.
    await holdFanOut(client);
    const { rows } = await client.query<Endpoint>(LOCK, [webhookId]);
    const [endpoint] = rows;
    if (!endpoint || endpoint.disabledAt === null) return endpoint ?? null;
    await client.query(ENABLE, [webhookId]);
    return { ...endpoint, disabledAt: null, disabledBecause: null };
  });
