import type { Pause } from '#libs/engine';

interface Happening {
  readonly at: number;
  readonly order: number;
  /** Null once nobody waits for it any more. */
  run: (() => void) | null;
  /** Nobody's wait ends by it. */
  readonly isSilent: boolean;
}

/** More than any world needs: one in which more happens never comes to rest. */
const MOST_HAPPENINGS = 150_000;

/** The world goes on and on without getting anywhere. */
export class NeverAtRest extends Error {
  override readonly name = 'NeverAtRest';
}

/** Virtual time. Things happen in the order of their time, and of two at one time in the order they were asked for. */
export class Schedule {
  /** Milliseconds since the world began. */
  now = 0;
  readonly #heap: Happening[] = [];
  #order = 0;

  after(ms: number, run: () => void): void {
    this.at(this.now + Math.max(0, ms), run);
  }

  at(time: number, run: () => void): void {
    this.#add(time, run, false);
  }

  /** For what happens at a server, of which nobody hears at that moment. */
  silentlyAfter(ms: number, run: () => void): void {
    this.#add(this.now + Math.max(0, ms), run, true);
  }

  /** When something happens next; null when nothing more is to happen. */
  get nextAt(): number | null {
    while (this.#heap[0] && !this.#heap[0].run) pop(this.#heap);
    return this.#heap[0]?.at ?? null;
  }

  readonly pause: Pause = (ms, signal) =>
    new Promise((resolve) => {
      const end = this.#add(this.now + Math.max(0, ms), resolve, false);
      const cutShort = (): void => {
        end.run = null;
        resolve();
      };
      signal?.addEventListener('abort', cutShort, { once: true });
    });

  /**
   * Lets everything happen that is to happen until then.
   * @throws NeverAtRest
   */
  async runUntil(end: number): Promise<void> {
    await settle();
    for (let next = this.#heap[0]; next && next.at <= end; next = this.#heap[0]) {
      pop(this.#heap);
      if (!next.run) continue;
      this.now = next.at;
      next.run();
      if (!next.isSilent) await settle();
    }
    this.now = end;
  }

  #add(time: number, run: () => void, isSilent: boolean): Happening {
    this.#order += 1;
    if (this.#order > MOST_HAPPENINGS) throw new NeverAtRest(`more than ${MOST_HAPPENINGS} things happened`);
    const happening = { at: Math.max(time, this.now), order: this.#order, run, isSilent };
    push(this.#heap, happening);
    return happening;
  }
}

/** Code that has been answered goes on until it waits again: ticks come after all that is ready to run. */
const settle = (): Promise<void> => new Promise((resolve) => process.nextTick(resolve));

const isBefore = (one: Happening, other: Happening): boolean =>
  one.at < other.at || (one.at === other.at && one.order < other.order);

function push(heap: Happening[], happening: Happening): void {
  heap.push(happening);
  for (let index = heap.length - 1; index > 0;) {
    const parent = (index - 1) >> 1;
    if (!swapIfBefore(heap, index, parent)) return;
    index = parent;
  }
}

function pop(heap: Happening[]): void {
  const last = heap.pop();
  if (!last || heap.length === 0) return;
  heap[0] = last;
  for (let index = 0; ;) {
    const left = 2 * index + 1;
    const [one, other] = [heap[left], heap[left + 1]];
    const least = one && other && isBefore(other, one) ? left + 1 : left;
    if (!one || !swapIfBefore(heap, least, index)) return;
    index = least;
  }
}

function swapIfBefore(heap: Happening[], index: number, other: number): boolean {
  const [one, two] = [heap[index], heap[other]];
  if (!one || !two || !isBefore(one, two)) return false;
  heap[index] = two;
  heap[other] = one;
  return true;
}
