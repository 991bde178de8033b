import type { QueryResult } from 'pg';
import type { Instance } from '../core/decision.js';
import { BEGIN } from './transaction.js';
import type { Statement } from './transaction.js';

/** What an intake transaction must know before it decides. */
export interface Asked {
  /** Every instance that is decided about, or that owns a settled effect; each once, sorted. */
  readonly instanceIds: readonly string[];
  /** The events on their way, to find those that were here before. */
  readonly events: readonly EventName[];
  /** Wait for an instance that is locked elsewhere, instead of reporting it as busy. */
  readonly wait: boolean;
}

/** An event's name is unique per instance. */
export interface EventName {
  readonly instanceId: string;
  readonly eventId: string;
}

/** What it found. An instance that is neither in `instances` nor in `busy` does not exist. */
export interface Found {
  /** Locked by this transaction. */
  readonly instances: ReadonlyMap<string, Instance>;
  /** Locked by another one. */
  readonly busy: ReadonlySet<string>;
  /** Names (`eventName`) of the events that are recorded already. */
  readonly seen: ReadonlySet<string>;
}

/** One string for an event's name. NUL cannot occur in either part, so two names never collide. */
export const eventName = (instanceId: string, eventId: string): string => `${instanceId}\u0000${eventId}`;

/** How long the patient lock waits for one instance. Ours are held for milliseconds; this is somebody's console. */
const LOCK_TIMEOUT_MS = 500;

/**
 * Locks in the order of the ids. Each id comes back: with its row if we hold it now, else with whether it is known
 * (then somebody else holds it). The lateral query cannot be reordered by the planner, so the order of locking is ours.
 */
const lockSql = (wait: boolean) => `
  select asked.id, held.machine, held.version, held.seq, held.state, held.snapshot, held.timers,
         held.id is not null as is_held,
         held.id is null and exists (select from engine.instance known where known.id = asked.id) as is_busy
  from unnest($1::text[]) as asked(id)
  left join lateral (
    select * from engine.instance where id = asked.id for update ${wait ? '' : 'skip locked'}
  ) held on true`;
const LOCK = { name: 'engine.lock', text: lockSql(false) };
const LOCK_WAITING = { name: 'engine.lock-waiting', text: lockSql(true) };

/**
 * A statement of its own, after the locks: what was recorded by whoever held them before is then visible. In one
 * statement with the locking it would read the older snapshot and miss it.
 */
const SEEN = {
  name: 'engine.seen',
  text: `
  select recorded.instance_id, recorded.event_id
  from unnest($1::text[], $2::text[]) as asked(instance_id, event_id)
  join engine.transition recorded using (instance_id, event_id)`,
};

interface LockedRow extends Instance {
  readonly is_held: boolean;
  readonly is_busy: boolean;
}

interface SeenRow {
  readonly instance_id: string;
  readonly event_id: string;
}

/** The statements that open an intake transaction; `readFound` reads their results. */
export function lockStatements(asked: Asked): Statement[] {
  const lock = { ...(asked.wait ? LOCK_WAITING : LOCK), values: [asked.instanceIds] };
  const seen = {
    ...SEEN,
    values: [asked.events.map((event) => event.instanceId), asked.events.map((event) => event.eventId)],
  };
  const patience = { text: `set local lock_timeout = ${LOCK_TIMEOUT_MS}` };
  return [BEGIN, ...(asked.wait ? [patience] : []), lock, seen];
}

export function readFound(results: readonly QueryResult<never>[]): Found {
  const locked: readonly LockedRow[] = results.at(-2)?.rows ?? [];
  const recorded: readonly SeenRow[] = results.at(-1)?.rows ?? [];
  const instances = new Map<string, Instance>();
  const busy = new Set<string>();
  for (const { is_held: isHeld, is_busy: isBusy, ...instance } of locked) {
    if (isHeld) instances.set(instance.id, instance);
    else if (isBusy) busy.add(instance.id);
  }
  return { instances, busy, seen: new Set(recorded.map((row) => eventName(row.instance_id, row.event_id))) };
}
