import type { IncidentView, PaymentView, PracticeView, Problem } from '#libs/payments';
import { bolli, istruttoria, practice } from '../practice.fixture.js';
import type { Answer } from '../stack.js';
import { eventually } from '../stack.js';
import type { Stage } from './stage.js';

/** A payment of the story's practice, by the name its lines give it: its kind, and a number from the second one on. */
export interface NamedPayment {
  readonly name: string;
  readonly paymentId: string;
}

/** Money that IRIS really took, as the sandbox's ledger has it. */
export interface Taken {
  readonly idPagamento: string;
  readonly idTransazione: string;
  readonly amount: string;
  readonly refund: object | null;
}

interface PayersPage {
  readonly url: string;
  readonly idPagamenti: readonly string[];
}

interface Choice {
  readonly scenario: string;
  /** IRIS notifies what becomes paid. */
  readonly push?: boolean;
}

/** Longer than any story takes: what comes late comes when the story says so. */
const NOT_BY_ITSELF_MS = 86_400_000;
const REASON = 'as the story goes';
let practices = 0;

/** One practice on the stage: what PORTOS, its payer, IRIS and an operator do with it. */
export class Story {
  readonly payments: NamedPayment[] = [];
  /** What was refused since it was last asked for. */
  #refusals: string[] = [];
  readonly #practiceId = `STORIA-${(practices += 1)}`;
  readonly #pages = new Map<string, PayersPage>();
  readonly #attestations = new Map<string, string>();
  #isIrisDown = false;

  constructor(readonly stage: Stage) {}

  // --- PORTOS ------------------------------------------------------------------------------------------------------

  async open(charges: string): Promise<void> {
    await this.#command('POST', '/v1/practices', this.#content(charges));
    await this.#meet();
  }

  async change(charges: string): Promise<void> {
    await this.#command('PUT', `/v1/practices/${this.#practiceId}`, this.#content(charges));
    await this.#meet();
  }

  withdraw(): Promise<void> {
    return this.#command('POST', `/v1/practices/${this.#practiceId}/withdraw`, { reason: REASON });
  }

  annul({ paymentId }: NamedPayment): Promise<void> {
    return this.#command('POST', `/v1/payments/${paymentId}/annul`, { reason: REASON });
  }

  verify({ paymentId }: NamedPayment): Promise<void> {
    return this.#command('POST', `/v1/payments/${paymentId}/verify`);
  }

  regenerate({ paymentId }: NamedPayment, attempt: number, acknowledgeInFlight: boolean): Promise<void> {
    return this.#command('POST', `/v1/payments/${paymentId}/regenerate`, { attempt, acknowledgeInFlight });
  }

  /** The same command twice by the queue; each job is answered. */
  async enqueueRegenerateTwice({ paymentId }: NamedPayment, attempt: number): Promise<void> {
    const { producer } = this.stage;
    const jobs = await Promise.all([1, 2].map(() => producer.regenerate({ paymentId, attempt })));
    await Promise.all(jobs.map(({ jobId }) => producer.result(jobId)));
  }

  async redirect({ paymentId }: NamedPayment): Promise<void> {
    const { body } = await this.#heard<{ redirectUrl?: string }>('POST', `/v1/payments/${paymentId}/redirect`);
    const { attempt } = await this.view(paymentId);
    const idPagamenti = attempt.positions.map(({ idPagamento }) => idPagamento);
    if (body.redirectUrl) this.#pages.set(`${paymentId}/${attempt.number}`, { url: body.redirectUrl, idPagamenti });
  }

  // --- the payer and IRIS ------------------------------------------------------------------------------------------

