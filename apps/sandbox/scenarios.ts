import type { PaymentState } from './ledger.js';

/** Where the payer's browser ends up. */
export type Ending =
  'backWithSuccess' | 'backWithFailure' | 'cancelled' | 'left' | 'paidAndLeft' | 'retrying' | 'hesitated';

/** How long after the step before: "slow" and "late" are settings, unless the choice of the scenario says a time. */
export type Pause = 'now' | 'slow' | 'late';

export interface Step {
  readonly after: Pause;
  readonly to: PaymentState;
  /** It is another payment of the same position, in a transaction of its own. */
  readonly anew?: true;
}

/** How an answer of the SOAP services goes wrong. */
export type WireFailure = 'lost-answer' | 'soap-fault' | 'http-500' | 'timeout' | 'garbage';

/** What a payer and the payment system do, once the payer stands before the page. */
export interface Scenario {
  /** Italian, for the pages. */
  readonly description: string;
  /** What becomes of the payment; no step when none ever begins. */
  readonly steps: readonly Step[];
  readonly ending: Ending;
  /** What is given beyond the amount of each position. */
  readonly surplusCents?: number;
  /** How often IRIS tells what became paid; once when absent. */
  readonly tellings?: number;
  /** The payer pays, and IRIS's SOAP answers about it go wrong. */
  readonly wire?: WireFailure;
}

const now = (to: PaymentState): Step => ({ after: 'now', to });
const slow = (to: PaymentState): Step => ({ after: 'slow', to });
const PAID = { steps: [now('ESEGUITO')], ending: 'backWithSuccess' } as const;

const table = {
  paid: { ...PAID, description: 'Pagato subito' },
  'paid-slow': {
    description: 'Resta in corso per un po’, poi è pagato',
    steps: [now('IN_CORSO'), slow('ESEGUITO')],
    ending: 'backWithSuccess',
  },
  rejected: { description: 'Pagamento rifiutato', steps: [now('NON_ESEGUITO')], ending: 'backWithFailure' },
  'cancelled-by-payer': { description: 'Annullato da chi paga', steps: [now('ANNULLATO')], ending: 'cancelled' },
  'page-closed': {
    description: 'Pagina chiusa a metà: resta in corso e non se ne sa più nulla',
    steps: [now('IN_CORSO')],
    ending: 'left',
  },
  'choice-too-slow': {
    description: 'Chi paga non sceglie mai: nessun pagamento inizia',
    steps: [],
    ending: 'hesitated',
  },
  'late-success': {
    description: 'IRIS lo dà per annullato; molto dopo arriva la ricevuta che lo dice pagato',
    steps: [now('ANNULLATO'), { after: 'late', to: 'ESEGUITO' }],
    ending: 'cancelled',
  },
  'double-notification': { ...PAID, description: 'Pagato, e IRIS lo notifica due volte', tellings: 2 },
  'paid-no-return': {
    description: 'Pagato, ma chi paga non torna al sito dell’ente',
    steps: [now('ESEGUITO')],
    ending: 'paidAndLeft',
  },
  'wrong-amount': { ...PAID, description: 'Pagato un euro più del dovuto', surplusCents: 100 },
  'sbf-then-paid': {
    description: 'Bonifico accettato salvo buon fine, poi pagato',
    steps: [now('ESEGUITO_SBF'), slow('ESEGUITO')],
    ending: 'backWithSuccess',
  },
  'in-progress-forever': {
    description: 'Chi paga torna al sito dell’ente, ma il pagamento resta in corso per sempre',
    steps: [now('IN_CORSO')],
    ending: 'backWithSuccess',
  },
  'refused-then-paid': {
    description: 'Rifiutato; chi paga riprova sulla stessa pagina e riesce',
    steps: [now('NON_ESEGUITO'), { after: 'slow', to: 'ESEGUITO', anew: true }],
    ending: 'retrying',
  },
  'paid-twice': {
    description: 'Pagato, poi pagato una seconda volta sulla stessa posizione',
    steps: [now('ESEGUITO'), { after: 'slow', to: 'ESEGUITO', anew: true }],
    ending: 'backWithSuccess',
  },
  'paid-then-refunded': {
    description: 'Pagato, poi rimborsato',
    steps: [now('ESEGUITO'), slow('RIMBORSATO')],
    ending: 'backWithSuccess',
  },
  'paid-then-reversed': {
    description: 'Pagato, poi stornato',
    steps: [now('ESEGUITO'), slow('STORNATO')],
    ending: 'backWithSuccess',
  },
  'lost-answer': {
    ...PAID,
    description: 'IRIS apre o cancella le posizioni, ma la sua risposta si perde',
    wire: 'lost-answer',
  },
  'soap-fault': { ...PAID, description: 'IRIS risponde con un SOAP fault e non fa nulla', wire: 'soap-fault' },
  'http-500': { ...PAID, description: 'Il portale risponde HTTP 500 e IRIS non fa nulla', wire: 'http-500' },
  timeout: { ...PAID, description: 'IRIS fa quanto chiesto ma non risponde', wire: 'timeout' },
  garbage: { ...PAID, description: 'IRIS fa quanto chiesto e risponde con testo illeggibile', wire: 'garbage' },
} as const satisfies Record<string, Scenario>;

