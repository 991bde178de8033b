import type { Asked, Found, Instance, SideRow, StoredInstance, TransitionRecord, Writes } from '#libs/engine';
import { EffectExcluded, eventName, isDueNow, TransitionConflict } from '#libs/engine';
import { EffectRows } from './effect-rows.js';
import { connectionLost } from './process.js';

type Row = Readonly<Record<string, unknown>>;
type InstanceRow = Instance & { readonly duplicates: number; readonly createdAt: Date; readonly updatedAt: Date };

/** An open transaction: who holds which instances, since when. */
interface Transaction {
  readonly owner: string;
  readonly began: number;
  readonly locks: Set<string>;
}

/** As `createPool` configures it. */
const IDLE_IN_TRANSACTION_MS = 15_000;

/** What the database alone refuses, whoever sends it: half of a surrogate pair is no jsonb. */
export const UNSTORABLE = 'half a character: \ud800';
/** As JSON writes one that stands alone. */
const HALF_CHARACTER = /\\ud[89a-f]/;

const refused = (code: string, message: string): Error => Object.assign(new Error(message), { code });

/**
 * The simulated PostgreSQL: rows in memory, transactions that lock instances and commit at one instant. Constraints
 * hold as in the real one. The conformance suite of stores keeps it honest.
 */
export class SimulatedDatabase {
  readonly instances = new Map<string, InstanceRow>();
  readonly transitions = new Map<string, TransitionRecord[]>();
  readonly effects = new EffectRows(() => this.now());
  /** Table -> key -> row. */
  readonly tables = new Map<string, Map<string, Row>>();
  readonly #seen = new Set<string>();
  readonly #transactions = new Map<number, Transaction>();
  #count = 0;

  /** @param now milliseconds of the virtual clock */
  constructor(readonly now: () => number) {}

  begin(owner: string): number {
    this.#count += 1;
    this.#transactions.set(this.#count, { owner, began: this.now(), locks: new Set() });
    return this.#count;
  }

