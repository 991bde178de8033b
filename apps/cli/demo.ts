import { createHash, randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';

/** What the demo needs to know of a running stack. */
export interface DemoContext {
  readonly apiUrl: string;
  readonly apiKey: string;
  readonly sandboxUrl: string;
  readonly print: (line: string) => void;
}

export interface DemoResult {
  readonly ok: boolean;
  readonly seconds: number;
}

interface Payment {
  readonly paymentId: string;
  readonly kind: 'bolli' | 'istruttoria';
  readonly state: string;
  readonly amount: { readonly amount: string };
  readonly attempt: { readonly positions: readonly { readonly idPagamento: string }[] };
  readonly message: { readonly it: string };
}

interface Practice {
  readonly practiceId: string;
  readonly state: string;
  readonly payments: readonly Payment[];
}

interface HistoryItem {
  readonly seq: number;
  readonly at: string;
  readonly type: string;
  readonly from: string | null;
  readonly to: string;
  readonly decision: string;
  readonly reason: string | null;
}

const NAMES = { bolli: 'imposta di bollo', istruttoria: 'contributo di istruttoria' } as const;
const PATIENCE_MS = 60_000;
const LOOK_EVERY_MS = 150;

/** Takes one practice from "Paga e Invia" to paid as PORTOS and a payer would: over HTTP, SOAP and the queue. */
export async function playDemo(context: DemoContext): Promise<DemoResult> {
  const startedAt = performance.now();
  const story = new Story(context);
  try {
    await story.openPractice();
    for (const payment of await story.payments()) await story.pay(payment);
    await story.waitUntilSettled();
  } catch (error) {
    context.print(`demo: interrotta: ${error instanceof Error ? error.message : String(error)}`);
    return { ok: false, seconds: (performance.now() - startedAt) / 1000 };
  }
  const seconds = (performance.now() - startedAt) / 1000;
  context.print(`demo: paid in ${seconds.toFixed(1)} s`);
  return { ok: true, seconds };
}

class Story {
  private readonly practiceId = `DEMO-${randomBytes(5).toString('hex').toUpperCase()}`;

  constructor(private readonly context: DemoContext) {}

  async openPractice(): Promise<void> {
    const documentHash = createHash('sha256').update(this.practiceId).digest('base64');
    const practice = await this.call<Practice>('POST', '/v1/practices', {
      practiceId: this.practiceId,
      practiceType: 'istanza',
      payer: { fiscalCode: 'RSSMRA80A01H501U', email: 'mario.rossi@example.org' },
      charges: [
        { kind: 'bolli', stampDuties: [{ documentHash, province: 'FI' }] },
        {
          kind: 'istruttoria',
          amount: { amount: '150.00', currency: 'EUR' },
          reason: 'Contributo istruttoria sismica',
        },
      ],
      returnUrl: `${this.context.sandboxUrl}/`,
    });
    this.say(`"Paga e Invia": pratica ${practice.practiceId}, ${practice.payments.length} pagamenti`);
  }

  async payments(): Promise<readonly Payment[]> {
    return (await this.practice()).payments;
  }

  async pay({ paymentId, kind }: Payment): Promise<void> {
    const ready = await this.waitFor(paymentId, (payment) => payment.state !== 'initialized' || isReady(payment));
    this.say(`${NAMES[kind]}, ${ready.amount.amount} €: ${ready.message.it}`);
    await this.call('POST', `/v1/payments/${paymentId}/redirect`);
    const redirected = await this.read(paymentId);
    this.say(`il cittadino è su IRIS: ${redirected.message.it}`);
    const idPagamento = redirected.attempt.positions[0]?.idPagamento ?? '';
    await this.payAtSandbox(idPagamento);
    this.say(`il cittadino paga la posizione ${idPagamento}`);
    const paid = await this.waitFor(paymentId, (payment) => payment.state === 'paid');
    this.say(paid.message.it);
    await this.tellHistory(paymentId);
  }

  async waitUntilSettled(): Promise<void> {
    await until(
      async () => ((await this.practice()).state === 'settled' ? true : null),
      'la pratica non risulta saldata',
    );
    this.say(`la pratica ${this.practiceId} è saldata`);
  }

  private async tellHistory(paymentId: string): Promise<void> {
    const { items } = await this.call<{ items: HistoryItem[] }>('GET', `/v1/payments/${paymentId}/history`);
    for (const { seq, at, type, from, to, decision, reason } of items) {
      const step = from === to || from === null ? to : `${from} → ${to}`;
      const refused = decision === 'ignored' ? `  (ignorato: ${reason ?? ''})` : '';
      this.context.print(`    ${String(seq).padStart(2)}  ${at.slice(11, 23)}  ${type.padEnd(24)} ${step}${refused}`);
    }
  }

  private practice(): Promise<Practice> {
    return this.call<Practice>('GET', `/v1/practices/${this.practiceId}`);
  }

  private read(paymentId: string): Promise<Payment> {
    return this.call<Payment>('GET', `/v1/payments/${paymentId}`);
  }

  private waitFor(paymentId: string, isDone: (payment: Payment) => boolean): Promise<Payment> {
    return until(async () => {
      const payment = await this.read(paymentId);
      return isDone(payment) ? payment : null;
    }, `il pagamento ${paymentId} non avanza`);
  }

  private async payAtSandbox(idPagamento: string): Promise<void> {
    const response = await fetch(`${this.context.sandboxUrl}/sandbox/pay/${idPagamento}`, { method: 'POST' });
    if (!response.ok) throw new Error(`la sandbox risponde ${response.status}: ${await response.text()}`);
  }

  private async call<Answer>(method: 'GET' | 'POST', path: string, body?: unknown): Promise<Answer> {
    const response = await fetch(`${this.context.apiUrl}${path}`, {
      method,
      headers: { authorization: `Bearer ${this.context.apiKey}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path} risponde ${response.status}: ${text}`);
    return JSON.parse(text) as Answer;
  }

  private say(line: string): void {
    this.context.print(`  • ${line}`);
  }
}

const isReady = (payment: Payment & { readonly allowedActions?: readonly string[] }): boolean =>
  payment.allowedActions?.includes('redirect') ?? false;

/** Looks again and again, as a person at a screen would. */
async function until<Found>(look: () => Promise<Found | null>, complaint: string): Promise<Found> {
  const deadline = performance.now() + PATIENCE_MS;
  for (;;) {
    const found = await look();
    if (found !== null) return found;
    if (performance.now() > deadline) throw new Error(`${complaint} (${PATIENCE_MS / 1000} s)`);
    await pause(LOOK_EVERY_MS);
  }
}
