import { timerKey } from '../core/advance.js';
import type { Instance } from '../core/decision.js';
import type { EffectClass, EffectRef, EffectRequest } from '../core/effect.js';
import type { EngineEvent, SideRow } from '../core/event.js';
import { sideRowStatements } from './side-rows.js';
import type { Statement } from './transaction.js';

/** All that one intake transaction writes. Each list names a row at most once. */
export interface Writes {
  readonly created: readonly WrittenInstance[];
  readonly changed: readonly WrittenInstance[];
  readonly transitions: readonly WrittenTransition[];
  readonly armed: readonly ArmedEffect[];
  readonly removed: readonly RemovedEffect[];
  readonly rescheduled: readonly RescheduledEffect[];
  /** Of applied events only; grouped by table in the order of `Registry.sideTables`. */
  readonly sideRows: readonly SideRow[];
}

export interface WrittenInstance extends Instance {
  /** Duplicates met in this transaction. */
  readonly duplicates: number;
}

export interface WrittenTransition {
  readonly instanceId: string;
  readonly seq: number;
  readonly eventId: string;
  readonly event: EngineEvent;
  readonly source: string;
  readonly actor: string | null;
  readonly requestId: string | null;
  readonly decision: 'applied' | 'ignored';
  readonly reason: string | null;
  readonly from: string | null;
  readonly to: string;
}

export interface ArmedEffect extends EffectRef, EffectRequest {
  readonly class: EffectClass;
  readonly armedSeq: number;
  readonly armedIndex: number;
  /** That of the event whose decision armed it. */
  readonly requestId: string | null;
}

/** `always`: no longer wanted. Else only whoever holds the lease may end it. */
export interface RemovedEffect extends EffectRef {
  readonly always: boolean;
  readonly leaseToken: string | null;
}

/** Tried again later, or parked; only by whoever holds the lease. */
export interface RescheduledEffect extends EffectRef {
  readonly leaseToken: string;
  readonly status: 'pending' | 'parked';
  readonly afterMs: number;
  readonly reason: string;
}

/** The name of the one statement whose row count tells whether an effect came to the head of its lane. */
export const ADVANCE_LANES = 'engine.advance-lanes';

const CREATE = {
  name: 'engine.create',
  text: `
  insert into engine.instance (id, machine, version, seq, state, snapshot, timers, duplicates, created_at, updated_at)
  select id, machine, version, seq, state, snapshot, timers, duplicates,
         (select engine.clock()), (select engine.clock())
  from jsonb_to_recordset($1::jsonb) as row(
    id text, machine text, version int, seq int, state text, snapshot jsonb, timers jsonb, duplicates int)`,
};

const CHANGE = {
  name: 'engine.change',
  text: `
  update engine.instance i
  set seq = row.seq, state = row.state, snapshot = row.snapshot, timers = row.timers,
      duplicates = i.duplicates + row.duplicates,
      updated_at = case when row.seq > i.seq then (select engine.clock()) else i.updated_at end
  from jsonb_to_recordset($1::jsonb) as row(
    id text, seq int, state text, snapshot jsonb, timers jsonb, duplicates int)
  where i.id = row.id`,
};

const RECORD = {
  name: 'engine.record',
  text: `
  insert into engine.transition
    (instance_id, seq, event_id, type, payload, source, actor, request_id, decision, reason, from_state, to_state, at)
  select instance_id, seq, event_id, type, payload, source, actor, request_id, decision, reason, from_state, to_state,
         (select engine.clock())
  from jsonb_to_recordset($1::jsonb) as row(
    instance_id text, seq int, event_id text, type text, payload jsonb, source text, actor text, request_id text,
    decision text, reason text, from_state text, to_state text)`,
};

/**
 * A lease that matches says that the effect was carried out; an effect may be both done and no longer wanted. Only what
 * was begun is logged: of a timer that was cancelled the transitions tell.
 */
const REMOVE = {
  name: 'engine.remove',
  text: `
  with gone as (
    delete from engine.effect e
    using jsonb_to_recordset($1::jsonb) as row(instance_id text, key text, always boolean, lease_token uuid)
    where e.instance_id = row.instance_id and e.key = row.key and (row.always or e.lease_token = row.lease_token)
    returning e.instance_id, e.key, e.type, e.tries, e.last_error, e.request_id,
              case when e.lease_token = row.lease_token then 'done' else 'cancelled' end as status
  )
  insert into engine.effect_log (instance_id, key, type, status, tries, last_error, request_id, finished_at)
  select instance_id, key, type, status, tries, last_error, request_id, (select engine.clock()) from gone where tries > 0`,
};

const RESCHEDULE = {
  name: 'engine.reschedule',
  text: `
  update engine.effect e
  set status = row.status, last_error = row.reason, lease_token = null, lease_until = null, wakes = 0, woken_at = null,
      due_at = (select engine.clock()) + row.after_ms * interval '1 millisecond',
      wake_at = (select engine.clock()) + row.after_ms * interval '1 millisecond'
  from jsonb_to_recordset($1::jsonb) as row(
    instance_id text, key text, lease_token uuid, status text, reason text, after_ms double precision)
  where e.instance_id = row.instance_id and e.key = row.key and e.lease_token = row.lease_token`,
};

