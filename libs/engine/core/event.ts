/**
 * What reaches the engine. An event is plain JSON with a type in the dotted past ("position.reported");
 * an arrival is an event on its way to one instance, with what is needed to take it in exactly once.
 */

/** Plain JSON: no Date, no BigInt, no class instance survives a row. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [field: string]: Json };

/** A fact or a command, as the machine hears it. */
export interface EngineEvent {
  readonly type: string;
}

/** Who brought the event. It is stored with the transition and shown in the history. */
export type Source = 'api' | 'queue' | 'iris' | 'payer' | 'operator' | 'timer' | 'effect' | 'engine';

/**
 * A row of another table that must exist exactly when its event was applied (an index from IdPagamento to the
 * payment, sealed payer data). It is written in the event's own transaction. A row that breaks a constraint of its
 * table, other than by its key, refuses the whole unit.
 */
export interface SideRow {
  /** Schema-qualified table, one of those the store was told of. */
  readonly table: string;
  /** The column that names the row: one that bears the same name is the same row. */
  readonly key: string;
  /** A row that exists already is overwritten; otherwise it is left alone. */
  readonly replaces?: true;
  /** Column name to JSON value; bytea columns take a `\x` hexadecimal string. */
  readonly row: Readonly<Record<string, unknown>>;
}

export interface Arrival {
  /** The instance that hears the event. */
  readonly to: string;
  /** Unique per instance: a second arrival with this id is a duplicate, counted and without effect. */
  readonly id: string;
  readonly event: EngineEvent;
  readonly source: Source;
  /** The person or system that acted, never personal data (a key name, an operator's account). */
  readonly actor?: string;
  /** The request that it goes back to, by whichever steps; never personal data. */
  readonly requestId?: string;
  /** Names the machine when the event may bring its instance into being. */
  readonly creates?: { readonly machine: string };
  /** Set on timers only: the event is dropped unless this very arming still stands. */
  readonly timer?: TimerArming;
  readonly rows?: readonly SideRow[];
}

/** Timer ids repeat when a state is entered again, so an arming is told apart by the `seq` that armed it. */
export interface TimerArming {
  readonly timerId: string;
  readonly armedSeq: number;
}
