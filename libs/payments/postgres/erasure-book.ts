import type { Pool, PoolClient } from 'pg';
import { onConnection } from '#libs/engine';
import { ErasureRefused, NotFound } from '../errors.js';
import { isPracticeId } from '../requests/schemas.js';
import type { InstanceStanding } from './practice-standing.js';
import { obstaclesOf, obstaclesToErasure, quietMsOf, readStandings } from './practice-standing.js';

/** How much was erased; no values. */
export interface Erased {
  readonly practices: number;
  readonly payers: number;
  /** Contents of charges: which documents, what is paid for. Amount and kind stay. */
  readonly charges: number;
  /** Documents. Their digests, dates and stamp numbers stay. */
  readonly attestations: number;
}

/** For how long what is kept, in milliseconds; null: for good. */
export interface RetentionTerms {
  /** Payer and content of the charges, since anything was last decided about the practice. */
  readonly payerDataKeptMs: number | null;
  /** Documents of attestations, since they came. */
  readonly attestationsKeptMs: number | null;
}

/** What an erasure concerns. */
interface Scope {
  readonly isPayerErased: boolean;
  /** Attestations that came so long ago or longer; null: none. */
  readonly attestationsOlderThanMs: number | null;
}

interface Recorded {
  readonly because: 'request' | 'retention';
  readonly by: string;
}

const PRACTICES_AT_ONCE = 100;
const NONE: Erased = { practices: 0, payers: 0, charges: 0, attestations: 0 };

const LOCK = `select id from engine.instance where id = any($1::text[]) order by id for update skip locked`;

const ERASE = `
  with payer as (
    delete from payments.payer where $4::boolean and practice_id = any($1::text[]) returning practice_id
  ), charge as (
    update payments.charge set sealed = null
    where $4::boolean and practice_id = any($1::text[]) and sealed is not null returning practice_id
  ), attestation as (
    update payments.attestation set sealed = null, erased_at = engine.clock()
    from payments.charge
    where charge.payment_id = attestation.payment_id and charge.practice_id = any($1::text[])
      and attestation.sealed is not null
      and attestation.received_at <= engine.clock() - $5::float8 * interval '1 millisecond'
    returning charge.practice_id
  ), counted as (
    select practice_id, sum(payers)::int as payers, sum(charges)::int as charges, sum(attestations)::int as attestations
    from (
      select practice_id, 1 as payers, 0 as charges, 0 as attestations from payer
      union all select practice_id, 0, 1, 0 from charge
      union all select practice_id, 0, 0, 1 from attestation
    ) as erased group by practice_id
  )
  insert into payments.erasure (practice_id, because, erased_by, payers, charges, attestations)
  select practice_id, $2, $3, payers, charges, attestations from counted
  returning payers, charges, attestations`;

const PAYERS = `
  select practice_id as "practiceId", practice_id as cursor from payments.payer
  where practice_id > $1 order by practice_id limit $2`;

const ATTESTATIONS = `
  select charge.practice_id as "practiceId",
         to_char(received_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') || ' ' || id_pagamento as cursor
  from payments.attestation join payments.charge using (payment_id)
  where attestation.sealed is not null
    and (received_at, id_pagamento) > (split_part($1, ' ', 1)::timestamptz, split_part($1, ' ', 2))
    and received_at <= engine.clock() - $3::float8 * interval '1 millisecond'
  order by received_at, id_pagamento limit $2`;

interface Candidate {
  readonly practiceId: string;
  /** Where the next look goes on. */
  readonly cursor: string;
}

/**
 * Erases personal data, and writes down that it did. It holds the rows of the instances meanwhile, as the intake does, so that
 * nothing is decided about a practice while its payer goes; who holds one of them already is left in peace. Safe to run twice
 * at once, and while payments are made.
 */
export class ErasureBook {
  /** @param pool of its own; with a statement timeout it cannot hang */
  constructor(private readonly pool: Pool) {}