  /** The payer acts on the page they were sent to; the browser then goes where IRIS sends it. */
  async actOnPage({ paymentId }: NamedPayment, attempt: number | null, choice: Choice): Promise<void> {
    const page = this.#pages.get(`${paymentId}/${attempt ?? (await this.view(paymentId)).attempt.number}`);
    if (!page) throw new Error('the payer was not sent to IRIS');
    await this.#arrange(page.idPagamenti, choice);
    const ways: string[] = [];
    const isTold = await this.#moneyMoves(choice, async () => {
      const acted = await fetch(`${page.url}/pay`, { method: 'POST', redirect: 'manual' });
      if (acted.status >= 400) throw new Error(`the page of IRIS answers ${acted.status}`);
      ways.push(acted.headers.get('location') ?? '');
    });
    // Where IRIS has told us the payer closes the page: a second hint would race the answer to the first.
    for (const back of isTold ? [] : ways.filter(Boolean)) await fetch(back, { redirect: 'manual' });
  }

  /** The bank acts on one position, or on all those of its session; no browser goes anywhere. */
  async actAtBank(idPagamento: string, choice: Choice, how: object = {}): Promise<void> {
    await this.#arrange([idPagamento], choice);
    await this.#moneyMoves(choice, () => this.#sandbox(`/sandbox/pay/${idPagamento}`, how));
  }

  async deliverReceipt(idPagamento: string): Promise<void> {
    await this.#moneyMoves({ scenario: 'paid' }, () => this.#sandbox(`/sandbox/receipt/${idPagamento}`));
  }

  giveBack(idPagamento: string): Promise<void> {
    return this.#sandbox(`/sandbox/refund/${idPagamento}`);
  }

  /** Holds for what is handed out from now on. */
  async attest(idPagamento: string, attestation: string): Promise<void> {
    this.#attestations.set(idPagamento, attestation);
    await this.#sandbox('/sandbox/scenario', { idPagamento, attestation });
  }

  async takeIrisDown(isDown: boolean): Promise<void> {
    this.#isIrisDown = isDown;
    await this.#sandbox('/sandbox/faults', { downForSeconds: isDown ? NOT_BY_ITSELF_MS / 1000 : 0 });
  }

  setOnDelete(onDelete: string): Promise<void> {
    return this.#sandbox('/sandbox/faults', { onDelete });
  }

  async #arrange(idPagamenti: readonly string[], choice: Choice): Promise<void> {
    for (const idPagamento of idPagamenti) {
      const attestation = this.#attestations.get(idPagamento) ?? 'good';
      await this.#sandbox('/sandbox/scenario', { idPagamento, ...choice, attestation, afterMs: NOT_BY_ITSELF_MS });
    }
  }

  /**
   * IRIS notifies what becomes paid, when it likes to: the step is not over before PORTOS has heard it.
   * @returns whether there was something to hear
   */
  async #moneyMoves({ push = true }: Choice, act: () => Promise<void>): Promise<boolean> {
    const before = new Set((await this.taken()).map(factOf));
    await act();
    if (!push || this.#isIrisDown) return false;
    const ids = (await this.taken()).map(factOf).filter((fact) => !before.has(fact));
    const heard = `select count(distinct event_id)::int as count from engine.transition where event_id = any($1)`;
    await eventually(async () => {
      const { rows } = await this.stage.stack.pool.query<{ count: number }>(heard, [ids]);
      return rows[0]?.count === ids.length || null;
    }, 'IRIS has notified what was paid');
    return ids.length > 0;
  }

  /** Oldest first. */
  async taken(): Promise<readonly Taken[]> {
    const { body } = await this.stage.stack.sandbox<{ items: readonly Taken[] }>('GET', '/sandbox/ledger');
    return body.items;
  }

  // --- an operator -------------------------------------------------------------------------------------------------

  async resolve(incident: IncidentView, resolution: string): Promise<void> {
    await this.#command('POST', `/v1/incidents/${incident.incidentId}/resolve`, { resolution, reason: REASON });
  }

  async redrive(incident: IncidentView): Promise<void> {
    await this.#command('POST', `/v1/incidents/${incident.incidentId}/redrive`);
  }

  // --- what can be seen --------------------------------------------------------------------------------------------

  async practice(): Promise<PracticeView> {
    return (await this.#ask<PracticeView>(`/v1/practices/${this.#practiceId}`)).body;
  }

  async view(paymentId: string): Promise<PaymentView> {
    return (await this.#ask<PaymentView>(`/v1/payments/${paymentId}`)).body;
  }

  /** Of the story's payments. */
  async incidents(): Promise<readonly IncidentView[]> {
    const { body } = await this.#ask<{ items: IncidentView[] }>('/v1/incidents?limit=200');
    const ids = this.payments.map(({ paymentId }) => paymentId);
    return body.items.filter(({ paymentId }) => paymentId !== null && ids.includes(paymentId));
  }

  takeRefusals(): readonly string[] {
    const refusals = this.#refusals;
    this.#refusals = [];
    return refusals;
  }

  // --- how commands are given --------------------------------------------------------------------------------------

  async #meet(): Promise<void> {
    for (const { paymentId, kind } of (await this.practice()).payments) {
      if (this.payments.some((known) => known.paymentId === paymentId)) continue;
      const namesakes = this.payments.filter(({ name }) => name.startsWith(kind)).length;
      this.payments.push({ name: namesakes === 0 ? kind : `${kind} ${namesakes + 1}`, paymentId });
    }
  }

  #content(charges: string): object {
    const [, stamps] = /(\d) stamp dut/.exec(charges) ?? [];
    const [, fee] = /a fee of (\d+\.\d\d)/.exec(charges) ?? [];
    return practice({
      practiceId: this.#practiceId,
      practiceType: fee ? 'istanza' : 'fineLavori',
      charges: [...(stamps ? [bolli(Number(stamps))] : []), ...(fee ? [istruttoria(fee)] : [])],
    });
  }

  async #command(method: string, path: string, body?: object): Promise<void> {
    await this.#heard(method, path, body);
  }

  /** A refusal belongs to the story. */
  async #heard<Body>(method: string, path: string, body?: object): Promise<Answer<Body>> {
    const answer = await this.stage.stack.call<Body>(method, path, body);
    if (answer.status >= 400) {
      const { status, detail } = answer.body as Problem;
      this.#refusals.push(`${status}: ${this.#withoutIds(detail)}`);
    }
    return answer;
  }

  #withoutIds(text: string): string {
    return this.payments
      .reduce((told, { paymentId }) => told.replaceAll(` (${paymentId})`, ''), text)
      .replaceAll(/inc_\w+/g, 'the incident');
  }

  async #ask<Body>(path: string): Promise<Answer<Body>> {
    const answer = await this.stage.stack.call<Body>('GET', path);
    if (answer.status !== 200) throw new Error(`${path} answers ${answer.status}`);
    return answer;
  }

  async #sandbox(path: string, body: object = {}): Promise<void> {
    const { status, body: answer } = await this.stage.stack.sandbox('POST', path, body);
    if (status >= 400) throw new Error(`the sandbox answers ${status} to ${path}: ${JSON.stringify(answer)}`);
  }
}

/** The id of the event by which PORTOS hears that IRIS took this money. */
const factOf = ({ idPagamento, idTransazione }: Taken): string => `push/${idPagamento}/${idTransazione}`;
