import { setImmediate, setTimeout } from 'node:timers/promises';

/** Nothing of ours takes so long: what is still awaited then was lost on its way. */
const LOST_AFTER_MS = 30_000;

/**
 * What is under way at ports that answer in their own time: calls to servers, jobs on their way to a worker,
 * notifications on their way to a relay. So that quiet is a signal, and no guess.
 */
export class UnderWay {
  /** How much has begun so far. */
  begun = 0;
  readonly #calls = new Map<symbol, string>();
  #onEnd: () => void = () => undefined;

  /** Something begins; it ends by the function that this answers. */
  begin(what: string): () => void {
    const token = Symbol(what);
    this.#calls.set(token, what);
    this.begun += 1;
    return () => {
      this.#calls.delete(token);
      if (this.#calls.size === 0) this.#onEnd();
    };
  }

  until<Answer>(what: string, answer: Promise<Answer>): Promise<Answer> {
    return answer.finally(this.begin(what));
  }

  /** The same port, of which each call is under way until it is answered. */
  watched<Port extends object>(port: Port): Port {
    return new Proxy(port, {
      get: (target, name) => {
        const member: unknown = Reflect.get(target, name);
        if (typeof member !== 'function') return member;
        return (...given: unknown[]): unknown => {
          const answer: unknown = Reflect.apply(member, target, given);
          return answer instanceof Promise ? this.until(String(name), answer) : answer;
        };
      },
    });
  }

  /** Resolves when nothing is under way, and nobody who was answered goes on. */
  async idle(): Promise<void> {
    for (let begun = -1; begun !== this.begun || this.#calls.size > 0;) {
      if (this.#calls.size > 0) await this.#end();
      begun = this.begun;
      // Whoever was answered goes on in this turn, or at the latest in the next.
      await setImmediate();
      await setImmediate();
    }
  }

  async #end(): Promise<void> {
    const answered = new AbortController();
    const ended = new Promise<void>((resolve) => (this.#onEnd = resolve));
    const lost = setTimeout(LOST_AFTER_MS, undefined, { signal: answered.signal }).then(() => {
      throw new Error(`not in ${LOST_AFTER_MS / 1_000} s: ${[...new Set(this.#calls.values())].join(', ')}`);
    });
    try {
      await Promise.race([ended, lost]);
    } finally {
      answered.abort();
    }
  }
}

/** Calls on their way to several places: begun for each of them, ended by whoever arrives there. */
export class OnTheWay {
  readonly #arrivals = new Map<string, () => void>();

  constructor(
    private readonly underWay: UnderWay,
    private readonly what: string,
  ) {}

  send(name: string): void {
    if (!this.#arrivals.has(name)) this.#arrivals.set(name, this.underWay.begin(`${this.what} ${name}`));
  }

  arrive(name: string): void {
    this.#arrivals.get(name)?.();
    this.#arrivals.delete(name);
  }
}
