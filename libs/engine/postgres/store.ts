import type { Pool } from 'pg';
import { EFFECT_CLASSES } from '../core/effect.js';
import type { Claim, EffectClass, EffectRef } from '../core/effect.js';
import type { Registry } from '../core/ports.js';
import { claim, oldestOverdueMs, rearm, ring } from './claim.js';
import type { LeaseTerms, Ringing } from './claim.js';
import { coalesce } from './coalesce.js';
import { createAnnouncer, listenForDue } from './doorbell.js';
import type { Listening } from './doorbell.js';
import { inOurWords } from './failure.js';
import { lockStatements, readFound } from './lock.js';
import type { Asked, Found } from './lock.js';
import * as read from './read.js';
import { COMMIT, onConnection, send } from './transaction.js';
import { assertMachinesUnchanged } from './versions.js';
import { ADVANCE_LANES, isDueNow, writeStatements } from './write.js';
import type { Writes } from './write.js';

/** All the engine's SQL, one named function each. Every date is the database's own (`engine.clock()`). */
export interface Store {
  /**
   * One intake transaction: locks what `asked` names, lets `decide` compute, writes what it returned, commits.
   * @throws TransitionConflict when another transaction wrote the same row first.
   */
  takeIn<Decided extends { readonly writes: Writes }>(
    asked: Asked,
    decide: (found: Found) => Decided,
  ): Promise<TakenIn<Decided>>;
  /** Tells every relay that something is due now. Losing it costs a second, no more. */
  announceDue(): void;
  /** Calls `onDue` at each announcement until closed. It holds a connection, and finds another when that is lost. */
  listenForDue(onDue: () => void): Listening;

  /** Takes what is still due under lease. Nothing returned means that nothing is left to do. */
  claim(refs: readonly EffectRef[], lease: LeaseTerms): Promise<Claim[]>;
  /** Takes up to `quota` due effects of each class to ring for, and sets when each is rung again. */
  ring(quota: ReadonlyMap<EffectClass, number>): Promise<Ringing>;
  /** For how long the oldest effect that could run has been waiting, in milliseconds: the engine's pulse. */
  oldestOverdueMs(): Promise<number>;
  /**
   * Makes a parked effect due now. False when there is none. Its tries go on counting.
   * @throws EffectExcluded
   */
  rearm(ref: EffectRef): Promise<boolean>;

  /** Many that are read at once share one round trip. */
  readInstance(id: string): Promise<read.StoredInstance | null>;
  /** In no particular order; unknown ids are left out. */
  readInstances(ids: readonly string[]): Promise<read.StoredInstance[]>;
  /** In order of `seq`, from the one after `afterSeq`. */
  readTransitions(id: string, afterSeq: number, limit: number): Promise<read.TransitionRecord[]>;
  /** What was decided about one event of an instance, null when it never arrived there. */
  readTransition(id: string, eventId: string): Promise<read.TransitionRecord | null>;
  /** All decisions on events of one type, of several instances; by instance, then by `seq`. */
  readTransitionsOfType(ids: readonly string[], type: string): Promise<read.TransitionRecord[]>;
  /** When the timers of these instances fire, soonest first for each. */
  readTimers(ids: readonly string[]): Promise<read.StoredTimer[]>;
  /** When the next effect of a type is due, by instance. */
  readNextDue(ids: readonly string[], type: string): Promise<Map<string, Date>>;
  /** All that is unfinished, timers too, soonest first. */
  readEffects(id: string): Promise<read.StoredEffect[]>;
  /** State path -> number of instances. */
  countByState(machine: string): Promise<Record<string, number>>;
  /** Newest first. */
  listInstances(machine: string, query: read.InstanceQuery): Promise<read.Page<read.StoredInstance>>;
  /** Oldest first. */
  parkedEffects(limit: number): Promise<read.StoredEffect[]>;
  /** Forgets finished effects older than `olderThanMs`; returns how many. */
  pruneLog(olderThanMs: number): Promise<number>;
  /**
   * Remembers the machine versions it sees first.
   * @throws MachineChanged when this build changed one that was published before.
   */
  assertMachinesUnchanged(registry: Registry): Promise<void>;
}

/** What an intake transaction decided, and whether it left something that is due at once. */
export interface TakenIn<Decided> {
  readonly decided: Decided;
  readonly isDueNow: boolean;
}

/**
 * @param pool opened with `pipeline: true` it saves round trips, and with statement and lock timeouts it cannot hang.
 *   Its owner closes it.
 */
export function createStore(pool: Pool): Store {
  return {
    takeIn: (asked, decide) => takeIn(pool, asked, decide),
    announceDue: createAnnouncer(pool),
    listenForDue: (onDue) => listenForDue(pool, onDue),
    claim: (refs, lease) => claim(pool, refs, lease),
    ring: (quota) => ring(pool, quota),
    oldestOverdueMs: () => oldestOverdueMs(pool, EFFECT_CLASSES),
    rearm: (ref) => rearm(pool, ref),
    readInstance: coalesce(async (ids: readonly string[]) => {
      const found = new Map((await read.readInstances(pool, ids)).map((instance) => [instance.id, instance]));
      return ids.map((id) => found.get(id) ?? null);
    }),
    readInstances: (ids) => read.readInstances(pool, ids),
    readTransitions: (id, afterSeq, limit) => read.readTransitions(pool, id, afterSeq, limit),
    readTransition: (id, eventId) => read.readTransition(pool, id, eventId),
    readTransitionsOfType: (ids, type) => read.readTransitionsOfType(pool, ids, type),
    readTimers: (ids) => read.readTimers(pool, ids),
    readNextDue: (ids, type) => read.readNextDue(pool, ids, type),
    readEffects: (id) => read.readEffects(pool, id),
    countByState: (machine) => read.countByState(pool, machine),
    listInstances: (machine, query) => read.listInstances(pool, machine, query),
    parkedEffects: (limit) => read.parkedEffects(pool, limit),
    pruneLog: (olderThanMs) => pruneLog(pool, olderThanMs),
    assertMachinesUnchanged: (registry) => assertMachinesUnchanged(pool, registry),
  };
}

/** Two round trips on a pipelined connection: lock and look, then write and commit. */
async function takeIn<Decided extends { readonly writes: Writes }>(
  pool: Pool,
  asked: Asked,
  decide: (found: Found) => Decided,
): Promise<TakenIn<Decided>> {
  return onConnection(pool, async (client) => {
    const found = readFound(await send(client, lockStatements(asked)));
    const decided = decide(found);
    const statements = [...writeStatements(decided.writes), COMMIT];
    // A commit sent behind a write that failed rolls back, and the failed write rejects what we wait for here.
    const results = await send(client, statements).catch((error: unknown) => {
      throw inOurWords(error);
    });
    const lanes = results[statements.findIndex((statement) => statement.name === ADVANCE_LANES)];
    return { decided, isDueNow: isDueNow(decided.writes) || (lanes?.rowCount ?? 0) > 0 };
  });
}

async function pruneLog(pool: Pool, olderThanMs: number): Promise<number> {
  const text = `
  delete from engine.effect_log where finished_at < (select engine.clock()) - $1 * interval '1 millisecond'`;
  return (await pool.query({ text, values: [olderThanMs] })).rowCount ?? 0;
}
