import { Chance } from '../../apps/cli/simulate/chance.js';

/** What must differ from draw to draw, or decides how the installation is set up. */
const FREE = ['settings', 'identifiers', 'tokens'];

/**
 * The chance of a world in which nothing happens by chance that two worlds could not share: nothing fails, nothing on
 * the way takes time, IRIS takes as little as it ever does, pauses have no jitter. What people do depends on the seed
 * and the moment alone, so that it does not matter who drew before them.
 */
export class EvenChance extends Chance {
  /** @param now of the world's clock, in milliseconds */
  constructor(
    private readonly name: string,
    private readonly now: () => number,
  ) {
    super(name);
  }

  override fork(name: string): Chance {
    if (FREE.includes(name)) return super.fork(name);
    const path = `${this.name}/${name}`;
    return name === 'people' ? new ChanceOfTheMoment(path, this.now) : new EvenChance(path, this.now);
  }

  override draw(): number {
    return 0;
  }

  override happens(): boolean {
    return false;
  }
}

/** The draws of each moment begin anew. */
export class ChanceOfTheMoment extends Chance {
  private moment: { readonly at: number; readonly draws: Chance } | undefined;

  constructor(
    private readonly name: string,
    private readonly now: (() => number) | undefined,
  ) {
    super(name);
  }

  override draw(): number {
    const at = this.now?.(); // not there yet while `super` makes its first draws
    if (at === undefined) return super.draw();
    if (this.moment?.at !== at) this.moment = { at, draws: new Chance(`${this.name}/${at}`) };
    return this.moment.draws.draw();
  }
}
