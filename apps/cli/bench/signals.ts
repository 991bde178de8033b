/**
 * Tells the driver, in this process and at no cost to the database, that something has got so far. Whoever comes first,
 * the one who waits or the one who tells, the other finds it.
 */
export class Signals<Told = void> {
  readonly #waiting = new Map<string, (told: Told) => void>();
  readonly #told = new Map<string, Told>();

  tell(what: string, told: Told): void {
    const resolve = this.#waiting.get(what);
    if (!resolve) {
      this.#told.set(what, told);
      return;
    }
    this.#waiting.delete(what);
    resolve(told);
  }

  heard(what: string): Promise<Told> {
    const told = this.#told.get(what);
    if (this.#told.delete(what)) return Promise.resolve(told as Told);
    return new Promise((resolve) => this.#waiting.set(what, resolve));
  }
}
