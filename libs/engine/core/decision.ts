import type { EffectRequest } from './effect.js';
import type { Json } from './event.js';

/** One life of a machine, as the engine keeps it between two decisions. */
export interface Instance {
  readonly id: string;
  readonly machine: string;
  readonly version: number;
  /** Number of its last decision, 1 for the one that created it. */
  readonly seq: number;
  /** `{value, context}` of XState, without personal data. */
  readonly snapshot: Snapshot;
  /** The snapshot's value as a path: `initialized.ready`. */
  readonly state: string;
  /** Timers that stand: XState's id -> the `seq` that armed it. */
  readonly timers: Readonly<Record<string, number>>;
}

export interface Snapshot {
  readonly value: Json;
  readonly context: Json;
}

/** What `advance` found. Data, never a boolean: nothing is refused in silence. */
export type Decision = Applied | Ignored | Dropped;

export interface Applied {
  readonly kind: 'applied';
  readonly instance: Instance;
  readonly effects: readonly EffectRequest[];
  /** Keys of effects that are no longer wanted. */
  readonly cancelled: readonly string[];
}

/** Recorded with its reason; the instance stays as it is but for its `seq`. */
export interface Ignored {
  readonly kind: 'ignored';
  readonly instance: Instance;
  readonly reason: string;
}

/** A timer whose arming no longer stands: no fact is lost, nothing is recorded. */
export interface Dropped {
  readonly kind: 'dropped';
  readonly reason: string;
}
