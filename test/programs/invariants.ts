import type { Pool } from 'pg';

/** What the engine's tables may never show: each question is answered by the rows that break it. */
const ALWAYS: Readonly<Record<string, string>> = {
  'the decisions of an instance are numbered 1 to n without a gap, and it knows n': `
    select i.id, i.seq, count(t.seq), min(t.seq), max(t.seq)
    from engine.instance i left join engine.transition t on t.instance_id = i.id
    group by i.id
    having count(t.seq) <> i.seq or min(t.seq) is distinct from 1 or max(t.seq) is distinct from i.seq`,
  'no decision is without its instance': `
    select t.instance_id, t.seq from engine.transition t
    where not exists (select from engine.instance i where i.id = t.instance_id)`,
  'each decision begins where the one before it ended, and the instance stands where the last one ended': `
    select instance_id, seq, from_state, before, to_state, state
    from (
      select t.*, i.state, i.seq as last_seq, lag(t.to_state) over (partition by t.instance_id order by t.seq) as before
      from engine.transition t join engine.instance i on i.id = t.instance_id) as chained
    where from_state is distinct from before or (seq = last_seq and to_state <> state)`,
  'no event counts twice': `
    select instance_id, event_id, count(*) from engine.transition group by instance_id, event_id having count(*) > 1`,
  'no effect is given up': `
    select instance_id, key, last_error from engine.effect where status = 'parked'`,
  'no effect is without its instance': `
    select e.instance_id, e.key from engine.effect e
    where not exists (select from engine.instance i where i.id = e.instance_id)`,
};

/** Once nothing fails any more, whatever is due is carried out. */
const WHEN_QUIET: Readonly<Record<string, string>> = {
  'no effect is overdue': `
    select instance_id, key, due_at, wake_at, wakes, lease_until, tries, last_error from engine.effect
    where status = 'pending' and due_at < engine.clock() - interval '5 seconds'`,
};

/** Every broken invariant of a quiet system in words, with the first rows that break it; empty when all hold. */
export async function brokenInvariants(pool: Pool): Promise<string[]> {
  const broken: string[] = [];
  for (const [claim, sql] of Object.entries({ ...ALWAYS, ...WHEN_QUIET })) {
    const { rows } = await pool.query<Record<string, unknown>>(sql);
    if (rows.length > 0) broken.push(`not so: ${claim} (${rows.length}): ${JSON.stringify(rows.slice(0, 3))}`);
  }
  return broken;
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
