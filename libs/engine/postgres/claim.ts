import type { Pool } from 'pg';
import type { Claim, EffectClass, EffectRef } from '../core/effect.js';
import { inOurWords } from './failure.js';
import { inTransaction } from './transaction.js';

/** How long claimed effects are held, in milliseconds. */
export interface LeaseTerms {
  /** A UUID, new for each claim: it alone allows to say what became of the effect. */
  readonly token: string;
  readonly defaultMs: number;
  /** Effect type -> a lease of its own. */
  readonly msByType: Readonly<Record<string, number>>;
}

/** An effect the relay took to wake a worker for. */
export interface RungEffect extends EffectRef {
  readonly class: EffectClass;
}

/** An older effect in the same lane that is not finished: the one order the engine keeps. */
const HAS_OLDER = `exists (
      select from engine.effect older
      where older.instance_id = e.instance_id and older.lane = e.lane and older.status = 'pending'
        and (older.armed_seq, older.armed_index) < (e.armed_seq, e.armed_index))`;

/**
 * Claims what is still pending, due, under nobody's lease and at the head of its lane. Of two workers that come at
 * once one skips the locked row; one that comes with an older snapshot finds the lease when the row is checked again.
 * It leaves `wake_at` alone, which is in an index: an effect that is carried out before it is rung again costs less so.
 */
const CLAIM = {
  name: 'engine.claim',
  text: `
  with clock as materialized (select engine.clock() as now),
  free as (
    select e.instance_id, e.key,
           clock.now + coalesce(($3::jsonb ->> e.type)::double precision, $4) * interval '1 millisecond' as lease_until
    from clock, unnest($1::text[], $2::text[]) as named(instance_id, key)
    join engine.effect e using (instance_id, key)
    where e.status = 'pending' and e.due_at <= clock.now and (e.lease_until is null or e.lease_until <= clock.now)
      and (e.lane is null or not ${HAS_OLDER})
    order by e.instance_id, e.key
    for update of e skip locked
  )
  update engine.effect e
  set lease_token = $5, lease_until = free.lease_until, tries = e.tries + 1
  from free join engine.instance i on i.id = free.instance_id
  where e.instance_id = free.instance_id and e.key = free.key
  returning e.instance_id as "instanceId", e.key, i.machine, e.type, e.payload, e.tries,
            e.armed_seq as "armedSeq", i.seq as "askedAtSeq", e.lease_token as "leaseToken",
            e.request_id as "requestId"`,
};

export async function claim(pool: Pool, refs: readonly EffectRef[], lease: LeaseTerms): Promise<Claim[]> {
  const values = [
    refs.map((ref) => ref.instanceId),
    refs.map((ref) => ref.key),
    JSON.stringify(lease.msByType),
    lease.defaultMs,
    lease.token,
  ];
  const [claimed] = await inTransaction(pool, [{ ...CLAIM, values }]);
  return claimed?.rows ?? [];
}

/**
 * Takes due effects to ring for, oldest first, and sets when each is rung again if nobody claims it: after 5 s, then
 * twice as long each time, up to a minute. One under lease wakes nobody until the lease ends, and then counts as never
 * rung. An effect behind another in its lane wakes nobody either; it is put off, up to ten minutes, and comes forward
 * when the one before it ends. The clock is a scalar subquery because a volatile function could not bound the index scan.
 */
const RING = {
  name: 'engine.ring',
  text: `
  with due as (
    select picked.*
    from unnest($1::text[], $2::int[]) as quota(class, size)
    cross join lateral (
      select e.instance_id, e.key, e.lane is not null and ${HAS_OLDER} as is_behind,
             case when e.lease_until > (select engine.clock()) then e.lease_until end as held_until
      from engine.effect e
      where e.class = quota.class and e.status = 'pending' and e.wake_at <= (select engine.clock())
      order by e.wake_at
      limit quota.size
      for update skip locked
    ) picked
  ), rung as (
    update engine.effect e
    set wakes = case when due.held_until is null then e.wakes + 1 else 0 end,
        woken_at = case when due.is_behind then null when due.held_until is null then (select engine.clock()) else e.woken_at end,
        wake_at = coalesce(due.held_until, (select engine.clock())
          + least(interval '5 seconds' * 2 ^ least(e.wakes, 10),
                  case when due.is_behind then interval '10 minutes' else interval '1 minute' end))
    from due
    where e.instance_id = due.instance_id and e.key = due.key
    returning e.instance_id, e.key, e.class, due.is_behind or due.held_until is not null as is_quiet
  )
  select instance_id as "instanceId", key, class, is_quiet as "isQuiet" from rung`,
};

