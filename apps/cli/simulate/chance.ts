/**
 * Random draws from a seed: the same seed gives the same draws on every machine (sfc32, seeded by a hash of the text).
 * Each part of the simulated world draws from a stream of its own, so that leaving out one thing that happens moves
 * the others as little as may be.
 */
export class Chance {
  #a: number;
  #b: number;
  #c: number;
  #counter = 1;

  constructor(private readonly seed: string) {
    [this.#a, this.#b, this.#c] = [hash(seed, 1), hash(seed, 2), hash(seed, 3)];
    for (let index = 0; index < 12; index += 1) this.draw();
  }

  /** A stream of its own. */
  fork(name: string): Chance {
    return new Chance(`${this.seed}/${name}`);
  }

  /** In [0, 1). */
  draw(): number {
    const [b, c] = [this.#b, this.#c];
    const sum = (this.#a + b + this.#counter) | 0;
    this.#a = b ^ (b >>> 9);
    this.#b = (c + (c << 3)) | 0;
    this.#c = (((c << 21) | (c >>> 11)) + sum) | 0;
    this.#counter = (this.#counter + 1) | 0;
    return (sum >>> 0) / 4_294_967_296;
  }

  happens(probability: number): boolean {
    return probability > 0 && this.draw() < probability;
  }

  /** A whole number from `least` up to and including `most`. */
  between(least: number, most: number): number {
    return least + Math.floor(this.draw() * (most - least + 1));
  }

  pick<Item>(items: readonly Item[]): Item {
    const item = items[this.between(0, items.length - 1)];
    if (item === undefined) throw new RangeError('nothing to pick from');
    return item;
  }

  /** Hexadecimal digits. */
  hex(digits: number): string {
    return Array.from({ length: digits }, () => this.between(0, 15).toString(16)).join('');
  }
}

function hash(text: string, salt: number): number {
  let value = 2_166_136_261 ^ salt;
  for (let index = 0; index < text.length; index += 1) {
    value = Math.imul(value ^ text.charCodeAt(index), 16_777_619);
    value ^= value >>> 13;
  }
  return value >>> 0;
}
