import type { ApiKey, ApiKeyRegister } from '#libs/payments';

/** A key that is revoked, or made, is known to every API process after this time at most. */
export const KEY_CACHED_MS = 5_000;
const MOST_KEPT = 10_000;

interface Kept {
  readonly key: Promise<ApiKey | null>;
  readonly until: number;
}

/** Looks keys up in the register, once in a while: not for every request. */
export class KeyCache {
  readonly #kept = new Map<string, Kept>();

  constructor(
    private readonly register: Pick<ApiKeyRegister, 'find'>,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** @param text the whole key, @param name its digest, so that no secret is kept here. */
  find(text: string, name: string): Promise<ApiKey | null> {
    const kept = this.#kept.get(name);
    if (kept && kept.until > this.now()) return kept.key;
    if (this.#kept.size >= MOST_KEPT) this.#kept.clear();
    const key = this.register.find(text);
    this.#kept.set(name, { key, until: this.now() + KEY_CACHED_MS });
    key.catch(() => this.#kept.delete(name)); // the next request may have more luck
    return key;
  }
}
