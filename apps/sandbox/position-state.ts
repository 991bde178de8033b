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
  if (position.forgotten) return ABSENT;
  const has = (wanted: PaymentState): boolean => position.payments.some(({ state }) => state === wanted);
  if (has('ESEGUITO')) return { stato: 'POSIZIONE_PAGATA', descrizione: 'PAG_ESEGUITO_IDP' };
  if (has('IN_CORSO')) return { stato: 'POSIZIONE_CON_PAG_IN_CORSO', descrizione: 'Carta di pagamento' };
  if (has('ESEGUITO_SBF')) return { stato: 'POSIZIONE_PAGATA_SBF', descrizione: 'Bonifico' };
  const last = position.payments.at(-1);
  if (last?.state === 'RIMBORSATO') return { stato: 'POSIZIONE_NON_PAGABILE', descrizione: 'PAG_RIMBORSATO' };
  if (romeDate(now) >= position.payableBefore) {
    return { stato: 'POSIZIONE_NON_PAGABILE', descrizione: 'NON_PAGABILE_TERMINI' };
  }
  return { stato: 'POSIZIONE_NON_PAGATA', descrizione: failureOf(last) };
}

function failureOf(last: Payment | undefined): string {
  switch (last?.state) {
    case undefined:
      return '-';
    case 'ANNULLATO':
      return 'PAG_ANNULLATO';
    case 'STORNATO':
      return 'PAG_STORNATO';
    default:
      return 'PAG_NON_ESEGUITO';
  }
}

/** Whether the payer may still begin a payment of the position. */
export function isPayable(position: Position, now: Date): boolean {
  return !position.deleted && isUnpaid(position, now);
}

/** Whether money may still come in, also for a position that was deleted while its payer stood at the counter. */
export function isUnpaid(position: Position, now: Date): boolean {
  return stateOf(position, now).stato === 'POSIZIONE_NON_PAGATA';
}
