/** What IRIS really took. */
export interface Taken {
  readonly idPagamento: string;
  readonly amount: string;
  readonly amountCents: number;
}

/** The other side, played by the sandbox: the payer's browser at IRIS, and the hand that makes things go wrong. */
export class Counter {
  constructor(private readonly sandboxUrl: string) {}

  /** Chooses what will happen when the payer presses "Paga". */
  async arrange(idPagamento: string, scenario: string, more: object = {}): Promise<void> {
    await this.post('/sandbox/scenario', { idPagamento, scenario, ...more });
  }

  /** The payer presses "Paga" on IRIS's page; the browser then goes where IRIS sends it, back to PORTOS if anywhere. */
  async pressPay(redirectUrl: string): Promise<void> {
    const pressed = await fetch(`${redirectUrl}/pay`, { method: 'POST', redirect: 'manual' });
    await pressed.body?.cancel();
    if (pressed.status >= 400) throw new Error(`la pagina di IRIS risponde ${pressed.status}`);
    const back = pressed.headers.get('location');
    if (back === null) return;
    const answer = await fetch(back, { redirect: 'manual' });
    await answer.body?.cancel();
  }

  /** The payment is made at the bank, whose page needs no IRIS. */
  async payAtBank(idPagamento: string): Promise<void> {
    await this.post(`/sandbox/pay/${idPagamento}`);
  }

  /** The receipt of a payment arrives at IRIS, and says that it was done. */
  async deliverReceipt(idPagamento: string): Promise<void> {
    await this.post(`/sandbox/receipt/${idPagamento}`);
  }

  /** IRIS answers nobody for so long; the other faults in force stay. @returns what ends the outage */
  async takeDown(seconds: number): Promise<() => Promise<void>> {
    const {
      downUntil: _until,
      struck: _struck,
      ...before
    } = (await this.get('/sandbox/faults')) as Record<string, unknown>;
    await this.post('/sandbox/faults', { ...before, downForSeconds: seconds });
    return () => this.post('/sandbox/faults', { ...before, downForSeconds: 0 });
  }

  /** What was taken for these positions, oldest first. */
  async taken(idPagamenti: readonly string[]): Promise<readonly Taken[]> {
    const { items } = (await this.get('/sandbox/ledger')) as { items: Taken[] };
    return items.filter(({ idPagamento }) => idPagamenti.includes(idPagamento));
  }

  private async get(path: string): Promise<unknown> {
    return (await this.answered(await fetch(`${this.sandboxUrl}${path}`), path)).json();
  }

  private async post(path: string, body: object = {}): Promise<void> {
    const headers = { 'content-type': 'application/json' };
    const request = { method: 'POST', headers, body: JSON.stringify(body) };
    await (await this.answered(await fetch(`${this.sandboxUrl}${path}`, request), path)).body?.cancel();
  }

  private async answered(response: Response, path: string): Promise<Response> {
    if (!response.ok) throw new Error(`la sandbox risponde ${response.status} a ${path}: ${await response.text()}`);
    return response;
  }
}
