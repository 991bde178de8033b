import type { Pool } from 'pg';
import { brokenInvariants as broken, inWords } from '../../apps/cli/invariants.js';

/** What no test of the whole may leave behind, though a live system may: a person would have to look. */
const NOTHING_GIVEN_UP = `select instance_id, key, last_error from engine.effect where status = 'parked'`;

/** Every broken invariant of a system at rest in words, with the first rows that break it; empty when all hold. */
export async function brokenInvariants(pool: Pool): Promise<string[]> {
  const [found, { rows }] = await Promise.all([broken(pool, true), pool.query<object>(NOTHING_GIVEN_UP)]);
  return [...found.map(inWords), ...rows.map((row) => `an effect was given up: ${JSON.stringify(row)}`)];
}

/** An event of a command that was acknowledged, and how often it was. */
export interface Acknowledged {
  readonly instanceId: string;
  readonly type: string;
  readonly times: number;
}

/** The acknowledged commands of which fewer decisions are stored than answers were given. */
export async function forgottenCommands(pool: Pool, acknowledged: readonly Acknowledged[]): Promise<unknown[]> {
  const { rows } = await pool.query<Record<string, unknown>>(
    `select asked.*, count(t.seq)::int as stored
     from json_to_recordset($1::json) as asked("instanceId" text, type text, times int)
     left join engine.transition t on t.instance_id = asked."instanceId" and t.type = asked.type
     group by asked."instanceId", asked.type, asked.times
     having count(t.seq) < asked.times`,
    [JSON.stringify(acknowledged)],
  );
  return rows;
}
