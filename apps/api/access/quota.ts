const WINDOW_MS = 60_000;
const MOST_KEPT = 10_000;

/** How much of a quota is left. */
export interface QuotaLeft {
  readonly limit: number;
  readonly remaining: number;
  /** Until the count begins anew. */
  readonly resetSeconds: number;
  /** This one was too much. */
  readonly isExceeded: boolean;
}

interface Window {
  taken: number;
  readonly endsAt: number;
}

/** So many a minute for each name. A minute begins with the first of them, and the next with the first after its end. */
export class Quota {
  readonly #windows = new Map<string, Window>();

  /** @param limit 0: there is none */
  constructor(
    readonly limit: number,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** Counts one more. Null where there is no limit. */
  take(name: string): QuotaLeft | null {
    if (this.limit === 0) return null;
    const window = this.#window(name);
    window.taken += 1;
    return this.#left(window);
  }

  /** As `take` would say next, counting nothing. */
  look(name: string): QuotaLeft | null {
    if (this.limit === 0) return null;
    const window = this.#windows.get(name);
    return window && window.endsAt > this.now() ? this.#left({ ...window, taken: window.taken + 1 }) : null;
  }

  #left({ taken, endsAt }: Window): QuotaLeft {
    return {
      limit: this.limit,
      remaining: Math.max(0, this.limit - taken),
      resetSeconds: Math.max(1, Math.ceil((endsAt - this.now()) / 1_000)),
      isExceeded: taken > this.limit,
    };
  }

  #window(name: string): Window {
    const now = this.now();
    const present = this.#windows.get(name);
    if (present && present.endsAt > now) return present;
    if (this.#windows.size >= MOST_KEPT) this.#forgetEnded(now);
    const window = { taken: 0, endsAt: now + WINDOW_MS };
    this.#windows.set(name, window);
    return window;
  }

  #forgetEnded(now: number): void {
    for (const [name, { endsAt }] of this.#windows) if (endsAt <= now) this.#windows.delete(name);
  }
}
