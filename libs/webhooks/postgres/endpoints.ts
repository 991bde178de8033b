import type { Pool } from 'pg';
import { inTransaction } from './transaction.js';

/** An endpoint as its owner sees it. */
export interface Endpoint {
  readonly webhookId: string;
  readonly url: string;
  readonly eventTypes: readonly string[];
  readonly createdAt: Date;
  /** null while messages are sent there. */
  readonly disabledAt: Date | null;
  readonly disabledBecause: string | null;
}

/** Of an endpoint as its owner sees it. */
export const COLUMNS = `webhook_id as "webhookId", url, event_types as "eventTypes", created_at as "createdAt",
  disabled_at as "disabledAt", disabled_because as "disabledBecause"`;

/** An endpoint with the secret that signs for it, sealed. */
export type SealedEndpoint = Pick<Endpoint, 'webhookId' | 'url' | 'eventTypes'> & { readonly sealed: Buffer };

/** Adds it, unless there is one of this id; answers what stands there now. */
export async function insertEndpoint(
  pool: Pool,
  endpoint: SealedEndpoint,
): Promise<SealedEndpoint & Pick<Endpoint, 'createdAt'>> {
  const text = `
  with added as (
    insert into payments.webhook (webhook_id, url, event_types) values ($1, $2, $3)
    on conflict (webhook_id) do nothing returning webhook_id
  )
  insert into payments.webhook_secret (webhook_id, version, sealed) select webhook_id, 1, $4 from added`;
  const { webhookId, url, eventTypes, sealed } = endpoint;
  await pool.query({ text, values: [webhookId, url, eventTypes, sealed] });
  const { rows } = await pool.query<SealedEndpoint & Pick<Endpoint, 'createdAt'>>(
    `select webhook_id as "webhookId", url, event_types as "eventTypes", webhook.created_at as "createdAt", sealed
     from payments.webhook join payments.webhook_secret using (webhook_id)
     where webhook_id = $1 and live_until is null`,
    [webhookId],
  );
  const [standing] = rows;
  if (!standing) throw new Error('the endpoint was deleted while it was registered again');
  return standing;
}

/** In order of their ids, from the one after `after`. */
export async function listEndpoints(pool: Pool, after: string, limit: number): Promise<Endpoint[]> {
  const text = `select ${COLUMNS} from payments.webhook where webhook_id > $1 order by webhook_id limit $2`;
  return (await pool.query<Endpoint>({ text, values: [after, limit] })).rows;
}

/** With all that was to be delivered there. False when there is none. */
export async function deleteEndpoint(pool: Pool, webhookId: string): Promise<boolean> {
  const { rowCount } = await pool.query('delete from payments.webhook where webhook_id = $1', [webhookId]);
  return rowCount === 1;
}

/**
 * From now on the new secret signs, and until `graceMs` from now those before it too; former ones that have expired are
 * forgotten. Null when there is no such endpoint.
 */
export const replaceSecret = (
  pool: Pool,
  webhookId: string,
  sealed: Buffer,
  graceMs: number,
): Promise<{ readonly formerLiveUntil: Date } | null> =>
  inTransaction(pool, async (client) => {
    const held = await client.query('select from payments.webhook where webhook_id = $1 for no key update', [
      webhookId,
    ]);
    if (held.rowCount === 0) return null;
    const { rows } = await client.query<{ formerLiveUntil: Date }>({
      text: `
      with moment as materialized (select engine.clock() as now),
      dead as (delete from payments.webhook_secret using moment where webhook_id = $1 and live_until <= now),
      former as (
        update payments.webhook_secret set live_until = now + $3 * interval '1 millisecond' from moment
        where webhook_id = $1 and live_until is null
        returning version, live_until
      )
      insert into payments.webhook_secret (webhook_id, version, sealed) select $1, version + 1, $2 from former
      returning (select live_until from former) as "formerLiveUntil"`,
      values: [webhookId, sealed, graceMs],
    });
    return rows[0] ?? null;
  });
