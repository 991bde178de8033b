const DAY_MS = 24 * 60 * 60 * 1000;
const ROME = { timeZone: 'Europe/Rome' } as const;

/** The Swedish locale writes dates and times as ISO 8601 does. A format costs much to make and nothing to keep. */
const romeCalendar = new Intl.DateTimeFormat('sv-SE', ROME);
const romeWallClock = new Intl.DateTimeFormat('sv-SE', { ...ROME, dateStyle: 'short', timeStyle: 'medium' });

/** An `IdPDateTime` as we write it: UTC, whole seconds. */
export const dateTimeOf = (instant: Date): string => `${instant.toISOString().slice(0, 19)}Z`;

/** An `IdPDate`: the day it is in Tuscany, which after 22 or 23 UTC is already the next one. */
export const romeDateOf = (instant: Date): string => romeCalendar.format(instant);

export const daysAfter = (instant: Date, days: number): Date => new Date(instant.getTime() + days * DAY_MS);

/**
 * An `IdPDateTime` as IRIS writes it, as an RFC 3339 instant in UTC. Without an offset it is the time on a clock in
 * Tuscany. `null` if it is not a date and time.
 */
export function instantOf(dateTime: string): string | null {
  const match = /^\s*(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.\d+)?(Z|[+-]\d\d:\d\d)?\s*$/.exec(dateTime);
  if (!match) return null;
  const [, local = '', offset] = match;
  const instantMs = offset === undefined ? romeInstantMs(local) : Date.parse(local + offset);
  return Number.isNaN(instantMs) ? null : dateTimeOf(new Date(instantMs));
}

function romeInstantMs(local: string): number {
  const asIfUtcMs = Date.parse(`${local}Z`);
  if (Number.isNaN(asIfUtcMs)) return NaN;
  // The offset in force is looked up twice, because near a change of the clock the first guess uses the wrong one.
  return asIfUtcMs - romeOffsetMs(asIfUtcMs - romeOffsetMs(asIfUtcMs));
}

const romeOffsetMs = (instantMs: number): number =>
  Date.parse(`${romeWallClock.format(instantMs).replace(' ', 'T')}Z`) - instantMs;
