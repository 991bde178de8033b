import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Waits some milliseconds, or until the signal aborts, which is no failure. The runtime waits in no other way, so that
 * a simulation can let the time pass at once.
 */
export type Pause = (ms: number, signal?: AbortSignal) => Promise<void>;

export const pauseOnTimer: Pause = async (ms, signal) => {
  await sleep(ms, undefined, signal ? { signal } : {}).catch((error: unknown) => {
    if (!signal?.aborted) throw error;
  });
};
