/** How long to wait before a next try: growing pauses, a ceiling, and jitter so that a crowd does not come back at once. */
export interface Backoff {
  readonly firstMs: number;
  readonly factor: number;
  readonly maxMs: number;
}

/**
 * The pause after the `tries`-th try (1 = the first has just failed), between half and all of the full pause.
 * @param chance in [0, 1): the caller's random draw, an argument so that tests and the simulation decide it.
 */
export function pauseMs(backoff: Backoff, tries: number, chance: number): number {
  const full = Math.min(backoff.maxMs, backoff.firstMs * backoff.factor ** Math.max(0, tries - 1));
  return Math.round(full * (0.5 + chance / 2));
}

/**
 * The pause of a schedule whose last value repeats, up to a tenth longer by chance.
 * @param tries 1 = the first try has just been made.
 */
export function scheduledPauseMs(scheduleMs: readonly number[], tries: number, chance: number): number {
  const last = scheduleMs.length - 1;
  const pause = scheduleMs[Math.min(Math.max(0, tries - 1), last)];
  if (pause === undefined) throw new RangeError('a schedule needs at least one pause');
  return Math.round(pause * (1 + chance / 10));
}
