import type { Pool } from 'pg';
import type { StoredEvent } from '../cloud-event.js';
import type { DeliveryPolicy } from '../policy.js';
import { inTransaction } from './transaction.js';

/** A delivery held under lease, with all that is needed to send it. */
export interface ClaimedDelivery extends StoredEvent {
  readonly deliveryId: string;
  readonly webhookId: string;
  readonly leaseToken: string;
  /** This one included. */
  readonly tries: number;
  readonly url: string;
  /** Those that are live, the newest first. */
  readonly sealedSecrets: readonly Buffer[];
}

/** Endpoints that something is due for and that nobody else looks at now. Held, so that no two count the same room. */
const ENDPOINTS = {
  name: 'webhooks.claimable',
  text: `
  select webhook_id as "webhookId" from payments.webhook
  where disabled_at is null and (open_until is null or open_until <= (select engine.clock()))
    and exists (
      select from payments.delivery_lane lane
      where lane.webhook_id = webhook.webhook_id and lane.pending > 0 and lane.due_at <= (select engine.clock())
    )
  for no key update skip locked`,
};

/** Of each due lane the oldest delivery; an endpoint that has failed too often is tried with one alone. */
const CLAIM = {
  name: 'webhooks.claim',
  text: `
  with moment as materialized (select engine.clock() as now),
  room as (
    select webhook_id, case when failures >= $2 then 1 else $3 end - (
      select count(*) from payments.delivery_lane lane
      where lane.webhook_id = webhook.webhook_id and lane.lease_until > (select now from moment)
    ) as free
    from payments.webhook where webhook_id = any($1::text[])
  ), due as materialized (
    select picked.webhook_id, picked.subject from room cross join lateral (
      select lane.webhook_id, lane.subject from payments.delivery_lane lane
      where lane.webhook_id = room.webhook_id and lane.pending > 0 and lane.due_at <= (select now from moment)
        and (lane.lease_until is null or lane.lease_until <= (select now from moment))
      order by lane.due_at limit greatest(room.free, 0) for update skip locked
    ) picked
  ), leased as (
    update payments.delivery_lane lane
    set lease_token = gen_random_uuid(), lease_until = (select now from moment) + $4 * interval '1 millisecond'
    from due where lane.webhook_id = due.webhook_id and lane.subject = due.subject
    returning lane.webhook_id, lane.subject, lane.lease_token
  ), head as (
    select leased.*, oldest.delivery_id from leased cross join lateral (
      select delivery_id from payments.delivery
      where delivery.webhook_id = leased.webhook_id and delivery.subject = leased.subject and status = 'pending'
      order by position limit 1
    ) oldest
  )
  update payments.delivery set tries = tries + 1, first_tried_at = coalesce(first_tried_at, (select now from moment))
  from head, payments.webhook, payments.event
  where delivery.delivery_id = head.delivery_id
    and webhook.webhook_id = head.webhook_id and event.position = delivery.position
  returning delivery.delivery_id as "deliveryId", head.webhook_id as "webhookId", head.subject,
    head.lease_token as "leaseToken", delivery.tries, webhook.url,
    array(
      select sealed from payments.webhook_secret secret
      where secret.webhook_id = head.webhook_id and (live_until is null or live_until > (select now from moment))
      order by version desc
    ) as "sealedSecrets",
    event.position, event.event_id as "eventId", event.type, event.data, event.occurred_at as "occurredAt",
    event.request_id as "requestId"`,
};

type ClaimTerms = Pick<DeliveryPolicy, 'failuresToOpen' | 'inFlightPerEndpoint' | 'leaseMs'>;

/** Takes deliveries that may be sent now: of each subject and endpoint the oldest, and of each endpoint a few. */
export const claim = (pool: Pool, terms: ClaimTerms): Promise<readonly ClaimedDelivery[]> =>
  inTransaction(pool, async (client) => {
    const { rows: endpoints } = await client.query<{ webhookId: string }>(ENDPOINTS);
    if (endpoints.length === 0) return [];
    const ids = endpoints.map(({ webhookId }) => webhookId);
    const values = [ids, terms.failuresToOpen, terms.inFlightPerEndpoint, terms.leaseMs];
    return (await client.query<ClaimedDelivery>({ ...CLAIM, values })).rows;
  });