  /**
   * Erases now whatever is personal about one practice that has come to its end.
   * @param by the name of a desk or a system, no person's
   * @throws NotFound; ErasureRefused in words while somebody may still need it
   */
  async erase(practiceId: string, by: string): Promise<Erased> {
    const scope = { isPayerErased: true, attestationsOlderThanMs: 0 };
    return this.transaction(async (client) => {
      const standings = (await readStandings(client, isPracticeId(practiceId) ? [practiceId] : [])).get(practiceId);
      if (!standings) throw new NotFound('practice', practiceId);
      const obstacles = obstaclesToErasure(standings);
      if (obstacles.length > 0) throw new ErasureRefused(practiceId, obstacles);
      const isErasable = (found: readonly InstanceStanding[]) => obstaclesToErasure(found).length === 0;
      const held = await this.held(client, new Map([[practiceId, standings]]), isErasable);
      if (held.length === 0) throw new ErasureRefused(practiceId, ['it is being changed at this moment: try again']);
      return this.eraseAll(client, held, scope, { because: 'request', by });
    });
  }

  /** Erases what was kept for long enough, a hundred practices at a time. */
  async retain({ payerDataKeptMs, attestationsKeptMs }: RetentionTerms): Promise<Erased> {
    const payers =
      payerDataKeptMs === null
        ? NONE
        : await this.sweep('', [PAYERS], payerDataKeptMs, { isPayerErased: true, attestationsOlderThanMs: null });
    const attestations =
      attestationsKeptMs === null
        ? NONE
        : await this.sweep('-infinity ', [ATTESTATIONS, attestationsKeptMs], 0, {
            isPayerErased: false,
            attestationsOlderThanMs: attestationsKeptMs,
          });
    return sum([payers, attestations]);
  }

  private async sweep(from: string, [text, ...more]: [string, ...number[]], quietMs: number, scope: Scope) {
    const isErasable = (found: readonly InstanceStanding[]) =>
      obstaclesOf(found).length === 0 && quietMsOf(found) >= quietMs;
    let total = NONE;
    for (let cursor = from; ;) {
      const { rows } = await this.pool.query<Candidate>(text, [cursor, PRACTICES_AT_ONCE, ...more]);
      const last = rows.at(-1);
      if (!last) return total;
      const practiceIds = [...new Set(rows.map(({ practiceId }) => practiceId))];
      const erased = await this.transaction(async (client) => {
        const standings = await readStandings(client, practiceIds);
        const held = await this.held(client, standings, isErasable);
        return this.eraseAll(client, held, scope, { because: 'retention', by: 'retention' });
      });
      total = sum([total, erased]);
      cursor = last.cursor;
    }
  }

  /** Those of the practices that may be erased and could be locked whole; they are looked at again under their locks. */
  private async held(
    client: PoolClient,
    looked: ReadonlyMap<string, readonly InstanceStanding[]>,
    isErasable: (standings: readonly InstanceStanding[]) => boolean,
  ): Promise<string[]> {
    const wanted = [...looked].filter(([, standings]) => isErasable(standings));
    if (wanted.length === 0) return [];
    const ids = wanted.flatMap(([, standings]) => standings.map(({ instanceId }) => instanceId));
    const locked = new Set((await client.query<{ id: string }>(LOCK, [ids])).rows.map(({ id }) => id));
    const again = await readStandings(
      client,
      wanted.map(([practiceId]) => practiceId),
    );
    return [...again].flatMap(([practiceId, standings]) => {
      const isHeld = standings.every(({ instanceId }) => locked.has(instanceId));
      return isHeld && isErasable(standings) ? [practiceId] : [];
    });
  }

  private async eraseAll(client: PoolClient, practiceIds: readonly string[], scope: Scope, recorded: Recorded) {
    if (practiceIds.length === 0) return NONE;
    const { isPayerErased, attestationsOlderThanMs } = scope;
    const values = [practiceIds, recorded.because, recorded.by, isPayerErased, attestationsOlderThanMs];
    const { rows } = await client.query<Omit<Erased, 'practices'>>(ERASE, values);
    return sum(rows.map((row) => ({ ...row, practices: 1 })));
  }

  private transaction<T>(work: (client: PoolClient) => Promise<T>): Promise<T> {
    return onConnection(this.pool, async (client) => {
      await client.query('begin');
      const result = await work(client);
      await client.query('commit');
      return result;
    });
  }
}

const sum = (parts: readonly Erased[]): Erased =>
  parts.reduce(
    (total, part) => ({
      practices: total.practices + part.practices,
      payers: total.payers + part.payers,
      charges: total.charges + part.charges,
      attestations: total.attestations + part.attestations,
    }),
    NONE,
  );