/** Arming a key again starts anew: whoever holds the old lease can no longer end what is wanted now. */
const ARM = {
  name: 'engine.arm',
  text: `
  with row as (
    select *, (select engine.clock()) + after_ms * interval '1 millisecond' as due_at
    from jsonb_to_recordset($1::jsonb) as row(
      instance_id text, key text, type text, class text, payload jsonb, lane text, armed_seq int, armed_index int,
      request_id text, after_ms double precision)
  ), superseded as (
    insert into engine.effect_log (instance_id, key, type, status, tries, last_error, request_id, finished_at)
    select e.instance_id, e.key, e.type, 'superseded', e.tries, e.last_error, e.request_id, (select engine.clock())
    from engine.effect e join row using (instance_id, key)
    where e.tries > 0
  )
  insert into engine.effect
    (instance_id, key, type, class, payload, lane, armed_seq, armed_index, request_id, due_at, wake_at, created_at)
  select instance_id, key, type, class, payload, lane, armed_seq, armed_index, request_id, due_at, due_at,
         (select engine.clock())
  from row
  on conflict (instance_id, key) do update
  set type = excluded.type, class = excluded.class, payload = excluded.payload, lane = excluded.lane,
      armed_seq = excluded.armed_seq, armed_index = excluded.armed_index, request_id = excluded.request_id,
      due_at = excluded.due_at, wake_at = excluded.wake_at, created_at = excluded.created_at, woken_at = null, wakes = 0, tries = 0,
      lease_token = null, lease_until = null, status = 'pending', last_error = null`,
};

/**
 * Makes the effect that came to the head of its lane due for waking. The relay had put it off without waking anybody
 * (`woken_at` is null). It is written even if it looks due already, so that a relay putting it off at this moment
 * and this statement meet on the row, and whoever comes second sees what the first did.
 */
const LANES = {
  name: ADVANCE_LANES,
  text: `
  update engine.effect e
  set wake_at = greatest(e.due_at, (select engine.clock())), wakes = 0
  where e.instance_id = any($1::text[]) and e.status = 'pending' and e.lane is not null and e.woken_at is null
    and e.lease_token is null and (e.due_at <= (select engine.clock()) or e.wake_at > e.due_at)
    and not exists (
      select from engine.effect older
      where older.instance_id = e.instance_id and older.lane = e.lane and older.status = 'pending'
        and (older.armed_seq, older.armed_index) < (e.armed_seq, e.armed_index))`,
};

/**
 * The statements that write it all. New instances come sorted by id, because two transactions that create the same
 * ones wait for each other there. Effect rows need no order: their instance is locked, and whoever touches them
 * without that lock (claim, ring) skips what it cannot have.
 */
export function writeStatements(writes: Writes): Statement[] {
  const statements: Statement[] = [];
  const add = (statement: { readonly name: string; readonly text: string }, rows: readonly unknown[]) => {
    if (rows.length > 0) statements.push({ ...statement, values: [JSON.stringify(rows)] });
  };
  add(CREATE, writes.created);
  add(CHANGE, writes.changed);
  add(RECORD, writes.transitions.map(transitionRow));
  add(REMOVE, writes.removed.map(removedRow));
  add(RESCHEDULE, writes.rescheduled.map(rescheduledRow));
  add(ARM, writes.armed.map(armedRow));
  const moved = instancesWithMovedLanes(writes);
  if (moved.length > 0) statements.push({ ...LANES, values: [moved] });
  return [...statements, ...sideRowStatements(writes.sideRows)];
}

/** Whether something written is due at once, other than an effect that came to the head of its lane. */
export const isDueNow = (writes: Writes): boolean =>
  writes.armed.some((effect) => effect.afterMs <= 0) ||
  writes.rescheduled.some((effect) => effect.status === 'pending' && effect.afterMs <= 0);

/** Instances one of whose lanes may have a new head. Timers, the most of what is removed, stand in no lane. */
function instancesWithMovedLanes({ removed, rescheduled, armed }: Writes): string[] {
  const moved = [
    ...removed.filter((effect) => !effect.key.startsWith(TIMER_KEYS)),
    ...rescheduled.filter((effect) => effect.status === 'parked'),
    ...armed.filter((effect) => effect.lane !== null && !isOwnKey(effect)),
  ];
  return [...new Set(moved.map((effect) => effect.instanceId))].sort();
}

const TIMER_KEYS = timerKey('');

/** `<seq>.<index>`: a key that no effect had before. */
const isOwnKey = ({ key, armedSeq }: ArmedEffect): boolean => key.startsWith(`${armedSeq}.`);

const transitionRow = ({ event: { type, ...payload }, from, to, ...row }: WrittenTransition) => ({
  instance_id: row.instanceId,
  seq: row.seq,
  event_id: row.eventId,
  type,
  payload,
  source: row.source,
  actor: row.actor,
  request_id: row.requestId,
  decision: row.decision,
  reason: row.reason,
  from_state: from,
  to_state: to,
});

const removedRow = (effect: RemovedEffect) => ({
  instance_id: effect.instanceId,
  key: effect.key,
  always: effect.always,
  lease_token: effect.leaseToken,
});

const rescheduledRow = (effect: RescheduledEffect) => ({
  instance_id: effect.instanceId,
  key: effect.key,
  lease_token: effect.leaseToken,
  status: effect.status,
  reason: effect.reason,
  after_ms: effect.afterMs,
});

const armedRow = (effect: ArmedEffect) => ({
  instance_id: effect.instanceId,
  key: effect.key,
  type: effect.type,
  class: effect.class,
  payload: effect.payload,
  lane: effect.lane,
  armed_seq: effect.armedSeq,
  armed_index: effect.armedIndex,
  request_id: effect.requestId,
  after_ms: effect.afterMs,
});
