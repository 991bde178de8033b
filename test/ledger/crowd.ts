import { bolli, istruttoria, practice } from '../practice.fixture.js';
import type { End } from './ends.js';
import { ENDS } from './ends.js';
import type { Counters } from './payer.js';
import { Payer } from './payer.js';

/** So many practices are being opened at a time: nobody sends five hundred at once. */
const OPENING_AT_ONCE = 25;

const LEAST_FEE_CENTS = 5_000;
const FEE_RANGE_CENTS = 95_000;

/** A practice to be opened, and how each of its payments is to end. */
interface Plan {
  readonly body: ReturnType<typeof practice>;
  readonly ends: readonly End[];
}

/** A thousand payers of five hundred practices, two payments each. Who ends how, and every amount, follows from chance. */
export class Crowd {
  /** How each payment must end, known as soon as it is opened. */
  readonly ends = new Map<string, End>();
  readonly #plans: readonly Plan[];
  readonly #stories: Promise<unknown>[] = [];
  #told = 0;
  #passHalfway: () => void = () => undefined;
  /** Resolves when half of the payers have done all they do. */
  readonly halfway = new Promise<void>((resolve) => (this.#passHalfway = resolve));

  /** @param random draws in [0, 1) */
  constructor(
    private readonly counters: Counters,
    random: () => number,
  ) {
    const deck = shuffled(
      ENDS.flatMap((end) => Array.from({ length: end.payments }, () => end)),
      random,
    );
    this.#plans = Array.from({ length: deck.length / 2 }, (_, index) => ({
      body: practiceOf(random),
      ends: deck.slice(2 * index, 2 * index + 2),
    }));
  }

  /** Opens every practice, and resolves when every payer has done all they do. */
  async play(): Promise<void> {
    const waiting = [...this.#plans];
    const openOneByOne = async () => {
      for (let plan = waiting.pop(); plan; plan = waiting.pop()) await this.#open(plan);
    };
    await Promise.all(Array.from({ length: OPENING_AT_ONCE }, openOneByOne));
    await Promise.all(this.#stories);
  }

  async #open({ body, ends }: Plan): Promise<void> {
    const { payments } = await this.counters.portos.openPractice(body);
    for (const [index, { paymentId }] of payments.entries()) {
      const end = ends[index];
      if (!end) throw new RangeError(`${body.practiceId} has more payments than ends`);
      this.ends.set(paymentId, end);
      const story = this.#tell(paymentId, end);
      story.catch(() => undefined); // heard when all are waited for
      this.#stories.push(story);
    }
  }

  async #tell(paymentId: string, { name, story }: End): Promise<void> {
    await story(new Payer(this.counters, paymentId)).catch((error: unknown) => {
      throw new Error(`${paymentId} (${name}): ${String(error)}`, { cause: error });
    });
    this.#told += 1;
    if (this.#told === this.#plans.length) this.#passHalfway();
  }
}

function practiceOf(random: () => number) {
  const feeCents = LEAST_FEE_CENTS + Math.floor(random() * FEE_RANGE_CENTS);
  const charges = [bolli(1 + Math.floor(random() * 2)), istruttoria((feeCents / 100).toFixed(2))];
  return practice({ practiceType: 'istanza', charges });
}

/** Fisher and Yates. */
function shuffled<Card>(cards: readonly Card[], random: () => number): Card[] {
  const deck = [...cards];
  for (let last = deck.length - 1; last > 0; last -= 1) {
    const drawn = Math.floor(random() * (last + 1));
    [deck[last], deck[drawn]] = [deck[drawn] as Card, deck[last] as Card];
  }
  return deck;
}
