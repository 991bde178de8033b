import { setTimeout as pause } from 'node:timers/promises';
import type { PaymentView, PracticeView } from '#libs/payments';
import { EVENT_TYPES } from '#libs/payments';
import { practiceInstanceId } from '#machines/payment';
import type { practice } from '../practice.fixture.js';
import type { Acknowledged } from './invariants.js';

/** Given up sooner, a crowd that a busy machine keeps waiting would only ask for more. */
const TRY_WITHIN_MS = 15_000;
const PATIENCE_MS = 120_000;
const REPEAT_AFTER_MS = 200;

/** What the API says of its own failures, all of which may be repeated. */
const isPassing = (status: number): boolean => status >= 500;

/**
 * PORTOS as a careful caller of the API: a command without an answer is sent again until there is one, and every
 * answer it got is remembered, because what was acknowledged may never be forgotten.
 */
export class Portos {
  readonly #acknowledged = new Map<string, Acknowledged>();

  constructor(
    private readonly apiUrl: string,
    private readonly apiKey: string,
    /** Aborted, nothing is repeated any more. */
    private readonly end: AbortSignal,
  ) {}

  get acknowledged(): Acknowledged[] {
    return [...this.#acknowledged.values()];
  }

  /** How many answers a kind of command got. */
  countOf(type: string): number {
    return this.acknowledged.filter((one) => one.type === type).reduce((sum, { times }) => sum + times, 0);
  }

  /** "Paga e Invia"; the same content again is the same practice. */
  async openPractice(body: ReturnType<typeof practice>): Promise<PracticeView> {
    const view = await this.#insist<PracticeView>('POST', '/v1/practices', body);
    this.#remember(practiceInstanceId(body.practiceId), 'practice.opened', 1);
    for (const { paymentId } of view.payments) this.#remember(paymentId, 'payment.initialized', 1);
    return view;
  }

  async command(name: 'redirect' | 'annul' | 'verify', paymentId: string): Promise<void> {
    await this.#insist('POST', `/v1/payments/${paymentId}/${name}`, name === 'annul' ? { reason: 'ripensamento' } : {});
    const type = `${name}.requested`;
    this.#remember(paymentId, type, (this.#acknowledged.get(`${paymentId} ${type}`)?.times ?? 0) + 1);
  }

  /** "Rigenera", and the payer goes on although a payment may still be in flight. */
  async regenerate(paymentId: string, attempt: number): Promise<void> {
    await this.#insist('POST', `/v1/payments/${paymentId}/regenerate`, { attempt, acknowledgeInFlight: true });
    this.#remember(paymentId, 'regenerate.requested', 1);
  }

  /** Asks to be told of all that happens. */
  async listen(url: string): Promise<void> {
    await this.#insist('POST', '/v1/webhooks', { url, eventTypes: EVENT_TYPES });
  }

  payment(paymentId: string): Promise<PaymentView> {
    return this.#insist('GET', `/v1/payments/${paymentId}`);
  }

  /** The newest payments, all when `count` is not given. */
  async payments(count = Infinity): Promise<PaymentView[]> {
    const found: PaymentView[] = [];
    for (let cursor: string | null = ''; cursor !== null && found.length < count;) {
      const page: { items: PaymentView[]; nextCursor: string | null } = await this.#insist(
        'GET',
        `/v1/payments?limit=200${cursor && `&cursor=${cursor}`}`,
      );
      found.push(...page.items);
      cursor = page.nextCursor;
    }
    return found;
  }

  #remember(instanceId: string, type: string, times: number): void {
    this.#acknowledged.set(`${instanceId} ${type}`, { instanceId, type, times });
  }

  async #insist<Body>(method: string, address: string, body?: unknown): Promise<Body> {
    const deadline = performance.now() + PATIENCE_MS;
    for (;;) {
      this.end.throwIfAborted();
      const tried = await this.#try(method, address, body);
      if (tried.ok) return tried.body as Body;
      if (!tried.isPassing || performance.now() > deadline) {
        throw new Error(`${method} ${address}: ${tried.reason}`);
      }
      await pause(REPEAT_AFTER_MS);
    }
  }

  async #try(method: string, address: string, body: unknown): Promise<Tried> {
    try {
      const answer = await fetch(this.apiUrl + address, {
        method,
        headers: { authorization: `Bearer ${this.apiKey}`, 'content-type': 'application/json' },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        signal: AbortSignal.timeout(TRY_WITHIN_MS),
      });
      const text = await answer.text();
      if (answer.ok) return { ok: true, body: JSON.parse(text) };
      return { ok: false, isPassing: isPassing(answer.status), reason: `HTTP ${answer.status} ${text}` };
    } catch (error) {
      return { ok: false, isPassing: true, reason: String(error) };
    }
  }
}

type Tried =
  | { readonly ok: true; readonly body: unknown }
  | { readonly ok: false; readonly isPassing: boolean; readonly reason: string };
