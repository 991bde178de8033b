import type { Pool } from 'pg';
import { eventually } from '../stack.js';

/** Where payers wait for their payment. */
const AWAITED = ['initialized.ready', 'annulled', 'notConcluded'] as const;

const REACHED_WITHIN_MS = 120_000;
const LOOK_EVERY_MS = 100;

/** Tells when a payment reaches a state. One look at the database for all, where PORTOS would ask for each. */
export class PaymentStates {
  #states: ReadonlyMap<string, string> = new Map();
  #looking: Promise<void> | null = null;

  /** @param end aborted, waiting fails */
  constructor(
    private readonly pool: Pool,
    private readonly end: AbortSignal,
  ) {}

  async reach(paymentId: string, state: (typeof AWAITED)[number]): Promise<void> {
    const look = async () => {
      this.end.throwIfAborted();
      await (this.#looking ??= this.#look().finally(() => (this.#looking = null)));
      return this.#states.get(paymentId) === state || null;
    };
    await eventually(look, `${paymentId} is ${state}`, REACHED_WITHIN_MS, LOOK_EVERY_MS);
  }

  async #look(): Promise<void> {
    const { rows } = await this.pool
      .query<{
        id: string;
        state: string;
      }>(`select id, state from engine.instance where machine = 'payment' and state = any($1)`, [AWAITED])
      .catch(() => ({ rows: [] })); // the database may be down just now
    this.#states = new Map(rows.map(({ id, state }) => [id, state]));
  }
}