export type ScenarioName = keyof typeof table;

export const SCENARIOS: Readonly<Record<ScenarioName, Scenario>> = table;

export function isScenarioName(name: string): name is ScenarioName {
  return Object.hasOwn(SCENARIOS, name);
}

/** What is wrong with the proof of payment that IRIS hands out, "good" when nothing is. */
export const ATTESTATION_QUALITIES = [
  'good',
  'missing',
  'other-digest',
  'reused-iubd',
  'malformed',
  'wrong-type',
] as const;
export type AttestationQuality = (typeof ATTESTATION_QUALITIES)[number];

export interface Choice {
  readonly scenario: ScenarioName;
  /** Whether IRIS notifies what becomes paid: when it does not, only the poll can tell. */
  readonly push: boolean;
  readonly attestation: AttestationQuality;
  /** How long the slow and the late steps take; null as the settings say. */
  readonly afterMs: number | null;
}

/** A scenario with nothing special about it. */
export const plainly = (scenario: ScenarioName): Choice => ({
  scenario,
  push: true,
  attestation: 'good',
  afterMs: null,
});

/** Which scenario is in force: the one set for a position, else the one its session took from "next", else the default. */
export class Scenarios {
  private readonly byPosition = new Map<string, Choice>();
  private readonly bySession = new Map<string, Choice>();
  private next: Choice | null = null;
  private fallback: Choice = plainly('paid');

  set(target: string, choice: Choice): void {
    if (target === 'next') this.next = choice;
    else if (target === 'default') this.fallback = choice;
    else this.byPosition.set(target, choice);
  }

  /** Gives a session just opened what "next" was set to. It holds for one session only, so it is gone afterwards. */
  takeNext(session: string): void {
    if (this.next === null) return;
    this.bySession.set(session, this.next);
    this.next = null;
  }

  inForce(idPagamento: string, session: string): Choice {
    return this.byPosition.get(idPagamento) ?? this.bySession.get(session) ?? this.fallback;
  }

  /** The one for a whole session: set for any of its positions, the first in order deciding, else as above. */
  inForceForAny(idPagamenti: readonly string[], session: string): Choice {
    const explicit = idPagamenti.find((id) => this.byPosition.has(id));
    return this.inForce(explicit ?? '', session);
  }

  /**
   * How the answer to a message goes wrong: as set for a position it names, for the "next" opening, which uses it up, or
   * by default. A lost answer is one to a message that changes something, so polls are spared.
   */
  wireFailure(message: { idPagamenti: readonly string[]; operation: 'open' | 'delete' | 'poll' }): WireFailure | null {
    const isNext =
      message.operation === 'open' && this.next !== null && SCENARIOS[this.next.scenario].wire !== undefined;
    const scenario = isNext ? this.next?.scenario : this.failingAmong(message.idPagamenti);
    if (isNext) this.next = null;
    const failure = scenario === undefined ? undefined : SCENARIOS[scenario].wire;
    return failure === undefined || (failure === 'lost-answer' && message.operation === 'poll') ? null : failure;
  }

  /** One position is enough to spoil the answer about all; a message that names none follows the default. */
  private failingAmong(idPagamenti: readonly string[]): ScenarioName | undefined {
    const named = idPagamenti.length > 0 ? idPagamenti : [''];
    const scenarios = named.map((id) => (this.byPosition.get(id) ?? this.fallback).scenario);
    return scenarios.find((scenario) => SCENARIOS[scenario].wire !== undefined);
  }

  all(): { default: Choice; next: Choice | null; positions: readonly ({ idPagamento: string } & Choice)[] } {
    const positions = [...this.byPosition].map(([idPagamento, choice]) => ({ idPagamento, ...choice }));
    return { default: this.fallback, next: this.next, positions };
  }
}
