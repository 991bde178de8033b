import type { PaymentView } from '#libs/payments';
import { bolli, istruttoria, practice } from '../practice.fixture.js';
import type { PaymentStates } from '../programs/payment-states.js';
import type { Portos } from '../programs/portos.js';
import { randomFrom } from '../programs/random.js';
import type { Sandbox } from '../programs/sandbox.js';
import { eventually } from '../stack.js';

/** What a payer does, and where their payment must end. */
interface Ending {
  /** A scenario of the sandbox; null: PORTOS annuls before the payer is sent to IRIS. */
  readonly scenario: string | null;
  /** Whether IRIS tells us of a payment, or only a poll can find it. */
  readonly push: boolean;
  /** The payer asks PORTOS to look again at once. */
  readonly isImpatient: boolean;
  readonly state: string;
}

const ending = (scenario: string | null, state: string, push = true, isImpatient = false): Ending => ({
  scenario,
  state,
  push,
  isImpatient,
});

/** In these shares. A payer who closed the page comes back once our timeout has passed: the late money counts. */
const ENDINGS: readonly (readonly [share: number, Ending])[] = [
  [28, ending('paid', 'paid')],
  [8, ending('paid', 'paid', false)],
  [8, ending('paid', 'paid', true, true)],
  [15, ending('paid-slow', 'paid')],
  [10, ending('sbf-then-paid', 'paid')],
  [10, ending('rejected', 'rejected')],
  [10, ending('cancelled-by-payer', 'annulled')],
  [5, ending('page-closed', 'paid')],
  [6, ending(null, 'annulled')],
];

/** 40 practices with two payments and 120 with one. */
const PRACTICES = 160;
export const PAYMENTS = 200;

const AT_IRIS_WITHIN_MS = 120_000;

function drawEnding(random: () => number): Ending {
  let left = random() * ENDINGS.reduce((sum, [share]) => sum + share, 0);
  for (const [share, drawn] of ENDINGS) if ((left -= share) < 0) return drawn;
  throw new RangeError('the shares add up to what is drawn from');
}

const practiceOf = (index: number, random: () => number) =>
  index % 4 === 0
    ? practice({ practiceType: 'istanza', charges: [bolli(1 + Math.floor(random() * 3)), istruttoria()] })
    : practice({ charges: [bolli(1 + Math.floor(random() * 2))] });

/** A crowd of payers, each on their own way; how they behave follows from a seed. */
export class Payers {
  readonly #plays: readonly (() => Promise<void>)[];
  #allPlayed: Promise<unknown> = Promise.resolve();
  #letPay: () => void = () => undefined;
  readonly #mayPay = new Promise<void>((resolve) => (this.#letPay = resolve));
  /** The state each payment must end in. */
  readonly expected = new Map<string, string>();
  /** The payments of each practice. */
  readonly practices = new Map<string, readonly string[]>();

  constructor(
    readonly portos: Portos,
    private readonly sandbox: Sandbox,
    private readonly states: PaymentStates,
    seed: number,
  ) {
    const random = randomFrom(seed);
    this.#plays = Array.from({ length: PRACTICES }, (_, index) => {
      const body = practiceOf(index, random);
      const endings = body.charges.map(() => drawEnding(random));
      return () => this.#play(body, endings);
    });
  }

  /** Sends all on their way, as far as IRIS's page: there they wait for `pay`, so none of them reaches its end. */
  release(): void {
    this.#allPlayed = Promise.all(this.#plays.map((play) => play()));
    // A payer that cannot go on is heard when all are waited for, and not before.
    this.#allPlayed.catch(() => undefined);
  }

  /** Lets them pay, annul, walk away: whatever each is to do. */
  pay(): void {
    this.#letPay();
  }

  /** Resolves when so many payers were sent to IRIS: the rest is on its way there. */
  async areAtIris(count: number): Promise<void> {
    const look = () => Promise.resolve(this.portos.countOf('redirect.requested') >= count || null);
    await eventually(look, `${count} payers are at IRIS`, AT_IRIS_WITHIN_MS);
  }

  /** Lets them pay, and resolves when every payer has done all they do. */
  async allDone(): Promise<void> {
    this.pay();
    await this.#allPlayed;
  }

  async #play(body: ReturnType<typeof practiceOf>, endings: readonly Ending[]): Promise<void> {
    const { practiceId, payments } = await this.portos.openPractice(body);
    const ids = payments.map(({ paymentId }) => paymentId);
    this.practices.set(practiceId, ids);
    await Promise.all(
      ids.map(async (paymentId, index) => {
        const drawn = endings[index];
        if (!drawn) throw new RangeError(`${practiceId} has more payments than charges`);
        this.expected.set(paymentId, drawn.state);
        await this.states.reach(paymentId, 'initialized.ready');
        await this.#pay(paymentId, drawn);
      }),
    );
  }

  async #pay(paymentId: string, { scenario, push, isImpatient }: Ending): Promise<void> {
    if (scenario !== null) await this.portos.command('redirect', paymentId);
    await this.#mayPay;
    if (scenario === null) return this.portos.command('annul', paymentId);
    const { attempt, attempts } = await this.portos.payment(paymentId);
    await this.#playAtIris(attempt, scenario, push);
    if (isImpatient) await this.portos.command('verify', paymentId);
    if (scenario === 'page-closed') {
      await this.states.reach(paymentId, 'notConcluded');
      await this.#playAtIris(attempt, 'paid', push);
    }
    if (scenario !== 'paid' || !push) return;
    // Money on an attempt whose opening was given up: nobody has its URL, and it may not be lost all the same.
    for (const burnt of attempts.filter(({ number }) => number < attempt.number)) {
      await this.#playAtIris(burnt, 'paid', true);
    }
  }

  async #playAtIris({ positions }: Pick<PaymentView['attempt'], 'positions'>, scenario: string, push: boolean) {
    await this.sandbox.play(positions[0]?.idPagamento ?? '', scenario, { push });
  }
}
