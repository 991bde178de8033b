import { romeDate } from './clock.js';
import type { Payment, PaymentState, Position } from './ledger.js';

/** The detailed states of the poll (IdP.Esito.Verifica.xsd, VerificaStatoPagamentoDettagliato) that are played here. */
export type DetailedState =
  | 'POSIZIONE_NON_PRESENTE'
  | 'POSIZIONE_NON_PAGATA'
  | 'POSIZIONE_NON_PAGABILE'
  | 'POSIZIONE_PAGATA'
  | 'POSIZIONE_PAGATA_SBF'
  | 'POSIZIONE_CON_PAG_IN_CORSO';

export interface PositionState {
  readonly stato: DetailedState;
  /** A code for what has ended, the name of the payment method for what is under way, "-" if there is nothing to say. */
  readonly descrizione: string;
}

export const ABSENT: PositionState = { stato: 'POSIZIONE_NON_PRESENTE', descrizione: '-' };

/** What the poll says of a position: paid beats in progress beats confirming beats not payable beats not paid. */
export function stateOf(position: Position, now: Date): PositionState {
  if (position.deleted) return ABSENT;
  const has = (wanted: PaymentState): boolean => position.payments.some(({ state }) => state === wanted);
  if (has('ESEGUITO')) return { stato: 'POSIZIONE_PAGATA', descrizione: 'PAG_ESEGUITO_IDP' };
  if (has('IN_CORSO')) return { stato: 'POSIZIONE_CON_PAG_IN_CORSO', descrizione: 'Carta di pagamento' };
  if (has('ESEGUITO_SBF')) return { stato: 'POSIZIONE_PAGATA_SBF', descrizione: 'Bonifico' };
  if (romeDate(now) >= position.payableBefore) {
    return { stato: 'POSIZIONE_NON_PAGABILE', descrizione: 'NON_PAGABILE_TERMINI' };
  }
  return { stato: 'POSIZIONE_NON_PAGATA', descrizione: failureOf(position.payments.at(-1)) };
}

function failureOf(last: Payment | undefined): string {
  if (last === undefined) return '-';
  return last.state === 'ANNULLATO' ? 'PAG_ANNULLATO' : 'PAG_NON_ESEGUITO';
}

/** Whether the payer may still begin a payment of the position. */
export function isPayable(position: Position, now: Date): boolean {
  return stateOf(position, now).stato === 'POSIZIONE_NON_PAGATA';
}
