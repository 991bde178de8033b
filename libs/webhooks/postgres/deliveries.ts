import type { Pool } from 'pg';
import { inTransaction } from './transaction.js';

/** How the delivery of one event to one endpoint stands. */
export interface DeliveryView {
  readonly deliveryId: string;
  readonly eventId: string;
  readonly eventType: string;
  readonly status: 'pending' | 'delivered' | 'undelivered';
  readonly tries: number;
  readonly lastStatusCode: number | null;
  /** Why the last try failed when there was no answer. */
  readonly lastError: string | null;
  /** null when it waits for nothing, or for an earlier event of the same subject. */
  readonly nextTryAt: Date | null;
}

/** What waits for an endpoint that was disabled is not coming, until it is enabled: it counts as undelivered. */
const LIST = `
  select delivery.position, delivery_id as "deliveryId", event_id as "eventId", event.type as "eventType",
    case when status = 'pending' and webhook.disabled_at is not null then 'undelivered' else status end as status,
    tries, last_status_code as "lastStatusCode", last_error as "lastError",
    case when status = 'pending' and webhook.disabled_at is null and not exists (
      select from payments.delivery earlier
      where earlier.webhook_id = delivery.webhook_id and earlier.subject = delivery.subject
        and earlier.status = 'pending' and earlier.position < delivery.position
    ) then greatest(lane.due_at, webhook.open_until) end as "nextTryAt"
  from payments.delivery
  join payments.webhook using (webhook_id)
  join payments.event on event.position = delivery.position
  left join payments.delivery_lane lane on lane.webhook_id = delivery.webhook_id and lane.subject = delivery.subject
  where delivery.webhook_id = $1 and delivery.position < $2
  order by delivery.position desc limit $3`;

type Row = DeliveryView & { readonly position: string };

/** Newest first, those before `before`; null when there is no such endpoint. */
export async function listDeliveries(
  pool: Pool,
  webhookId: string,
  before: string,
  limit: number,
): Promise<readonly Row[] | null> {
  const { rows } = await pool.query<Row>({ text: LIST, values: [webhookId, before, limit] });
  if (rows.length > 0) return rows;
  const { rowCount } = await pool.query('select from payments.webhook where webhook_id = $1', [webhookId]);
  return rowCount === 0 ? null : [];
}

/** Those of endpoints that are disabled wait for nothing. */
const WAITING = `
  select coalesce(sum(lane.pending), 0)::int as count,
    coalesce(extract(epoch from max((select engine.clock()) - lane.head_since)), 0)::double precision * 1000 as "oldestMs"
  from payments.delivery_lane lane join payments.webhook using (webhook_id)
  where lane.pending > 0 and webhook.disabled_at is null`;

export interface WaitingDeliveries {
  readonly count: number;
  /** How long the oldest of those that are next in their lanes has been next. */
  readonly oldestMs: number;
}

export async function countWaiting(pool: Pool): Promise<WaitingDeliveries> {
  const { rows } = await pool.query<WaitingDeliveries>(WAITING);
  return rows[0] ?? { count: 0, oldestMs: 0 };
}

/** Ended deliveries wait again, with all their patience; one that waits is due now. */
const REDELIVER = `
  with moment as materialized (select engine.clock() as now),
  again as (
    update payments.delivery set status = 'pending', tries = 0, first_tried_at = null
    where webhook_id = $1 and delivery_id = $2 and status <> 'pending'
    returning 1
  )
  insert into payments.delivery_lane as lane (webhook_id, subject, pending, due_at, head_since)
  select webhook_id, subject, (select count(*) from again), moment.now, moment.now
  from payments.delivery, moment where webhook_id = $1 and delivery_id = $2
  on conflict (webhook_id, subject) do update set
    pending = lane.pending + excluded.pending, due_at = excluded.due_at,
    head_since = case when lane.pending = 0 then excluded.head_since else lane.head_since end`;

/** As everybody does: the lane before what waits in it. */
const LOCK_LANE = `
  select from payments.delivery_lane lane join payments.delivery using (webhook_id, subject)
  where webhook_id = $1 and delivery_id = $2 for update of lane`;

/** Sends a message once more. It comes out of order if later ones of its subject were delivered. */
export const redeliver = (
  pool: Pool,
  webhookId: string,
  deliveryId: string,
): Promise<'accepted' | 'unknown' | 'disabled'> =>
  inTransaction(pool, async (client) => {
    const text = 'select disabled_at from payments.webhook where webhook_id = $1 for no key update';
    const { rows } = await client.query<{ disabled_at: Date | null }>({ text, values: [webhookId] });
    if (!rows[0]) return 'unknown';
    if (rows[0].disabled_at !== null) return 'disabled';
    const values = [webhookId, deliveryId];
    await client.query({ text: LOCK_LANE, values });
    const { rowCount } = await client.query({ text: REDELIVER, values });
    return rowCount === 1 ? 'accepted' : 'unknown';
  });
