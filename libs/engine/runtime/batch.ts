import { advance } from '../core/advance.js';
import type { Instance } from '../core/decision.js';
import type { EffectRequest } from '../core/effect.js';
import { InstanceNotFound, InvariantBroken } from '../core/errors.js';
import type { Arrival, SideRow } from '../core/event.js';
import type { Receipt, Registry, Unit } from '../core/ports.js';
import { eventName } from '../postgres/lock.js';
import type { Asked, Found } from '../postgres/lock.js';
import type { Writes, WrittenTransition } from '../postgres/write.js';
import { EffectChanges } from './effect-changes.js';
import { classOf, machineOf } from './lookup.js';

/** What became of one unit of a batch. */
export type UnitResult =
  | { readonly kind: 'taken'; readonly receipts: readonly Receipt[] }
  /** An instance of it is locked elsewhere: it waits for a later batch. */
  | { readonly kind: 'busy' }
  /** It cannot be decided; nothing of it is written, and its neighbours do not notice. */
  | { readonly kind: 'refused'; readonly error: unknown };

/** What became of a batch: one result per unit, in their order, and all there is to write. */
export interface BatchDecision {
  readonly results: readonly UnitResult[];
  readonly writes: Writes;
}

/** What must be known and locked before these units can be decided. */
export function ask(units: readonly Unit[], wait: boolean): Asked {
  const arrivals = units.flatMap((unit) => unit.arrivals);
  return {
    instanceIds: [...new Set(units.flatMap(instancesOf))].sort(),
    events: arrivals.map((arrival) => ({ instanceId: arrival.to, eventId: arrival.id })),
    wait,
  };
}

/**
 * Decides a whole batch in memory, unit by unit in their order. A later unit sees what an earlier one decided, as if
 * each had been committed by itself. It computes and nothing more: the store has locked and will write.
 */
export function decideBatch(units: readonly Unit[], found: Found, registry: Registry): BatchDecision {
  const batch = new Ledger(found);
  const results = units.map((unit): UnitResult => {
    if (instancesOf(unit).some((id) => found.busy.has(id))) return { kind: 'busy' };
    try {
      const { draft, receipts } = draftOf(unit, batch, registry);
      batch.accept(draft, unit, registry);
      return { kind: 'taken', receipts };
    } catch (error) {
      return { kind: 'refused', error };
    }
  });
  return { results, writes: batch.writes(registry) };
}

/** What a unit comes to. One that is refused as a whole comes to its refusals, each decided as if it had come alone. */
function draftOf(unit: Unit, batch: Ledger, registry: Registry): Drafted {
  const draft = new Draft(batch, registry);
  const receipts = draft.takeAll(unit.arrivals);
  const refused = unit.whole ? unit.arrivals.filter((_, index) => receipts[index]?.decision !== 'applied') : [];
  if (refused.length === 0) return { draft, receipts };
  const alone = new Draft(batch, registry);
  const refusals = alone.takeAll(refused);
  if (refusals.some((receipt) => receipt.decision === 'applied')) {
    throw new InvariantBroken('a unit that is taken in as a whole sends one instance two events');
  }
  return { draft: alone, receipts: refusals };
}

interface Drafted {
  readonly draft: Draft;
  readonly receipts: readonly Receipt[];
}

const instancesOf = (unit: Unit): string[] => [
  ...unit.arrivals.map((arrival) => arrival.to),
  ...(unit.settlement ? [unit.settlement.claim.instanceId] : []),
];

/** What the units accepted so far amount to. */
class Ledger {
  readonly #instances = new Map<string, Instance>();
  readonly #seen = new Set<string>();
  readonly #duplicates = new Map<string, number>();
  readonly #transitions: WrittenTransition[] = [];
  readonly #effects = new EffectChanges();
  readonly #sideRows: SideRow[] = [];

  constructor(private readonly found: Found) {}

  instance(id: string): Instance | null {
    return this.#instances.get(id) ?? this.found.instances.get(id) ?? null;
  }

  hasSeen(event: string): boolean {
    return this.#seen.has(event) || this.found.seen.has(event);
  }

