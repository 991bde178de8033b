import type { PaymentStates } from '../programs/payment-states.js';
import type { Portos } from '../programs/portos.js';
import type { Sandbox } from '../programs/sandbox.js';

/** An attempt whose page the payer stands before: its number, and the IdPagamento of its positions. */
export interface AtIris {
  readonly attempt: number;
  readonly ids: readonly string[];
}

/** Whom the payers of a crowd deal with. */
export interface Counters {
  readonly portos: Portos;
  readonly sandbox: Sandbox;
  readonly states: PaymentStates;
}

/** One payer of one payment, and what can be done with it: the words that stories are told in. */
export class Payer {
  constructor(
    private readonly at: Counters,
    readonly paymentId: string,
  ) {}

  /** Waits until the payment can be paid, and goes to IRIS's page. */
  async goesToIris(): Promise<AtIris> {
    const { portos, states } = this.at;
    await states.reach(this.paymentId, 'initialized.ready');
    await portos.command('redirect', this.paymentId);
    const { attempt } = await portos.payment(this.paymentId);
    return { attempt: attempt.number, ids: attempt.positions.map(({ idPagamento }) => idPagamento) };
  }

  /** Goes to IRIS's page and does there what a scenario of the sandbox says. */
  async plays(scenario: string, choice: { readonly push?: boolean } = {}): Promise<AtIris> {
    const page = await this.goesToIris();
    await this.at.sandbox.play(page.ids[0] ?? '', scenario, choice);
    return page;
  }

  waitsUntil(state: 'annulled' | 'notConcluded'): Promise<void> {
    return this.at.states.reach(this.paymentId, state);
  }

  /** Waits until the payment has ended so, and asks for another attempt in place of that one. */
  async regenerates(ended: 'annulled' | 'notConcluded', { attempt }: AtIris): Promise<void> {
    await this.waitsUntil(ended);
    await this.at.portos.regenerate(this.paymentId, attempt);
  }

  /** The receipts of that attempt arrive at IRIS: it was paid after all. */
  receiptsArrive({ ids }: AtIris): Promise<unknown> {
    return Promise.all(ids.map((id) => this.at.sandbox.receipt(id)));
  }

  /** The money of that attempt is given back. */
  isGivenBack({ ids }: AtIris): Promise<unknown> {
    return Promise.all(ids.map((id) => this.at.sandbox.refund(id)));
  }
}
