import { RateLimiterMemory } from 'rate-limiter-flexible';

const WINDOW_SECONDS = 60;

/** How much of a quota is left. */
export interface QuotaLeft {
  readonly limit: number;
  readonly remaining: number;
  /** Until the count begins anew. */
  readonly resetSeconds: number;
  /** This one was too much. */
  readonly isExceeded: boolean;
}

/** So many a minute for each name. A minute begins with the first of them, and the next with the first after its end. */
export class Quota {
  readonly #counts: RateLimiterMemory | null;

  /** @param limit 0: there is none */
  constructor(readonly limit: number) {
    this.#counts = limit === 0 ? null : new RateLimiterMemory({ points: limit, duration: WINDOW_SECONDS });
  }

  /** Counts one more. Null where there is no limit. */
  async take(name: string): Promise<QuotaLeft | null> {
    const counted = await this.#counts?.penalty(name);
    return counted ? this.#left(counted.consumedPoints, counted.msBeforeNext) : null;
  }

  /** As `take` would say next, counting nothing. Null also where nothing was counted yet. */
  async look(name: string): Promise<QuotaLeft | null> {
    const counted = await this.#counts?.get(name);
    return counted ? this.#left(counted.consumedPoints + 1, counted.msBeforeNext) : null;
  }

  #left(taken: number, resetMs: number): QuotaLeft {
    return {
      limit: this.limit,
      remaining: Math.max(0, this.limit - taken),
      resetSeconds: Math.max(1, Math.ceil(resetMs / 1_000)),
      isExceeded: taken > this.limit,
    };
  }
}
