import type { Pool } from 'pg';
import type { DeliveryPolicy } from '../policy.js';

/** What a try came to. */
export interface TriedDelivery {
  readonly deliveryId: string;
  readonly webhookId: string;
  readonly subject: string;
  readonly leaseToken: string;
  /** `gone`: the receiver wants no more of anything. */
  readonly result: 'delivered' | 'failed' | 'gone';
  readonly statusCode: number | null;
  readonly error: string | null;
  readonly pauseMs: number;
}

/**
 * All at once: endpoints are locked before lanes, lanes before deliveries, each in order. A lane whose lease is another's
 * by now is left alone. An endpoint that took anything is well; one that failed too often in a row is left alone for a
 * pause that doubles.
 */
const SETTLE = {
  name: 'webhooks.settle',
  text: `
  with moment as materialized (select engine.clock() as now),
  tried as materialized (
    select * from jsonb_to_recordset($1::jsonb) as tried (
      "deliveryId" text, "webhookId" text, subject text, "leaseToken" uuid, result text, "statusCode" int, error text,
      "pauseMs" bigint
    )
  ), endpoint as materialized (
    select webhook_id from payments.webhook where webhook_id in (select "webhookId" from tried)
    order by webhook_id for no key update
  ), held as materialized (
    select tried.* from tried
    join endpoint on endpoint.webhook_id = tried."webhookId"
    join payments.delivery_lane lane
      on lane.webhook_id = tried."webhookId" and lane.subject = tried.subject and lane.lease_token = tried."leaseToken"
    order by lane.webhook_id, lane.subject for update of lane
  ), ended as (
    update payments.delivery set
      status = case
        when held.result = 'delivered' then 'delivered'
        when held.result = 'gone' then 'pending' -- for when the endpoint is enabled again
        when delivery.first_tried_at + $2 * interval '1 millisecond' <= (select now from moment) then 'undelivered'
        else 'pending' end,
      last_status_code = held."statusCode",
      last_error = held.error
    from held where delivery.delivery_id = held."deliveryId"
    returning delivery.webhook_id, delivery.subject, delivery.status, held."pauseMs"
  ), freed as (
    update payments.delivery_lane lane set
      pending = lane.pending - (ended.status <> 'pending')::int,
      due_at = moment.now + case when ended.status = 'pending' then ended."pauseMs" else 0 end * interval '1 millisecond',
      head_since = case when ended.status = 'pending' then lane.head_since else moment.now end,
      lease_token = null,
      lease_until = null
    from ended, moment where lane.webhook_id = ended.webhook_id and lane.subject = ended.subject
  ), tally as (
    select "webhookId", count(*) filter (where result = 'delivered')::int as delivered,
      count(*) filter (where result = 'failed')::int as failed, bool_or(result = 'gone') as gone
    from held group by "webhookId"
  )
  update payments.webhook set
    failures = case when tally.delivered > 0 then 0 else webhook.failures + tally.failed end,
    failed_at = case when tally.failed > 0 then moment.now else webhook.failed_at end,
    open_until = case when tally.delivered = 0 and webhook.failures + tally.failed >= $3 then
      moment.now + least($5, $4 * 2 ^ least(webhook.failures + tally.failed - $3, 20)) * interval '1 millisecond' end,
    disabled_at = case when tally.gone then moment.now else webhook.disabled_at end,
    disabled_because = case when tally.gone then 'the receiver answered 410 Gone' else webhook.disabled_because end
  from tally, moment where webhook.webhook_id = tally."webhookId"`,
};

/**
 * What has waited for too long at an endpoint that was tried after that and still failed, and takes nothing else either.
 * While an endpoint is left alone most of its messages are not tried themselves, and would otherwise never end.
 */
const GIVE_UP = {
  name: 'webhooks.giveUp',
  text: `
  with moment as materialized (select engine.clock() as now),
  overdue as materialized (
    select lane.webhook_id, lane.subject
    from payments.webhook join payments.delivery_lane lane using (webhook_id)
    where webhook.webhook_id = any($1::text[]) and webhook.disabled_at is null and webhook.failures >= $3
      and lane.pending > 0
      and (lane.lease_until is null or lane.lease_until <= (select now from moment))
      and lane.head_since + $2 * interval '1 millisecond' <= webhook.failed_at
    for update of lane skip locked
  ), ended as (
    update payments.delivery set
      status = 'undelivered', last_error = coalesce(delivery.last_error, 'the endpoint takes nothing')
    from overdue cross join lateral (
      select delivery_id from payments.delivery oldest
      where oldest.webhook_id = overdue.webhook_id and oldest.subject = overdue.subject and oldest.status = 'pending'
      order by position limit 1
    ) head
    where delivery.delivery_id = head.delivery_id
    returning delivery.webhook_id, delivery.subject
  )
  update payments.delivery_lane lane
  set pending = lane.pending - 1, due_at = moment.now, head_since = moment.now, lease_token = null, lease_until = null
  from ended, moment where lane.webhook_id = ended.webhook_id and lane.subject = ended.subject`,
};

type SettleTerms = Pick<DeliveryPolicy, 'giveUpAfterMs' | 'failuresToOpen' | 'firstOpenMs' | 'longestOpenMs'>;

/** Writes down what tries came to: many in one statement. */
export async function settle(pool: Pool, terms: SettleTerms, tried: readonly TriedDelivery[]): Promise<void> {
  const { giveUpAfterMs, failuresToOpen, firstOpenMs, longestOpenMs } = terms;
  const values = [JSON.stringify(tried), giveUpAfterMs, failuresToOpen, firstOpenMs, longestOpenMs];
  await pool.query({ ...SETTLE, values });
  const failing = tried.flatMap(({ webhookId, result }) => (result === 'failed' ? [webhookId] : []));
  if (failing.length > 0) await pool.query({ ...GIVE_UP, values: [failing, giveUpAfterMs, failuresToOpen] });
}
