import { createHash } from 'node:crypto';

/** What PORTOS shows of a payment, as far as the stories look. */
export interface Payment {
  readonly paymentId: string;
  readonly kind: 'bolli' | 'istruttoria';
  readonly state: string;
  readonly amount: { readonly amount: string };
  readonly items: readonly { readonly settledBy: { readonly attempt: number; readonly idPagamento: string } | null }[];
  readonly attempt: Attempt;
  readonly attempts: readonly Attempt[];
  readonly allowedActions: readonly string[];
  readonly message: { readonly it: string };
}

export interface Attempt {
  readonly number: number;
  readonly positions: readonly { readonly idPagamento: string; readonly refund: null | 'due' | 'refunded' }[];
}

export interface Practice {
  readonly practiceId: string;
  readonly state: string;
  readonly payments: readonly Payment[];
}

/** What needs a person. */
export interface Incident {
  readonly incidentId: string;
  readonly kind: string;
  readonly paymentId: string | null;
  readonly amount: { readonly amount: string } | null;
  readonly facts: string;
  readonly allowedResolutions: readonly string[];
}

export interface HistoryItem {
  readonly seq: number;
  readonly at: string;
  readonly type: string;
  readonly from: string | null;
  readonly to: string;
  readonly decision: string;
  readonly reason: string | null;
}

export type Kind = Payment['kind'];

/** The API answered otherwise than the story expects. */
export class PortosRefused extends Error {
  override readonly name = 'PortosRefused';

  constructor(
    request: string,
    readonly status: number,
    readonly detail: string,
  ) {
    super(`${request} risponde ${status}: ${detail}`);
  }
}

/** The engine's API, as the back office of PORTOS calls it. */
export class Portos {
  constructor(
    private readonly apiUrl: string,
    private readonly apiKey: string,
  ) {}

  /** "Paga e Invia": a practice of Mario Rossi with these charges. */
  open(practiceId: string, kinds: readonly Kind[], returnUrl: string): Promise<Practice> {
    const documentHash = createHash('sha256').update(practiceId).digest('base64');
    const charges = {
      bolli: { kind: 'bolli', stampDuties: [{ documentHash, province: 'FI' }] },
      istruttoria: {
        kind: 'istruttoria',
        amount: { amount: '150.00', currency: 'EUR' },
        reason: 'Contributo istruttoria sismica',
      },
    };
    return this.call<Practice>('POST', '/v1/practices', {
      practiceId,
      practiceType: kinds.includes('istruttoria') ? 'istanza' : 'fineLavori',
      payer: { fiscalCode: 'RSSMRA80A01H501U', email: 'mario.rossi@example.org' },
      charges: kinds.map((kind) => charges[kind]),
      returnUrl,
    });
  }

  practice(practiceId: string): Promise<Practice> {
    return this.call<Practice>('GET', `/v1/practices/${practiceId}`);
  }

  payment(paymentId: string): Promise<Payment> {
    return this.call<Payment>('GET', `/v1/payments/${paymentId}`);
  }

  /** Where to send the payer. @throws PortosRefused */
  async redirect(paymentId: string): Promise<string> {
    return (await this.call<{ redirectUrl: string }>('POST', `/v1/payments/${paymentId}/redirect`)).redirectUrl;
  }

  /** "Rigenera pagamento". @throws PortosRefused */
  async regenerate(paymentId: string, attempt: number): Promise<void> {
    await this.call('POST', `/v1/payments/${paymentId}/regenerate`, { attempt });
  }

  async history(paymentId: string): Promise<readonly HistoryItem[]> {
    return (await this.call<{ items: HistoryItem[] }>('GET', `/v1/payments/${paymentId}/history`)).items;
  }

  /** What a person must decide about a payment; newest first. */
  async openIncidents(paymentId: string): Promise<readonly Incident[]> {
    const { items } = await this.call<{ items: Incident[] }>('GET', '/v1/incidents?state=open&limit=200');
    return items.filter((incident) => incident.paymentId === paymentId);
  }

  /** @throws PortosRefused: with 403 where only an operator's key decides */
  async resolve(incidentId: string, resolution: string, reason: string): Promise<void> {
    await this.call('POST', `/v1/incidents/${incidentId}/resolve`, { resolution, reason });
  }

  /** How long this installation waits, by the name of the delay, in milliseconds. */
  async delays(): Promise<ReadonlyMap<string, number>> {
    const { delays } = await this.call<{ delays: { name: string; ms: number }[] }>('GET', '/v1/machines/payment');
    return new Map(delays.map(({ name, ms }) => [name, ms]));
  }

  private async call<Answer>(method: 'GET' | 'POST', path: string, body?: unknown): Promise<Answer> {
    const response = await fetch(`${this.apiUrl}${path}`, {
      method,
      headers: { authorization: `Bearer ${this.apiKey}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new PortosRefused(`${method} ${path}`, response.status, detailIn(text));
    return JSON.parse(text) as Answer;
  }
}

/** A problem's own words if it has any. */
function detailIn(text: string): string {
  try {
    const { detail } = JSON.parse(text) as { detail?: unknown };
    return typeof detail === 'string' ? detail : text;
  } catch {
    return text;
  }
}
