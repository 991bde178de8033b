import type { Pool } from 'pg';
import type { Instance } from '../core/decision.js';
import type { EffectClass, EffectRef } from '../core/effect.js';
import type { EngineEvent, Json, Source } from '../core/event.js';

/** An instance with what only the rows know. */
export interface StoredInstance extends Instance {
  /** Arrivals that repeated an event id already recorded. */
  readonly duplicates: number;
  readonly createdAt: Date;
  /** When its last decision was recorded. */
  readonly updatedAt: Date;
}

/** One recorded decision. */
export interface TransitionRecord {
  readonly instanceId: string;
  readonly seq: number;
  readonly eventId: string;
  readonly event: EngineEvent;
  readonly source: Source;
  readonly actor: string | null;
  /** The request that it goes back to, null when it goes back to none. */
  readonly requestId: string | null;
  readonly decision: 'applied' | 'ignored';
  /** Why it was ignored, else null. */
  readonly reason: string | null;
  /** State paths; `from` is null for the decision that created the instance. */
  readonly from: string | null;
  readonly to: string;
  readonly at: Date;
}

/** An effect that is not finished. */
export interface StoredEffect extends EffectRef {
  readonly type: string;
  readonly class: EffectClass;
  readonly payload: Json;
  readonly lane: string | null;
  readonly armedSeq: number;
  readonly status: 'pending' | 'parked';
  readonly tries: number;
  readonly dueAt: Date;
  readonly leaseUntil: Date | null;
  readonly lastError: string | null;
  readonly requestId: string | null;
}

/** When a timer of an instance fires. */
export interface StoredTimer {
  readonly instanceId: string;
  readonly timerId: string;
  readonly dueAt: Date;
  /** How long until then by the engine's clock; below zero once it is due. */
  readonly dueInMs: number;
}

/** One page of a list; `nextCursor` is null on the last one. */
export interface Page<Item> {
  readonly items: readonly Item[];
  readonly nextCursor: string | null;
}

export interface InstanceQuery {
  /** A state path or the beginning of one: `initialized` finds `initialized.ready` too. */
  readonly state?: string;
  /** Fields that the context holds with these very values. */
  readonly context?: Readonly<Record<string, Json>>;
  /** Only these instances. */
  readonly ids?: readonly string[];
  /** `nextCursor` of the page before; one that is not ours finds nothing. */
  readonly cursor?: string;
  readonly limit: number;
}

/** What is read here is not prepared: each statement is planned for the conditions and the sizes it meets. */
const INSTANCE_COLUMNS = `id, machine, version, seq, state, snapshot, timers, duplicates,
  created_at as "createdAt", updated_at as "updatedAt"`;

export async function readInstances(pool: Pool, ids: readonly string[]): Promise<StoredInstance[]> {
  const text = `select ${INSTANCE_COLUMNS} from engine.instance where id = any($1::text[])`;
  return (await pool.query<StoredInstance>({ text, values: [ids] })).rows;
}

const TRANSITION_COLUMNS = `instance_id as "instanceId", seq, event_id as "eventId", type, payload, source, actor,
  request_id as "requestId", decision, reason, from_state as "from", to_state as "to", at`;

interface TransitionRow extends Omit<TransitionRecord, 'event'> {
  readonly type: string;
  readonly payload: Readonly<Record<string, Json>>;
}

export async function readTransitions(
  pool: Pool,
  id: string,
  afterSeq: number,
  limit: number,
): Promise<TransitionRecord[]> {
  const text = `
  select ${TRANSITION_COLUMNS} from engine.transition where instance_id = $1 and seq > $2 order by seq limit $3`;
  const values = [id, afterSeq, limit];
  return (await pool.query<TransitionRow>({ text, values })).rows.map(recordOf);
}

export async function readTransition(pool: Pool, id: string, eventId: string): Promise<TransitionRecord | null> {
  const text = `select ${TRANSITION_COLUMNS} from engine.transition where instance_id = $1 and event_id = $2`;
  const [row] = (await pool.query<TransitionRow>({ text, values: [id, eventId] })).rows;
  return row ? recordOf(row) : null;
}

