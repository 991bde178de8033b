import type { Arrival, Decision, EffectRequest, EngineEvent, Instance } from '#libs/engine';
import { advance, timerKey } from '#libs/engine';
import type { Attempt, PaymentContext, Position } from './payment.context.js';
import { currentAttempt } from './payment.context.js';
import { createPaymentMachine } from './payment.machine.js';
import type { AttemptIds, DropCause, Esito, IncidentPayload, PaymentMessage } from './payment.messages.js';
import { PAYMENT_EFFECT_TYPES } from './payment.messages.js';
import type { PaymentSettings } from './payment.settings.js';
import { DEFAULT_PAYMENT_SETTINGS } from './payment.settings.js';

/**
 * A payment's life told in a spec: events go in, through `advance`, and what stands afterwards can be looked at.
 * Nothing runs by itself: an effect stays on the table until its answer is told, a timer until it is fired.
 */
export class PaymentStory {
  /** What the last event led to. */
  decision: Decision;
  instance: Instance;
  /** Every effect ever asked for, in order. */
  readonly asked: EffectRequest[] = [];
  /** Every event heard from outside, in order. */
  readonly heard: PaymentMessage[] = [];
  /** Called around each decision, so that a spec can watch a whole life. */
  onDecided: (before: Instance, arrival: Arrival, decision: Decision) => void = () => undefined;
  /** Effects that stand: asked for, and neither cancelled nor replaced. Timers are among them. */
  readonly standing = new Map<string, EffectRequest>();
  readonly machine;
  private ids = 1;

  constructor(options: { items?: number; kind?: 'bolli' | 'istruttoria'; settings?: Partial<PaymentSettings> } = {}) {
    const { items = 1, kind = 'bolli', settings = {} } = options;
    this.machine = machineFor({ ...DEFAULT_PAYMENT_SETTINGS, ...settings });
    const event: PaymentMessage = {
      type: 'payment.initialized',
      paymentId: 'pay_1',
      practiceId: 'P1',
      kind,
      items: Array.from({ length: items }, (_, index) => ({ item: index + 1, amountCents: 1_600 })),
      attempt: this.nextIds(items),
    };
    this.decision = this.decide(null, event);
    this.instance = this.keep(this.decision);
  }

  get state(): string {
    return this.instance.state;
  }

  get context(): PaymentContext {
    return this.instance.snapshot.context as unknown as PaymentContext;
  }

  get attempt(): Attempt {
    return currentAttempt(this.context);
  }

  /** Why the last event was not applied; null if it was. */
  get reason(): string | null {
    return this.decision.kind === 'applied' ? null : this.decision.reason;
  }

  get incidents(): IncidentPayload[] {
    return this.asked
      .filter((effect) => effect.type === 'incident.open')
      .map((effect) => effect.payload as unknown as IncidentPayload);
  }

  /** The position for an item, of the current attempt or of the one given. */
  position(item = 1, attempt = this.attempt.number): Position {
    const found = this.context.attempts[attempt - 1]?.positions.find((position) => position.item === item);
    if (!found) throw new Error(`attempt ${attempt} has no position for item ${item}`);
    return found;
  }

  /** The question that stands about a position, if any. */
  poll(item = 1, attempt = this.attempt.number): EffectRequest | undefined {
    return this.standing.get(`poll/${this.position(item, attempt).idPagamento}`);
  }

  timers(): string[] {
    return Object.keys(this.instance.timers).map((id) => id.replace(/^xstate\.after\.(\w+)\..*$/, '$1'));
  }

  hear(event: PaymentMessage): this {
    this.heard.push(event);
    return this.take(event);
  }

  /** Time passes: the armed timer of that name comes due. */
  fire(name: string): this {
    const timerId = Object.keys(this.instance.timers).find(
      (id) => id === name || id.startsWith(`xstate.after.${name}.`),
    );
    const armedSeq = timerId === undefined ? undefined : this.instance.timers[timerId];
    if (timerId === undefined || armedSeq === undefined)
      throw new Error(`no timer ${name}: ${this.timers().join(' ')}`);
    const { event } = this.standing.get(timerKey(timerId))?.payload as unknown as { event: EngineEvent };
    this.standing.delete(timerKey(timerId));
    return this.take(event, { timerId, armedSeq });
  }

  opened(attempt = this.attempt.number): this {
    return this.hear({ type: 'attempt.opened', attempt, redirectUrl: `https://iris.example/gw/${attempt}` });
  }

  openingLost(attempt = this.attempt.number): this {
    return this.hear({ type: 'attempt.openingUnknown', attempt, reason: 'timeout', next: this.nextIds() });
  }

  redirect(): this {
    return this.hear({ type: 'redirect.requested', next: this.nextIds() });
  }

