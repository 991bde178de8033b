import type { Pool, PoolClient } from 'pg';
import type { Endpoint } from './endpoints.js';
import { COLUMNS } from './endpoints.js';
import { holdFanOut } from './fan-out.js';
import { inTransaction } from './transaction.js';

/** Before lanes and deliveries, as everybody does. */
const LOCK = `select ${COLUMNS} from payments.webhook where webhook_id = $1 for no key update`;

/** Missed events in one statement: a short one, so that nobody waits for it. */
const BATCH = 1_000;

/**
 * What was passed on while the endpoint was disabled was made no delivery for it: of that, whatever it would have been sent
 * is made now, the oldest first. It waits in its lanes, which nobody looks at as long as the endpoint is disabled.
 */
const MISSED = `
  with moment as materialized (select engine.clock() as now),
  missed as materialized (
    select event.position, event.subject
    from payments.webhook endpoint
    join payments.event on event.type = any(endpoint.event_types) and event.occurred_at >= endpoint.created_at
    where endpoint.webhook_id = $1 and event.is_fanned_out and event.position > $2
    order by event.position limit $3
  ), made as (
    insert into payments.delivery (webhook_id, position, subject)
    select $1, position, subject from missed order by position
    on conflict (webhook_id, position) do nothing
    returning subject
  ), waiting as (
    insert into payments.delivery_lane as lane (webhook_id, subject, pending, due_at, head_since)
    select $1, subject, count(*), moment.now, moment.now from made, moment group by subject, moment.now order by subject
    on conflict (webhook_id, subject) do update set pending = lane.pending + excluded.pending
  )
  select max(position)::text as last, count(*)::int as count from missed`;

/** The endpoint is as new; what waits for it has all its patience again, and its lanes are due. */
const ENABLE = `
  with moment as materialized (select engine.clock() as now),
  endpoint as (
    update payments.webhook
    set disabled_at = null, disabled_because = null, failures = 0, failed_at = null, open_until = null
    where webhook_id = $1
  ), again as (
    update payments.delivery set tries = 0, first_tried_at = null
    where webhook_id = $1 and status = 'pending' and tries > 0
  )
  update payments.delivery_lane lane set due_at = moment.now, head_since = moment.now
  from moment where lane.webhook_id = $1 and lane.pending > 0`;

/** An event may be seen later than one of a later position, whose transaction was shorter: so far back is looked again. */
const LOOK_BACK = 10_000n;

/**
 * Sends to a disabled endpoint again, beginning with what waits for it and what it missed; one that is not disabled is left
 * as it is. Answers how it stands; null when there is none. Who dies on the way has lost nothing, and begins again.
 */
export async function enableEndpoint(pool: Pool, webhookId: string): Promise<Endpoint | null> {
  const last = await makeUp((after) => inTransaction(pool, (client) => makeMissed(client, webhookId, after)), 0n);
  return inTransaction(pool, async (client) => {
    // Nothing is passed on meanwhile: it would see the endpoint disabled still, and we would not see what it has marked.
    await holdFanOut(client);
    await makeUp((after) => makeMissed(client, webhookId, after), last > LOOK_BACK ? last - LOOK_BACK : 0n);
    const endpoint = await lock(client, webhookId);
    if (!endpoint || endpoint.disabledAt === null) return endpoint;
    await client.query(ENABLE, [webhookId]);
    return { ...endpoint, disabledAt: null, disabledBecause: null };
  });
}

interface Batch {
  /** Position of the last event in it. */
  readonly last: string;
  readonly count: number;
}

/** Batch by batch from after a position. Answers the last position. */
async function makeUp(make: (after: bigint) => Promise<Batch | null>, from: bigint): Promise<bigint> {
  for (let after = from; ;) {
    const batch = await make(after);
    if (batch === null || batch.count === 0) return after;
    after = BigInt(batch.last);
    if (batch.count < BATCH) return after;
  }
}

/** Null when there is nothing to make up for, because nobody has disabled it. */
async function makeMissed(client: PoolClient, webhookId: string, after: bigint): Promise<Batch | null> {
  const endpoint = await lock(client, webhookId);
  if (!endpoint || endpoint.disabledAt === null) return null;
  const { rows } = await client.query<Batch>(MISSED, [webhookId, after.toString(), BATCH]);
  return rows[0] ?? null;
}

async function lock(client: PoolClient, webhookId: string): Promise<Endpoint | null> {
  const { rows } = await client.query<Endpoint>(LOCK, [webhookId]);
  return rows[0] ?? null;
}
