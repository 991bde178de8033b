import type {
  ArmedEffect,
  Claim,
  EffectClass,
  EffectRef,
  Instance,
  Json,
  LeaseTerms,
  RemovedEffect,
  RescheduledEffect,
  Ringing,
  RungEffect,
} from '#libs/engine';
import { effectName } from '#libs/engine';

/** One row of `engine.effect`; times are milliseconds of the virtual clock. */
export interface EffectRow extends EffectRef {
  type: string;
  class: EffectClass;
  payload: Json;
  lane: string | null;
  armedSeq: number;
  armedIndex: number;
  status: 'pending' | 'parked';
  tries: number;
  wakes: number;
  dueAt: number;
  wakeAt: number;
  wokenAt: number | null;
  leaseToken: string | null;
  leaseUntil: number | null;
  lastError: string | null;
  requestId: string | null;
}

const MINUTE = 60_000;
const FIRST_RING_MS = 5_000;

/** The effects of the simulated database: what the statements of `libs/engine/postgres` do, row by row. */
export class EffectRows {
  readonly #rows = new Map<string, EffectRow>();
  /** The same rows, of each instance. */
  readonly #rowsOf = new Map<string, Set<EffectRow>>();

  constructor(private readonly now: () => number) {}

  all(): EffectRow[] {
    return [...this.#rows.values()];
  }

  ofInstance(instanceId: string): EffectRow[] {
    return [...(this.#rowsOf.get(instanceId) ?? [])];
  }

  claim(refs: readonly EffectRef[], lease: LeaseTerms, instance: (id: string) => Instance | undefined): Claim[] {
    const now = this.now();
    return refs.flatMap((ref) => {
      const row = this.#rows.get(effectName(ref));
      const owner = instance(ref.instanceId);
      if (!row || !owner || row.status !== 'pending' || row.dueAt > now) return [];
      if ((row.leaseUntil ?? 0) > now || this.#hasOlder(row)) return [];
      row.leaseToken = lease.token;
      row.leaseUntil = now + (lease.msByType[row.type] ?? lease.defaultMs);
      row.tries += 1;
      const { instanceId, key, type, payload, tries, armedSeq, leaseToken, requestId } = row;
      const named = { instanceId, key, machine: owner.machine, type, payload, tries };
      return [{ ...named, armedSeq, askedAtSeq: owner.seq, leaseToken, requestId }];
    });
  }

  ring(quota: ReadonlyMap<EffectClass, number>): Ringing {
    const now = this.now();
    const effects: RungEffect[] = [];
    const fullClasses: EffectClass[] = [];
    const waiting = this.all()
      .filter((row) => row.status === 'pending' && quota.has(row.class))
      .sort((one, other) => one.wakeAt - other.wakeAt);
    for (const [name, size] of quota) {
      const due = waiting.filter((row) => row.class === name && row.wakeAt <= now).slice(0, size);
      if (due.length === size) fullClasses.push(name);
      for (const row of due)
        if (this.#ringFor(row, now)) effects.push({ instanceId: row.instanceId, key: row.key, class: name });
    }
    const next = Math.min(...waiting.map((row) => row.wakeAt));
    return { effects, fullClasses, nextMs: waiting.length > 0 ? Math.max(0, next - now) : null };
  }

  oldestOverdueMs(): number {
    const now = this.now();
    const overdue = this.all().filter(
      (row) => row.status === 'pending' && (row.leaseUntil ?? 0) <= now && !this.#hasOlder(row),
    );
    return Math.max(0, ...overdue.map((row) => now - row.dueAt));
  }

  rearm(ref: EffectRef): boolean {
    const row = this.#rows.get(effectName(ref));
    if (row?.status !== 'parked') return false;
    const now = this.now();
    Object.assign(row, {
      status: 'pending',
      dueAt: now,
      wakeAt: now,
      wokenAt: null,
      wakes: 0,
      leaseToken: null,
      leaseUntil: null,
    });
    return true;
  }

  remove({ always, leaseToken, ...ref }: RemovedEffect): void {
    const row = this.#rows.get(effectName(ref));
    if (!row || !(always || (leaseToken !== null && row.leaseToken === leaseToken))) return;
    this.#rows.delete(effectName(ref));
    this.#rowsOf.get(row.instanceId)?.delete(row);
  }

  reschedule({ leaseToken, status, afterMs, reason, ...ref }: RescheduledEffect): void {
    const row = this.#rows.get(effectName(ref));
    if (row?.leaseToken !== leaseToken) return;
    const dueAt = this.now() + afterMs;
    Object.assign(row, {
      status,
      lastError: reason,
      leaseToken: null,
      leaseUntil: null,
      wakes: 0,
      wokenAt: null,
      dueAt,
      wakeAt: dueAt,
    });
  }

  arm({ afterMs, ...effect }: ArmedEffect): void {
    const dueAt = this.now() + afterMs;
    const fresh = { tries: 0, wakes: 0, wokenAt: null, leaseToken: null, leaseUntil: null, lastError: null };
    const name = effectName(effect);
    const ofInstance = this.#rowsOf.get(effect.instanceId) ?? new Set();
    const replaced = this.#rows.get(name);
    if (replaced) ofInstance.delete(replaced);
    const row: EffectRow = { ...effect, ...fresh, status: 'pending', dueAt, wakeAt: dueAt };
    this.#rows.set(name, row);
    this.#rowsOf.set(effect.instanceId, ofInstance.add(row));
  }

  /** @returns whether an effect came to the head of its lane */
  advanceLanes(instanceIds: ReadonlySet<string>): boolean {
    const now = this.now();
    const touched = [...instanceIds].flatMap((instanceId) => this.ofInstance(instanceId));
    const heads = touched.filter(
      (row) =>
        row.status === 'pending' &&
        row.lane !== null &&
        row.wokenAt === null &&
        row.leaseToken === null &&
        (row.dueAt <= now || row.wakeAt > row.dueAt) &&
        !this.#hasOlder(row),
    );
    for (const row of heads) Object.assign(row, { wakeAt: Math.max(row.dueAt, now), wakes: 0 });
    return heads.length > 0;
  }

  /** Puts a due row off; says whether somebody is to be woken for it. */
  #ringFor(row: EffectRow, now: number): boolean {
    const heldUntil = (row.leaseUntil ?? 0) > now ? row.leaseUntil : null;
    const isBehind = this.#hasOlder(row);
    const pauseMs = Math.min(FIRST_RING_MS * 2 ** Math.min(row.wakes, 10), isBehind ? 10 * MINUTE : MINUTE);
    if (isBehind) row.wokenAt = null;
    else if (heldUntil === null) row.wokenAt = now;
    row.wakes = heldUntil === null ? row.wakes + 1 : 0;
    row.wakeAt = heldUntil ?? now + pauseMs;
    return !isBehind && heldUntil === null;
  }

  #hasOlder(row: EffectRow): boolean {
    if (row.lane === null) return false;
    return this.ofInstance(row.instanceId).some(
      (older) =>
        older.lane === row.lane &&
        older.status === 'pending' &&
        (older.armedSeq < row.armedSeq || (older.armedSeq === row.armedSeq && older.armedIndex < row.armedIndex)),
    );
  }
}
