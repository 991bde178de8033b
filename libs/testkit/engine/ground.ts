import type { Store } from '#libs/engine';

/** A row of the exemplar's side table. */
export interface Label {
  readonly code: string;
  readonly note: string;
}

/** What the conformance suites stand on: some store, real or simulated, whose time they can move. */
export interface StoreGround {
  /** Empties what is stored and sets its time to the real one. */
  readonly freshStore: () => Promise<Store>;
  /** From now on its time runs so many milliseconds before the real one. */
  readonly setClockAhead: (ms: number) => Promise<void>;
  /** Locks an instance, as a transaction of somebody else would. @returns what lets it go */
  readonly hold: (instanceId: string) => Promise<() => Promise<void>>;
  /** The exemplar's side table, in order. */
  readonly labels: () => Promise<readonly Label[]>;
  readonly close: () => Promise<void>;
}