export async function readTransitionsOfType(
  pool: Pool,
  ids: readonly string[],
  type: string,
): Promise<TransitionRecord[]> {
  const text = `
  select ${TRANSITION_COLUMNS} from engine.transition where instance_id = any($1::text[]) and type = $2
  order by instance_id, seq`;
  const values = [ids, type];
  return (await pool.query<TransitionRow>({ text, values })).rows.map(recordOf);
}

const recordOf = ({ type, payload, ...record }: TransitionRow): TransitionRecord => ({
  ...record,
  event: { type, ...payload },
});

const EFFECT_COLUMNS = `instance_id as "instanceId", key, type, class, payload, lane, armed_seq as "armedSeq", status,
  tries, due_at as "dueAt", lease_until as "leaseUntil", last_error as "lastError", request_id as "requestId"`;

export async function readEffects(pool: Pool, id: string): Promise<StoredEffect[]> {
  const text = `select ${EFFECT_COLUMNS} from engine.effect where instance_id = $1 order by due_at, key`;
  return (await pool.query<StoredEffect>({ text, values: [id] })).rows;
}

export async function readTimers(pool: Pool, ids: readonly string[]): Promise<StoredTimer[]> {
  const text = `
  select instance_id as "instanceId", payload ->> 'timerId' as "timerId", due_at as "dueAt",
         (extract(epoch from due_at - engine.clock()) * 1000)::float8 as "dueInMs"
  from engine.effect where instance_id = any($1::text[]) and type = 'timer' order by instance_id, due_at`;
  return (await pool.query<StoredTimer>({ text, values: [ids] })).rows;
}

/** When the next effect of a type is due, by instance; instances that wait for none are absent. */
export async function readNextDue(pool: Pool, ids: readonly string[], type: string): Promise<Map<string, Date>> {
  const text = `
  select instance_id as "instanceId", min(due_at) as "dueAt"
  from engine.effect where instance_id = any($1::text[]) and type = $2 and status = 'pending' group by instance_id`;
  const { rows } = await pool.query<{ instanceId: string; dueAt: Date }>({
    name: 'engine.read-next-due',
    text,
    values: [ids, type],
  });
  return new Map(rows.map(({ instanceId, dueAt }) => [instanceId, dueAt]));
}

export async function parkedEffects(pool: Pool, limit: number): Promise<StoredEffect[]> {
  const text = `select ${EFFECT_COLUMNS} from engine.effect where status = 'parked' order by created_at limit $1`;
  return (await pool.query<StoredEffect>({ text, values: [limit] })).rows;
}

export async function countByState(pool: Pool, machine: string): Promise<Record<string, number>> {
  const text = 'select state, count(*)::int as count from engine.instance where machine = $1 group by state';
  const { rows } = await pool.query<{ state: string; count: number }>({ text, values: [machine] });
  return Object.fromEntries(rows.map((row) => [row.state, row.count]));
}

/**
 * Newest first by creation, which never changes: a page cannot skip or repeat an instance that moves meanwhile. The
 * sub-states of a state lie between `state.` and `state/`, the next character. The cursor is the last id shown.
 */
const LIST = `
  select ${INSTANCE_COLUMNS}
  from engine.instance
  where machine = $1
    and ($2::text is null or state = $2 or (state > $2 || '.' and state < $2 || '/'))
    and ($3::text is null or (created_at, id) < (select last.created_at, last.id from engine.instance last where id = $3))
    and ($4::jsonb is null or snapshot -> 'context' @> $4::jsonb)
    and ($5::text[] is null or id = any($5::text[]))
  order by created_at desc, id desc
  limit $6`;

export async function listInstances(pool: Pool, machine: string, query: InstanceQuery): Promise<Page<StoredInstance>> {
  const values = [
    machine,
    query.state ?? null,
    query.cursor ?? null,
    query.context ? JSON.stringify(query.context) : null,
    query.ids ?? null,
    query.limit + 1,
  ];
  const { rows } = await pool.query<StoredInstance>({ text: LIST, values });
  const items = rows.slice(0, query.limit);
  return { items, nextCursor: rows.length > query.limit ? (items.at(-1)?.id ?? null) : null };
}
