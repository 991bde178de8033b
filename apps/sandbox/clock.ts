/** The one source of time and of timers, so that the specs of the slow scenarios need no waiting. */
export abstract class Clock {
  abstract now(): Date;
  abstract after(delayMs: number, action: () => void): void;
  /** Forgets every timer: what was due later never happens. */
  abstract stop(): void;
}

/** The clock on the wall. */
export class WallClock extends Clock {
  private readonly timers = new Set<NodeJS.Timeout>();

  now(): Date {
    return new Date();
  }

  after(delayMs: number, action: () => void): void {
    const timer = setTimeout(() => {
      this.timers.delete(timer);
      action();
    }, delayMs);
    this.timers.add(timer);
  }

  stop(): void {
    for (const timer of this.timers) clearTimeout(timer);
    this.timers.clear();
  }
}

const romeFields = new Intl.DateTimeFormat('sv-SE', {
  timeZone: 'Europe/Rome',
  dateStyle: 'short',
  timeStyle: 'medium',
});

/** The calendar day in Tuscany, as an xs:date without zone. */
export function romeDate(at: Date): string {
  return romeFields.format(at).slice(0, 10);
}

/** An xs:dateTime in Italian local time with its offset, as a Java server prints it. */
export function romeDateTime(at: Date): string {
  const local = romeFields.format(at).replace(' ', 'T');
  const offsetHours = Math.round((Date.parse(`${local}Z`) - at.getTime()) / 3_600_000);
  return `${local}+0${offsetHours}:00`;
}