const NEXT_RING = {
  name: 'engine.next-ring',
  text: `
  select extract(epoch from min(next.wake_at) - (select engine.clock()))::double precision * 1000 as ms
  from unnest($1::text[]) as asked(class)
  cross join lateral (
    select e.wake_at from engine.effect e
    where e.class = asked.class and e.status = 'pending'
    order by e.wake_at limit 1
  ) next`,
};

export async function ring(pool: Pool, quota: ReadonlyMap<EffectClass, number>): Promise<Ringing> {
  const classes = [...quota.keys()];
  const [rung, next] = await inTransaction(pool, [
    { ...RING, values: [classes, [...quota.values()]] },
    { ...NEXT_RING, values: [classes] },
  ]);
  const rows: readonly (RungEffect & { readonly isQuiet: boolean })[] = rung?.rows ?? [];
  const nexts: readonly { readonly ms: number | null }[] = next?.rows ?? [];
  const nextMs = nexts[0]?.ms ?? null;
  return {
    effects: rows.flatMap(({ isQuiet, ...effect }) => (isQuiet ? [] : [effect])),
    fullClasses: classes.filter((name) => rows.filter((row) => row.class === name).length === quota.get(name)),
    nextMs: nextMs === null ? null : Math.max(0, Math.ceil(nextMs)),
  };
}

/** What one scan found. */
export interface Ringing {
  /** Those to wake workers for. */
  readonly effects: readonly RungEffect[];
  /** Classes whose quota was used up: more may be due. */
  readonly fullClasses: readonly EffectClass[];
  /** Milliseconds until the next effect of these classes is to be rung (0 = now), null when none waits. */
  readonly nextMs: number | null;
}

/** An effect that could run is rung again within a minute, so the index on `wake_at` finds all of them. */
const OVERDUE = {
  name: 'engine.overdue',
  text: `
  select coalesce(max(extract(epoch from (select engine.clock()) - e.due_at)), 0)::double precision * 1000 as ms
  from engine.effect e
  where e.class = any($1::text[]) and e.status = 'pending'
    and e.wake_at <= (select engine.clock()) + interval '1 minute'
    and e.due_at <= (select engine.clock())
    and (e.lease_until is null or e.lease_until <= (select engine.clock()))
    and (e.lane is null or not ${HAS_OLDER})`,
};

export async function oldestOverdueMs(pool: Pool, classes: readonly EffectClass[]): Promise<number> {
  const [overdue] = await inTransaction(pool, [{ ...OVERDUE, values: [classes] }]);
  const [{ ms } = { ms: 0 }]: readonly { readonly ms: number }[] = overdue?.rows ?? [];
  return ms;
}

const HOLD = { name: 'engine.hold', text: 'select from engine.instance where id = $1 for update' };

/** The tries go on counting: a once-effect must still know that it was begun before. */
const REARM = {
  name: 'engine.rearm',
  text: `
  update engine.effect
  set status = 'pending', due_at = (select engine.clock()), wake_at = (select engine.clock()), woken_at = null,
      wakes = 0, lease_token = null, lease_until = null
  where instance_id = $1 and key = $2 and status = 'parked'`,
};

export async function rearm(pool: Pool, ref: EffectRef): Promise<boolean> {
  const hold = { ...HOLD, values: [ref.instanceId] };
  try {
    const [, rearmed] = await inTransaction(pool, [hold, { ...REARM, values: [ref.instanceId, ref.key] }]);
    return rearmed?.rowCount === 1;
  } catch (error) {
    throw inOurWords(error);
  }
}
