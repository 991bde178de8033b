import type { EngineEvent, Json, SideRow } from './event.js';

/**
 * What a machine asks of the world, and when. A timer is an effect whose due date lies in the future and whose
 * outcome is an event; so one table and one loop serve the outbox, retries, polls and timeouts.
 */

/**
 * One queue and one claim quota each, so that a hundred thousand overdue polls never starve a payer at the screen.
 */
export const EFFECT_CLASSES = ['interactive', 'timer', 'poll', 'watch', 'delivery'] as const;
export type EffectClass = (typeof EFFECT_CLASSES)[number];

/** An effect as the machine asked for it; the store turns `afterMs` into a due date by the database's clock. */
export interface EffectRequest {
  /** `<seq>.<index>`, or a stable key the machine declared: asking again with a stable key arms it anew. */
  readonly key: string;
  readonly type: string;
  readonly payload: Json;
  readonly afterMs: number;
  /** Only the oldest unfinished effect of (instance, lane) may be claimed. `null` = no order. */
  readonly lane: string | null;
}

/** The name of an effect's row. */
export interface EffectRef {
  readonly instanceId: string;
  readonly key: string;
}

/** One string for an effect's name. NUL cannot occur in either part, so two names never collide. */
export const effectName = ({ instanceId, key }: EffectRef): string => `${instanceId}\u0000${key}`;

/** An effect a worker holds under lease, with what it needs to carry it out: the row is a complete letter. */
export interface Claim extends EffectRef {
  readonly machine: string;
  readonly type: string;
  readonly payload: Json;
  /** 1 on the first claim. A once-effect that finds more was begun before, with an outcome nobody knows. */
  readonly tries: number;
  /** The `seq` of the decision that armed it. */
  readonly armedSeq: number;
  /** The instance's `seq` when the effect was claimed: every decision up to it was committed before we asked. */
  readonly askedAtSeq: number;
  readonly leaseToken: string;
  /** The request that its arming goes back to; null when that goes back to none. */
  readonly requestId: string | null;
}

/** What a handler learned: events for instances, and what becomes of the effect. Applied in one transaction. */
export interface Outcome {
  readonly events: readonly OutcomeEvent[];
  readonly then: Next;
}

/** A fact for an instance: the effect's own, or another one (a payment tells its practice). */
export interface OutcomeEvent {
  readonly to: string;
  /** Derived from the effect or from the fact, so that a repeat is a duplicate at its target. */
  readonly id: string;
  readonly event: EngineEvent;
  readonly rows?: readonly SideRow[];
}

/** What becomes of an effect: finished, tried again later under the same key, or left for a person to look at. */
export type Next =
  | { readonly kind: 'done' }
  | { readonly kind: 'retry'; readonly afterMs: number; readonly reason: string }
  | { readonly kind: 'park'; readonly reason: string };

/** The effect is finished. */
export const done = (...events: OutcomeEvent[]): Outcome => ({ events, then: { kind: 'done' } });
/** The effect is due again in `afterMs`; what was learned so far counts already. */
export const retryAt = (afterMs: number, reason: string, ...events: OutcomeEvent[]): Outcome => ({
  events,
  then: { kind: 'retry', afterMs, reason },
});
/** The effect cannot go on without a person: its owner hears `effect.parked`, and an operator may redrive it. */
export const park = (reason: string, ...events: OutcomeEvent[]): Outcome => ({
  events,
  then: { kind: 'park', reason },
});

/**
 * Carries out one type of effect. It returns what it learned and calls nobody back. A rejection means that nothing
 * was learned: the runner tries again with growing pauses and parks the effect after `maxTries`.
 */
export interface EffectHandler {
  readonly class: EffectClass;
  /** Claims handed over at once; 1 unless the world can be asked in batches. */
  readonly batch?: number;
  /** The handler's own deadline must be less than half of it. */
  readonly leaseMs?: number;
  readonly maxTries?: number;
  /** Rows that must exist exactly when such an effect was asked for, whichever event it followed from. */
  rowsOf?(instanceId: string, payload: Json): readonly SideRow[];
  /** One outcome per claim, in the order of the claims. */
  handle(claims: readonly Claim[]): Promise<readonly Outcome[]>;
}
