/** How much is done. Figures of a small run are coarser, not different. */
export interface Scale {
  readonly rounds: number;
  /**
   * Lifecycles before anything is measured. Node compiles what runs often, bit by bit: a server that has been up for a
   * minute has all of it compiled.
   */
  readonly heatUp: { readonly ours: number; readonly naive: number };
  readonly levels: readonly Level[];
  /** Lifecycles one after the other, for latency. */
  readonly lowLoad: number;
  /** Groups of 64 lifecycles written raw. */
  readonly rawGroups: number;
  /** Payments that wait while Redis is weighed. */
  readonly waiting: number;
  /** Positions polled at the sandbox, and for how long. */
  readonly positions: number;
  readonly pollSeconds: number;
  /** Waiting payments when the queues are wiped, and how many of them are due just then. */
  readonly crowd: number;
  readonly dueAtWipe: number;
}

/** Lifecycles in flight, and how many are lived with ours and with the naive build. */
export interface Level {
  readonly inFlight: number;
  readonly ours: number;
  readonly naive: number;
}

/** The level that the goals speak of. */
export const GOAL_LEVEL = 64;

const HEAT_UP = { ours: 3_000, naive: 600 };

export const FULL: Scale = {
  rounds: 3,
  heatUp: HEAT_UP,
  levels: [
    { inFlight: 1, ours: 150, naive: 80 },
    { inFlight: 16, ours: 1_200, naive: 500 },
    { inFlight: GOAL_LEVEL, ours: 2_500, naive: 800 },
    { inFlight: 256, ours: 2_500, naive: 800 },
  ],
  lowLoad: 100,
  rawGroups: 40,
  waiting: 2_000,
  positions: 200,
  pollSeconds: 4,
  crowd: 100_000,
  dueAtWipe: 1_000,
};

export const QUICK: Scale = {
  rounds: 1,
  heatUp: HEAT_UP,
  levels: [
    { inFlight: GOAL_LEVEL, ours: 1_500, naive: 400 },
    { inFlight: 256, ours: 2_000, naive: 400 },
  ],
  lowLoad: 60,
  rawGroups: 15,
  waiting: 500,
  positions: 100,
  pollSeconds: 1.5,
  crowd: 10_000,
  dueAtWipe: 1_000,
};
