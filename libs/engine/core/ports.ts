import type { AnyStateMachine } from 'xstate';
import type { Instance } from './decision.js';
import type { Claim, EffectClass, EffectHandler, EffectRef, EffectRequest, Next } from './effect.js';
import type { Arrival, EngineEvent, SideRow } from './event.js';

/** A machine the engine may run: the version new instances start on, and the versions old ones still live on. */
export interface RegisteredMachine {
  readonly name: string;
  readonly current: number;
  readonly versions: Readonly<Record<number, AnyStateMachine>>;
}

/** Where the two halves meet: machines, and for each type of effect the handler that carries it out. */
export interface Registry {
  readonly machines: readonly RegisteredMachine[];
  readonly handlers: Readonly<Record<string, EffectHandler>>;
  /** Tables that events and effects may bring rows for (`SideRow`), parents before children. */
  readonly sideTables: readonly string[];
  /**
   * Rows that follow from what was decided, for whoever is told of it later. Called once for each applied decision, and
   * written with it. It must be pure: a decision may be computed again.
   */
  readonly project?: (decided: Decided) => readonly SideRow[];
}

/** One applied decision, seen as a step. */
export interface Decided {
  /** null when the event brought the instance into being. */
  readonly before: Instance | null;
  readonly after: Instance;
  readonly event: EngineEvent;
  /** What the machine asked of the world in it. */
  readonly effects: readonly EffectRequest[];
  /** The request that it goes back to, null when it goes back to none. */
  readonly requestId: string | null;
}

/** What must be applied together or not at all: arrivals, and the end of the effect that produced them. */
export interface Unit {
  readonly arrivals: readonly Arrival[];
  /**
   * Either every arrival is applied or none is: what is refused by one instance (a payment under way) then leaves no
   * half behind in the others. Of a unit that is refused the refusals alone are recorded, and the receipts are theirs.
   * Each arrival goes to an instance of its own.
   */
  readonly whole?: boolean;
  readonly settlement?: Settlement;
}

/** What becomes of an effect. It counts only if the lease still holds; the events it brought count in any case. */
export interface Settlement {
  readonly claim: Pick<Claim, 'instanceId' | 'key' | 'leaseToken'>;
  readonly then: Next;
}

/** What intake answers for one arrival, after the commit. */
export interface Receipt {
  readonly instanceId: string;
  readonly decision: 'applied' | 'ignored' | 'duplicate' | 'dropped';
  /** Why it was ignored or dropped, else null. */
  readonly reason: string | null;
  readonly instance: Instance;
}

/** Wakes workers. It carries effect names and no state: whatever it loses is rung again. */
export interface WakeQueue {
  wake(effectClass: EffectClass, effects: readonly EffectRef[]): Promise<void>;
  /** Jobs waiting, so that the relay can hold back. */
  waiting(effectClass: EffectClass): Promise<number>;
  close(): Promise<void>;
}
