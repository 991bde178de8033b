import { setTimeout as pause } from 'node:timers/promises';

const LOOK_EVERY_MS = 100;
const ANSWER_WITHIN_MS = 2_000;

/** Asks a health address until it answers 2xx. @returns false when the deadline has passed or the signal aborted. */
export async function becomesReady(url: string, deadlineMs: number, signal: AbortSignal): Promise<boolean> {
  const deadline = performance.now() + deadlineMs;
  while (!signal.aborted && performance.now() < deadline) {
    if (await isReady(url)) return true;
    await pause(LOOK_EVERY_MS, undefined, { signal }).catch(() => undefined);
  }
  return false;
}

async function isReady(url: string): Promise<boolean> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(ANSWER_WITHIN_MS) });
    await response.body?.cancel();
    return response.ok;
  } catch {
    return false;
  }
}