  /** Null while it must wait for somebody's lock. */
  lock(id: number, asked: Asked): Found | null {
    const transaction = this.#open(id);
    const busy = new Set(asked.instanceIds.filter((instanceId) => this.#isHeldByOther(instanceId, id)));
    if (asked.wait && busy.size > 0) return null;
    const held = asked.instanceIds.filter((instanceId) => this.instances.has(instanceId) && !busy.has(instanceId));
    for (const instanceId of held) transaction.locks.add(instanceId);
    return {
      instances: new Map(held.flatMap((instanceId) => pair(instanceId, this.instances.get(instanceId)))),
      busy,
      seen: new Set(
        asked.events.map((event) => eventName(event.instanceId, event.eventId)).filter((name) => this.#seen.has(name)),
      ),
    };
  }

  /** Writes all of it or nothing. @returns whether something is due now */
  commit(id: number, writes: Writes): boolean {
    const transaction = this.#open(id);
    this.#transactions.delete(id);
    this.#assertAllowed(writes, transaction);
    const at = new Date(this.now());
    for (const instance of writes.created)
      this.instances.set(instance.id, { ...instance, createdAt: at, updatedAt: at });
    for (const instance of writes.changed) this.#change(instance, at);
    for (const { source, ...transition } of writes.transitions) {
      this.#seen.add(eventName(transition.instanceId, transition.eventId));
      const record = { ...transition, source, at } as TransitionRecord;
      this.transitions.set(record.instanceId, [...(this.transitions.get(record.instanceId) ?? []), record]);
    }
    for (const effect of writes.removed) this.effects.remove(effect);
    for (const effect of writes.rescheduled) this.effects.reschedule(effect);
    for (const effect of writes.armed) this.effects.arm(effect);
    for (const side of writes.sideRows) this.#writeSide(side);
    const touched = new Set(
      [...writes.removed, ...writes.rescheduled, ...writes.armed].map((effect) => effect.instanceId),
    );
    return this.effects.advanceLanes(touched) || isDueNow(writes);
  }

  rollback(id: number): void {
    this.#transactions.delete(id);
  }

  /** A client is gone: what it had not committed never was. */
  forget(owner: string): void {
    for (const [id, transaction] of this.#transactions) if (transaction.owner === owner) this.#transactions.delete(id);
  }

  /** It is stopped and started again: only what was committed is there. */
  restart(): void {
    this.#transactions.clear();
  }

  isHeld(instanceId: string): boolean {
    return this.#isHeldByOther(instanceId, 0);
  }

  stored(instanceId: string): StoredInstance | null {
    return this.instances.get(instanceId) ?? null;
  }

  recordsOf(instanceId: string): readonly TransitionRecord[] {
    return this.transitions.get(instanceId) ?? [];
  }

  rows(table: string): readonly Row[] {
    return [...(this.tables.get(table)?.values() ?? [])];
  }

  row(table: string, key: string): Row | undefined {
    return this.tables.get(table)?.get(key);
  }

  /** One row of a table outside of any intake. @returns false when a row of that key is there */
  insert(table: string, key: string, row: Row): boolean {
    const rows = this.tables.get(table) ?? new Map<string, Row>();
    this.tables.set(table, rows);
    if (rows.has(key)) return false;
    rows.set(key, row);
    return true;
  }

  #open(id: number): Transaction {
    const transaction = this.#transactions.get(id);
    if (transaction && this.now() - transaction.began <= IDLE_IN_TRANSACTION_MS) return transaction;
    this.#transactions.delete(id);
    throw connectionLost();
  }

  #isHeldByOther(instanceId: string, id: number): boolean {
    const oldest = this.now() - IDLE_IN_TRANSACTION_MS;
    return [...this.#transactions].some(
      ([other, { locks, began }]) => other !== id && began >= oldest && locks.has(instanceId),
    );
  }

  #change(instance: Writes['changed'][number], at: Date): void {
    const before = this.instances.get(instance.id);
    if (!before) return;
    this.instances.set(instance.id, {
      ...instance,
      duplicates: before.duplicates + instance.duplicates,
      createdAt: before.createdAt,
      updatedAt: instance.seq > before.seq ? at : before.updatedAt,
    });
  }

  #assertAllowed(writes: Writes, { locks }: Transaction): void {
    if (writes.transitions.some(({ event }) => HALF_CHARACTER.test(JSON.stringify(event)))) {
      throw refused('22P02', 'invalid input syntax for type json');
    }
    const isThere = writes.created.some(({ id }) => this.instances.has(id));
    const isRecorded = writes.transitions.some(({ instanceId, eventId, seq }) => {
      const written = this.transitions.get(instanceId)?.length ?? 0;
      return this.#seen.has(eventName(instanceId, eventId)) || seq <= written;
    });
    if (isThere || isRecorded) throw new TransitionConflict('another transaction wrote the same row first');
    if (writes.changed.some(({ id }) => !locks.has(id))) throw new Error('an instance is changed that is not locked');
    this.#assertOneOpening(writes);
  }

  /** The constraints of `0002-one-open-attempt`. */
  #assertOneOpening(writes: Writes): void {
    const gone = new Set(
      writes.removed.filter(({ always }) => always).map(({ instanceId, key }) => `${instanceId} ${key}`),
    );
    for (const { instanceId, key } of writes.armed.filter(({ type }) => type === 'iris.open')) {
      const isUnderWay = this.effects
        .ofInstance(instanceId)
        .some(
          (row) =>
            row.type === 'iris.open' &&
            row.status === 'pending' &&
            row.key !== key &&
            !gone.has(`${instanceId} ${row.key}`) &&
            !settledIn(writes, row),
        );
      if (isUnderWay) throw new EffectExcluded('another effect stands that excludes it');
    }
    for (const { table, row } of writes.sideRows.filter((side) => side.table === 'payments.return_token')) {
      const others = this.rows(table).filter((other) => other['return_token'] !== row['return_token']);
      const isOpened = others.some(
        (other) => other['payment_id'] === row['payment_id'] && other['attempt'] === row['attempt'],
      );
      if (isOpened) throw refused('23505', 'attempt_opened_once');
    }
  }

  #writeSide({ table, key, replaces, row }: SideRow): void {
    const name = String(row[key]);
    if (!this.insert(table, name, row) && replaces)
      this.tables.get(table)?.set(name, { ...this.row(table, name), ...row });
  }
}

const pair = (id: string, instance: Instance | undefined): [string, Instance][] => (instance ? [[id, instance]] : []);

const settledIn = (
  writes: Writes,
  row: { readonly instanceId: string; readonly key: string; readonly leaseToken: string | null },
): boolean =>
  [...writes.removed, ...writes.rescheduled.filter(({ status }) => status === 'parked')].some(
    (effect) => effect.instanceId === row.instanceId && effect.key === row.key && effect.leaseToken === row.leaseToken,
  );