  annul(): this {
    return this.hear({ type: 'annul.requested', reason: 'the payer changed his mind' });
  }

  /** PORTOS no longer wants the charge. */
  drop(because: DropCause = 'replaced'): this {
    return this.hear({ type: 'charge.dropped', because, reason: 'another amount is due' });
  }

  regenerate(options: { attempt?: number; acknowledge?: boolean } = {}): this {
    const { attempt = this.attempt.number, acknowledge = false } = options;
    return this.hear({
      type: 'regenerate.requested',
      attempt,
      acknowledgeInFlight: acknowledge,
      actor: 'payer',
      next: this.nextIds(),
    });
  }

  /** IRIS answers about one position; unless said otherwise it was asked after everything so far. */
  report(
    esito: Esito,
    about: { item?: number; attempt?: number; tx?: string | null; cents?: number | null; askedAtSeq?: number } = {},
  ): this {
    const { item = 1, attempt = this.attempt.number, cents = 1_600, askedAtSeq = this.instance.seq } = about;
    const { idPagamento } = this.position(item, attempt);
    const tx = about.tx === undefined ? `T-${idPagamento}` : about.tx;
    const receipt = esito === 'paid' ? { idTransazione: tx, amountCents: cents } : null;
    return this.hear({ type: 'position.reported', idPagamento, esito, askedAtSeq, receipt });
  }

  /** Paid elsewhere: IRIS gives no Pagamento block at all. */
  paidElsewhere(item = 1): this {
    const { idPagamento } = this.position(item);
    const { seq: askedAtSeq } = this.instance;
    return this.hear({ type: 'position.reported', idPagamento, esito: 'paid', askedAtSeq, receipt: null });
  }

  notify(tx: string | null, item = 1, attempt = this.attempt.number): this {
    const { idPagamento } = this.position(item, attempt);
    return this.hear({ type: 'notification.received', idPagamento, idTransazione: tx, amountCents: 1_600 });
  }

  /** One id for each item is brought, as the API does; the machine takes as many as it needs. */
  nextIds(items = this.context.items.length): AttemptIds {
    const set = this.ids++;
    const positions = Array.from({ length: items }, (_, index) => ({
      idPagamento: `i${set}.${index + 1}`,
      idPendenza: `p${set}.${index + 1}`,
      iuv: `v${set}.${index + 1}`,
    }));
    return { returnToken: `token${set}`, positions };
  }

  private take(event: EngineEvent, timer?: Arrival['timer']): this {
    const before = this.instance;
    this.decision = this.decide(before, event, timer);
    if (this.decision.kind !== 'dropped') this.instance = this.keep(this.decision);
    this.onDecided(before, arrivalOf(event, timer), this.decision);
    return this;
  }

  private decide(instance: Instance | null, event: EngineEvent, timer?: Arrival['timer']): Decision {
    return advance(this.machine, 1, instance, arrivalOf(event, timer));
  }

  private keep(decision: Decision): Instance {
    if (decision.kind === 'dropped') throw new Error(decision.reason);
    if (decision.kind === 'applied') {
      for (const key of decision.cancelled) this.standing.delete(key);
      for (const effect of decision.effects) {
        if (!KNOWN_EFFECTS.has(effect.type)) throw new Error(`nobody carries out ${effect.type}`);
        this.standing.set(effect.key, effect);
      }
      this.asked.push(...decision.effects);
    }
    return decision.instance;
  }
}

const KNOWN_EFFECTS: ReadonlySet<string> = new Set([...PAYMENT_EFFECT_TYPES, 'timer']);

/** Building a machine costs more than a decision: one for each set of settings serves every story. */
const machines = new Map<string, ReturnType<typeof createPaymentMachine>>();
const machineFor = (settings: PaymentSettings): ReturnType<typeof createPaymentMachine> => {
  const key = JSON.stringify(settings);
  const machine = machines.get(key) ?? createPaymentMachine(settings);
  machines.set(key, machine);
  return machine;
};

const arrivalOf = (event: EngineEvent, timer?: Arrival['timer']): Arrival => ({
  to: 'pay_1',
  id: 'any',
  event,
  source: 'engine',
  ...(timer ? { timer } : {}),
});

/** The payer is at IRIS and has not chosen yet. */
export const atIris = (options?: ConstructorParameters<typeof PaymentStory>[0]): PaymentStory =>
  new PaymentStory(options).opened().redirect();

/** Nobody paid in time, and IRIS says so. */
export const tooSlow = (options?: ConstructorParameters<typeof PaymentStory>[0]): PaymentStory => {
  const story = atIris(options).fire('CHOICE_TIMEOUT');
  for (const { item } of story.attempt.positions) story.report('unpaid', { item });
  return story;
};
