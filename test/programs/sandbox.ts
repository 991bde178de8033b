/** What `GET /sandbox/ledger` lists: the money IRIS really took, and every position it ever opened. */
export interface IrisLedger {
  readonly items: readonly TakenMoney[];
  readonly totalCents: number;
  readonly refundedCents: number;
  readonly positions: readonly { readonly idPagamento: string }[];
}

/** One payment of one position. */
export interface TakenMoney {
  readonly idPagamento: string;
  readonly idTransazione: string;
  readonly amountCents: number;
  /** Null unless the money was given back. */
  readonly refund: object | null;
}

/** The hand of the tester on payers and on IRIS. */
export class Sandbox {
  constructor(private readonly url: string) {}

  /** The payer does what the scenario says, with all positions of the session. Nobody pays what IRIS never heard of. */
  async play(idPagamento: string, scenario: string, choice: { readonly push?: boolean } = {}): Promise<void> {
    await this.#post('/sandbox/scenario', { idPagamento, scenario, ...choice });
    await this.#post(`/sandbox/pay/${idPagamento}`, {}, [404]);
  }

  /** The receipt of what was in progress, refused or annulled arrives: it was paid. */
  receipt(idPagamento: string): Promise<unknown> {
    return this.#post(`/sandbox/receipt/${idPagamento}`, {});
  }

  /** Gives the latest money of the position back. */
  refund(idPagamento: string): Promise<unknown> {
    return this.#post(`/sandbox/refund/${idPagamento}`, {});
  }

  /** Replaces the faults in force; `{}` ends them all. */
  setFaults(plan: object): Promise<unknown> {
    return this.#post('/sandbox/faults', plan);
  }

  /** How often each kind of fault has struck. */
  async struck(): Promise<Readonly<Record<string, number>>> {
    const { struck } = await this.#get<{ struck: Record<string, number> }>('/sandbox/faults');
    return struck;
  }

  ledger(): Promise<IrisLedger> {
    return this.#get('/sandbox/ledger');
  }

  async #get<Body>(address: string): Promise<Body> {
    return (await (await fetch(this.url + address)).json()) as Body;
  }

  /** @param passing statuses that are as good as a 2xx */
  async #post(address: string, body: object, passing: readonly number[] = []): Promise<void> {
    const headers = { 'content-type': 'application/json' };
    const answer = await fetch(this.url + address, { method: 'POST', headers, body: JSON.stringify(body) });
    if (!answer.ok && !passing.includes(answer.status)) {
      throw new Error(`${address}: ${answer.status} ${await answer.text()}`);
    }
    await answer.body?.cancel();
  }
}
