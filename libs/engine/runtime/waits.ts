import { setImmediate, setTimeout } from 'node:timers/promises';

/**
 * Waits some milliseconds, or until the signal aborts, which is no failure.
 */
export type Pause = (ms: number, signal?: AbortSignal) => Promise<void>;

/** All the ways in which the runtime waits by itself, so that a simulation can let the time pass at once. */
export interface Waits {
  readonly pause: Pause;
  /** Lets what else is ready to run go first, so that what comes at once is done together. */
  readonly nextTurn: () => Promise<void>;
}

/** By the clock and the event loop of this process. */
export const REAL_WAITS: Waits = {
  pause: async (ms, signal) => {
    await setTimeout(ms, undefined, signal ? { signal } : {}).catch((error: unknown) => {
      if (!signal?.aborted) throw error;
    });
  },
  nextTurn: () => setImmediate(),
};