  accept(draft: Draft, unit: Unit, registry: Registry): void {
    for (const [id, instance] of draft.instances) this.#instances.set(id, instance);
    for (const event of draft.seen) this.#seen.add(event);
    for (const id of draft.duplicates) this.#duplicates.set(id, (this.#duplicates.get(id) ?? 0) + 1);
    this.#transitions.push(...draft.transitions);
    this.#sideRows.push(...draft.sideRows);
    for (const { instanceId, seq, effects, cancelled, requestId } of draft.asked) {
      for (const key of cancelled) this.#effects.cancel({ instanceId, key });
      effects.forEach((request, armedIndex) =>
        this.#effects.arm({
          ...request,
          instanceId,
          class: classOf(registry, request.type),
          armedSeq: seq,
          armedIndex,
          requestId,
        }),
      );
    }
    if (unit.settlement) this.#effects.settle(unit.settlement);
  }

  writes(registry: Registry): Writes {
    const touched = new Set([...this.#instances.keys(), ...this.#duplicates.keys()]);
    const written = [...touched].sort().flatMap((id) => {
      const instance = this.instance(id);
      return instance ? [{ ...instance, duplicates: this.#duplicates.get(id) ?? 0 }] : [];
    });
    return {
      created: written.filter((instance) => !this.found.instances.has(instance.id)),
      changed: written.filter((instance) => this.found.instances.has(instance.id)),
      transitions: this.#transitions,
      armed: this.#effects.armed(),
      removed: this.#effects.removed(),
      rescheduled: this.#effects.rescheduled(),
      sideRows: registry.sideTables.flatMap((table) => this.#sideRows.filter((side) => side.table === table)),
    };
  }
}

/** One unit on its way: it is accepted as a whole or leaves no trace. */
class Draft {
  readonly instances = new Map<string, Instance>();
  readonly seen = new Set<string>();
  readonly duplicates: string[] = [];
  readonly transitions: WrittenTransition[] = [];
  readonly sideRows: SideRow[] = [];
  readonly asked: AskedOfWorld[] = [];

  constructor(
    private readonly batch: Ledger,
    private readonly registry: Registry,
  ) {}

  takeAll(arrivals: readonly Arrival[]): Receipt[] {
    return arrivals.map((arrival) => this.#take(arrival));
  }

  #take(arrival: Arrival): Receipt {
    const instanceId = arrival.to;
    const before = this.instances.get(instanceId) ?? this.batch.instance(instanceId);
    const event = eventName(instanceId, arrival.id);
    if (before && (this.seen.has(event) || this.batch.hasSeen(event))) {
      this.duplicates.push(instanceId);
      return { instanceId, decision: 'duplicate', reason: null, instance: before };
    }
    const decision = this.#decide(arrival, before);
    if (decision.kind === 'dropped') {
      if (!before) throw new InstanceNotFound(instanceId);
      return { instanceId, decision: 'dropped', reason: decision.reason, instance: before };
    }
    const reason = decision.kind === 'ignored' ? decision.reason : null;
    this.seen.add(event);
    this.instances.set(instanceId, decision.instance);
    this.transitions.push(transition(arrival, decision.kind, reason, before, decision.instance));
    if (decision.kind === 'applied') {
      const { effects, cancelled } = decision;
      const requestId = arrival.requestId ?? null;
      this.asked.push({ instanceId, seq: decision.instance.seq, effects, cancelled, requestId });
      this.sideRows.push(...this.#knownRows(arrival, before, decision.instance, effects));
    }
    return { instanceId, decision: decision.kind, reason, instance: decision.instance };
  }

  #decide(arrival: Arrival, before: Instance | null): ReturnType<typeof advance> {
    if (!before && !arrival.creates) throw new InstanceNotFound(arrival.to);
    const name = before?.machine ?? arrival.creates?.machine ?? '';
    const { machine, version } = machineOf(this.registry, name, before?.version ?? null);
    return advance(machine, version, before, arrival);
  }

  /** The rows the event brings, those of the effects it led to, and those that follow from the decision. */
  #knownRows(
    { to, event, rows = [], requestId }: Arrival,
    before: Instance | null,
    after: Instance,
    effects: readonly EffectRequest[],
  ): readonly SideRow[] {
    const asked = effects.flatMap(({ type, payload }) => this.registry.handlers[type]?.rowsOf?.(to, payload) ?? []);
    const brought = [
      ...rows,
      ...asked,
      ...(this.registry.project?.({ before, after, event, effects, requestId: requestId ?? null }) ?? []),
    ];
    for (const { table } of brought) {
      if (!this.registry.sideTables.includes(table)) {
        throw new InvariantBroken(`${event.type} brings a row for ${table}, which is not a registered table`);
      }
    }
    return brought;
  }
}

interface AskedOfWorld {
  readonly instanceId: string;
  readonly seq: number;
  readonly effects: Extract<ReturnType<typeof advance>, { kind: 'applied' }>['effects'];
  readonly cancelled: readonly string[];
  readonly requestId: string | null;
}

const transition = (
  arrival: Arrival,
  decision: 'applied' | 'ignored',
  reason: string | null,
  before: Instance | null,
  after: Instance,
): WrittenTransition => ({
  instanceId: arrival.to,
  seq: after.seq,
  eventId: arrival.id,
  event: arrival.event,
  source: arrival.source,
  actor: arrival.actor ?? null,
  requestId: arrival.requestId ?? null,
  decision,
  reason,
  from: before?.state ?? null,
  to: after.state,
});
