import { randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { Counter } from './counter.js';
import { type Incident, type Kind, type Payment, Portos, PortosRefused } from './portos.js';

/** What a story needs to know of a running stack. */
export interface DemoContext {
  readonly apiUrl: string;
  readonly apiKey: string;
  readonly sandboxUrl: string;
  readonly print: (line: string) => void;
}

/** The story did not end as it should. */
export class StoryFailed extends Error {
  override readonly name = 'StoryFailed';
}

const PATIENCE_MS = 90_000;
const LOOK_EVERY_MS = 150;
/** Where the plain words begin, unless the step is longer. */
const LINE_WIDTH = 88;
export const NAMES = { bolli: 'imposta di bollo', istruttoria: 'contributo di istruttoria' } as const;

/** What may be decided about an incident, as the office says it. */
const DECISIONS: Readonly<Record<string, string>> = {
  settle: 'vale come pagamento',
  refund: 'va rimborsato',
  refunded: 'è stato rimborsato',
  dismiss: 'si chiude senza seguito',
};

/** What an event of the history means, for who knows PORTOS and not the engine. */
const IN_PLAIN_WORDS: Readonly<Record<string, string>> = {
  'payment.initialized': 'pagamento creato',
  'attempt.opened': 'posizione aperta su IRIS',
  'attempt.openingUnknown': 'IRIS non ha risposto: se ne apre un’altra',
  'redirect.requested': 'il cittadino va su IRIS',
  'payer.returned': 'il cittadino è tornato: si chiede a IRIS',
  'notification.received': 'IRIS ha notificato: glielo si chiede',
  'position.reported': 'IRIS ha risposto',
  'regenerate.requested': 'Rigenera: prima si chiede del vecchio tentativo',
  'attestation.stored': 'attestato ricevuto',
  'incident.resolved': 'l’ufficio ha deciso',
};

/**
 * One story as it happens, told line by line: what the payer does (•), what PORTOS shows («…») and what the engine
 * wrote down meanwhile.
 */
export class Story {
  readonly portos: Portos;
  readonly counter: Counter;
  /** The last decision told, by payment. */
  private readonly toldSeq = new Map<string, number>();

  constructor(private readonly context: DemoContext) {
    this.portos = new Portos(context.apiUrl, context.apiKey);
    this.counter = new Counter(context.sandboxUrl);
  }

  say(line: string): void {
    this.context.print(`  • ${line}`);
  }

  /** What stands on the payer's screen. */
  show({ message }: Payment): void {
    this.context.print(`      PORTOS mostra: «${message.it}»`);
  }

  /** What the engine wrote down since it was last told. */
  async tellHistory(paymentId: string): Promise<void> {
    const told = this.toldSeq.get(paymentId) ?? 0;
    for (const { seq, at, type, from, to, decision, reason } of await this.portos.history(paymentId)) {
      if (seq <= told) continue;
      const step = from === to || from === null ? to : `${from} → ${to}`;
      const name = type.replace(/^xstate\.after\.(\w+)\..*$/, 'scade $1');
      const words = decision === 'ignored' ? `ignorato: ${reason ?? ''}` : IN_PLAIN_WORDS[type];
      const line = `    ${String(seq).padStart(2)}  ${at.slice(11, 23)}  ${name.padEnd(22)} ${step}`;
      this.context.print(words === undefined ? line : `${line.padEnd(LINE_WIDTH)}  ${words}`);
      this.toldSeq.set(paymentId, seq);
    }
  }

  /** "Paga e Invia". @returns the name of the practice and its payments */
  async open(...kinds: readonly Kind[]): Promise<{ practiceId: string; payments: readonly Payment[] }> {
    const practiceId = `DEMO-${randomBytes(5).toString('hex').toUpperCase()}`;
    const { payments } = await this.portos.open(practiceId, kinds, `${this.context.sandboxUrl}/`);
    const what = payments.map(({ kind, amount }) => `${NAMES[kind]} ${euro(amount.amount)}`).join(', ');
    this.say(`Il cittadino preme «Paga e Invia» sulla pratica ${practiceId}: ${what}`);
    return { practiceId, payments };
  }

  /** Opens a practice with one charge. */
  async openOne(kind: Kind): Promise<string> {
    const [payment] = (await this.open(kind)).payments;
    if (payment === undefined) throw new StoryFailed('la pratica non ha pagamenti');
    return payment.paymentId;
  }

  /** The payer goes to IRIS, as soon as the payment is open there. */
  async goToIris(paymentId: string): Promise<{ idPagamento: string; redirectUrl: string }> {
    const ready = await this.until(paymentId, 'pronto', ({ allowedActions }) => allowedActions.includes('redirect'));
    this.show(ready);
    const redirectUrl = await this.portos.redirect(paymentId);
    const payment = await this.portos.payment(paymentId);
    const idPagamento = idPagamentoOf(payment);
    this.say(`Il cittadino passa su IRIS: tentativo ${payment.attempt.number}, posizione ${idPagamento}`);
    return { idPagamento, redirectUrl };
  }

  /** Waits for a state, shows what PORTOS says of it and tells what led there. */
  async reach(paymentId: string, state: string): Promise<Payment> {
    const payment = await this.until(paymentId, state, (seen) => seen.state === state);
    this.show(payment);
    await this.tellHistory(paymentId);
    return payment;
  }

  /** What the office finds on its list, and what it may decide. */
  async showIncident(paymentId: string): Promise<Incident> {
    const incident = await this.look(
      async () => (await this.portos.openIncidents(paymentId))[0] ?? null,
      () => `nessuno è stato avvisato del pagamento ${paymentId}`,
    );
    const amount = incident.amount === null ? '' : ` di ${euro(incident.amount.amount)}`;
    const decisions = incident.allowedResolutions.map((name) => `${name} (${DECISIONS[name] ?? name})`);
    this.say(`L'ufficio trova una segnalazione: ${incident.kind}${amount}`);
    this.context.print(`      «${incident.facts}»`);
    this.context.print(`      può decidere: ${decisions.join(' o ')}`);
    return incident;
  }

  /** The office decides; false where only an operator's key may. */
  async decide({ incidentId }: Incident, resolution: string, reason: string): Promise<boolean> {
    try {
      await this.portos.resolve(incidentId, resolution, reason);
    } catch (error) {
      if (!(error instanceof PortosRefused) || error.status !== 403) throw error;
      this.say('Qui decide soltanto chi ha la chiave di operatore (PORTOS_OPERATOR_KEY): la segnalazione resta aperta');
      return false;
    }
    this.say(`L'ufficio decide: ${resolution} (${DECISIONS[resolution] ?? resolution})`);
    return true;
  }

  /** Presses "Rigenera pagamento" on the present attempt. */
  async regenerate(paymentId: string): Promise<void> {
    const { attempt } = await this.portos.payment(paymentId);
    this.say(`Il cittadino preme «Rigenera pagamento» sul tentativo ${attempt.number}`);
    await this.portos.regenerate(paymentId, attempt.number);
  }

  /** Looks again and again, as a person at a screen would. */
  until(paymentId: string, wanted: string, isThere: (payment: Payment) => boolean): Promise<Payment> {
    let last = '';
    return this.look(
      async () => {
        const payment = await this.portos.payment(paymentId);
        last = payment.state;
        return isThere(payment) ? payment : null;
      },
      () => `il pagamento ${paymentId} doveva essere ${wanted} ed è ancora ${last}`,
    );
  }

  async untilSettled(practiceId: string): Promise<void> {
    await this.look(
      async () => ((await this.portos.practice(practiceId)).state === 'settled' ? true : null),
      () => `la pratica ${practiceId} non risulta saldata`,
    );
    this.say(`La pratica ${practiceId} è saldata`);
  }

  /** What IRIS really took for all attempts of a payment must be this, in cents. */
  async expectTaken(paymentId: string, ...cents: readonly number[]): Promise<void> {
    const { attempts } = await this.portos.payment(paymentId);
    const ids = attempts.flatMap(({ positions }) => positions.map(({ idPagamento }) => idPagamento));
    const taken = await this.counter.taken(ids);
    const sums = taken.map(({ amount, idPagamento }) => `${euro(amount)} sulla posizione ${idPagamento}`);
    this.say(`Il registro di IRIS: ${sums.length === 0 ? 'nessun incasso' : `incassati ${sums.join(' e ')}`}`);
    expect(
      JSON.stringify(taken.map(({ amountCents }) => amountCents)) === JSON.stringify(cents),
      `IRIS doveva incassare ${cents.join(' + ') || 0} centesimi`,
    );
  }

  /** The payer is no longer let through to pay. */
  async expectNoWayToPay(paymentId: string): Promise<void> {
    try {
      await this.portos.redirect(paymentId);
    } catch (error) {
      if (!(error instanceof PortosRefused) || error.status !== 409) throw error;
      this.say('Il cittadino prova ancora a pagare: PORTOS non lo manda più su IRIS');
      return;
    }
    throw new StoryFailed('il cittadino è stato mandato a pagare una seconda volta');
  }

  private async look<Found>(look: () => Promise<Found | null>, complaint: () => string): Promise<Found> {
    const deadline = performance.now() + PATIENCE_MS;
    for (;;) {
      const found = await look();
      if (found !== null) return found;
      if (performance.now() > deadline) throw new StoryFailed(`${complaint()} (dopo ${PATIENCE_MS / 1000} s)`);
      await pause(LOOK_EVERY_MS);
    }
  }
}

/** "16.00" as an Italian reads it. */
const euro = (amount: string): string => `${amount.replace('.', ',')} €`;

/** The position of the one item of a payment's current attempt. */
export const idPagamentoOf = ({ attempt }: Payment): string => attempt.positions[0]?.idPagamento ?? '';

/** @throws StoryFailed with the complaint, unless it holds */
export function expect(holds: boolean, complaint: string): void {
  if (!holds) throw new StoryFailed(complaint);
}
