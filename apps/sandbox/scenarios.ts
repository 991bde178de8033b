import type { PaymentState } from './ledger.js';

/** Where the payer's browser ends up. */
export type Ending = 'backWithSuccess' | 'backWithFailure' | 'cancelled' | 'left' | 'hesitated';

/** What a payer and the payment system do, once the payer stands before the page. */
export interface Scenario {
  /** Italian, for the pages. */
  readonly description: string;
  /** Where the payment stands when the payer is done; null when no payment ever begins. */
  readonly first: PaymentState | null;
  /** Where it goes by itself after the slow pause; null when it stays. */
  readonly later: PaymentState | null;
  readonly ending: Ending;
}

const table = {
  paid: { description: 'Pagato subito', first: 'ESEGUITO', later: null, ending: 'backWithSuccess' },
  'paid-slow': {
    description: 'Resta in corso per un po’, poi è pagato',
    first: 'IN_CORSO',
    later: 'ESEGUITO',
    ending: 'backWithSuccess',
  },
  rejected: { description: 'Pagamento rifiutato', first: 'NON_ESEGUITO', later: null, ending: 'backWithFailure' },
  'cancelled-by-payer': {
    description: 'Annullato da chi paga',
    first: 'ANNULLATO',
    later: null,
    ending: 'cancelled',
  },
  'page-closed': {
    description: 'Pagina chiusa a metà: resta in corso e non se ne sa più nulla',
    first: 'IN_CORSO',
    later: null,
    ending: 'left',
  },
  'choice-too-slow': {
    description: 'Chi paga non sceglie mai: nessun pagamento inizia',
    first: null,
    later: null,
    ending: 'hesitated',
  },
  'sbf-then-paid': {
    description: 'Bonifico accettato salvo buon fine, poi pagato',
    first: 'ESEGUITO_SBF',
    later: 'ESEGUITO',
    ending: 'backWithSuccess',
  },
} as const satisfies Record<string, Scenario>;

export type ScenarioName = keyof typeof table;

export const SCENARIOS: Readonly<Record<ScenarioName, Scenario>> = table;

export function isScenarioName(name: string): name is ScenarioName {
  return Object.hasOwn(SCENARIOS, name);
}

export interface Choice {
  readonly scenario: ScenarioName;
  /** Whether IRIS notifies what becomes paid: when it does not, only the poll can tell. */
  readonly push: boolean;
}

/** Which scenario is in force: the one set for a position, else the one its session took from "next", else the default. */
export class Scenarios {
  private readonly byPosition = new Map<string, Choice>();
  private readonly bySession = new Map<string, Choice>();
  private next: Choice | null = null;
  private fallback: Choice = { scenario: 'paid', push: true };

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

  all(): { default: Choice; next: Choice | null; positions: readonly ({ idPagamento: string } & Choice)[] } {
    const positions = [...this.byPosition].map(([idPagamento, choice]) => ({ idPagamento, ...choice }));
    return { default: this.fallback, next: this.next, positions };
  }
}
