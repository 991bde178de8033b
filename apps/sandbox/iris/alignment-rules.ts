import type { Ledger, NewPosition } from '../ledger.js';
import { positiveCentsOf } from '../money.js';
import { stateOf } from '../position-state.js';
import type { DeleteWay } from '../settings.js';
import { romeDate } from '../clock.js';
import type { AlignmentRequest, Condition, Pendenza } from './alignment-reading.js';
import type { PositionRefusal, Refusal } from './esiti.js';
import { stampIn } from './stamp.js';

/**
 * What IRIS checks in a well-formed request, with its codes. All or nothing: one refused position refuses the message.
 * Two rules are stricter than the server code that was read, on purpose, because a caller that breaks them has a defect:
 * an IdPagamento or IdPendenza once used is refused for ever (the server hides the older position behind the newer), and
 * amounts finer than a cent are refused.
 */
export interface RulesContext {
  readonly ledger: Ledger;
  readonly now: Date;
  readonly tipoPendenzaBolli: string;
  readonly tipoPendenzaIstruttoria: string;
}

/** N_MAX_PAGAMENTI of the server. */
const MOST_POSITIONS = 5;
const STAMP_DUTY_CENTS = 1600;

const refusal = (code: string, description: string, element: string | null): Refusal => ({
  code,
  description,
  element,
});
const semantic = (description: string, element: string): Refusal => refusal('BS000020', description, element);

/** What is wrong with the message as a whole, whatever its positions say. */
export function messageRefusal({ otf, pendenze }: AlignmentRequest): Refusal | null {
  const operations = new Set(pendenze.map(({ tipoOperazione }) => tipoOperazione));
  if (operations.size > 1) return semantic('Operazioni diverse nello stesso messaggio', 'TipoOperazione');
  if (!operations.has('Insert') && !operations.has('Delete')) {
    return semantic('Operazione non prevista dal servizio OTF', 'TipoOperazione');
  }
  if (operations.has('Insert') && otf === null) return semantic('IdpOTF mancante', 'IdpOTF');
  if (operations.has('Delete') && otf !== null) return semantic('IdpOTF previsto solo con Insert', 'IdpOTF');
  if (pendenze.length > MOST_POSITIONS) return semantic(`Al massimo ${MOST_POSITIONS} pendenze`, 'Pendenza');
  return null;
}

/** The positions of an Insert that are refused, each with all its reasons; empty when all are good. */
export function insertRefusals({ otf, pendenze }: AlignmentRequest, context: RulesContext): PositionRefusal[] {
  const seen = new Set<string>();
  const isRepeated = (key: string): boolean => seen.size === seen.add(key).size;
  return pendenze.flatMap((pendenza) => {
    const refusals = [
      ...keyRefusals(pendenza, context, isRepeated),
      ...insertedRefusals(pendenza, context),
      ...(pendenza.tipoPendenza === context.tipoPendenzaBolli
        ? stampRefusals(pendenza, otf?.offlinePaymentMethods ?? false)
        : []),
    ];
    return refusals.length === 0 ? [] : [{ idPendenza: pendenza.idPendenza, refusals }];
  });
}

function keyRefusals(pendenza: Pendenza, context: RulesContext, isRepeated: (key: string) => boolean): Refusal[] {
  const { ledger, now, tipoPendenzaBolli, tipoPendenzaIstruttoria } = context;
  const { tipoPendenza, idPendenza, insert } = pendenza;
  const refusals: Refusal[] = [];
  if (![tipoPendenzaBolli, tipoPendenzaIstruttoria].includes(tipoPendenza)) {
    refusals.push(refusal('BS000006', `Tipo debito ${tipoPendenza} sconosciuto`, 'TipoPendenza'));
  }
  const isKnown = ledger.positionOfPendenza(tipoPendenza, idPendenza) !== null;
  if (isRepeated(JSON.stringify(['pendenza', tipoPendenza, idPendenza])) || isKnown) {
    refusals.push(refusal('BS000021', 'Pendenza duplicata', 'IdPendenza'));
  }
  for (const { idPagamento } of insert?.conditions ?? []) {
    const known = ledger.position(idPagamento);
    const stato = known === null ? 'POSIZIONE_NON_PRESENTE' : stateOf(known, now).stato;
    if (['POSIZIONE_PAGATA', 'POSIZIONE_CON_PAG_IN_CORSO', 'POSIZIONE_PAGATA_SBF'].includes(stato)) {
      refusals.push(refusal('A0000016', 'Pagamento già eseguito, in corso o salvo buon fine', 'IdPagamento'));
    } else if (isRepeated(JSON.stringify(['pagamento', idPagamento])) || known !== null) {
      refusals.push(refusal('BS000022', 'Condizione di pagamento duplicata', 'IdPagamento'));
    }
  }
  return refusals;
}

function insertedRefusals({ insert, hasReplace }: Pendenza, { now }: RulesContext): Refusal[] {
  if (insert === null || hasReplace) return [semantic('Con TipoOperazione Insert serve il solo Insert', 'Insert')];
  const refusals: Refusal[] = [];
  if (insert.conditions.length > 1) {
    refusals.push(refusal('A0000021', 'Una sola condizione di pagamento ammessa', 'DettaglioPagamento'));
  }
  if (insert.tipiPagamento.some((tipo) => tipo !== 'Pagamento Unico')) {
    refusals.push(refusal('A0000022', 'Ammesso solo Pagamento Unico', 'TipoPagamento'));
  }
  return [...refusals, ...insert.conditions.flatMap((condition) => conditionRefusals(condition, romeDate(now)))];
}

function conditionRefusals(condition: Condition, today: string): Refusal[] {
  const { dataInizioValidita, dataFineValidita, dataScadenza, importo, voci } = condition;
  const refusals: Refusal[] = [];
  // The last day counts from its midnight, so a position that ends today is already over.
  if (dataFineValidita <= today || (dataInizioValidita ?? today) > today) {
    refusals.push(refusal('A0000036', 'La data odierna non è compresa nel periodo di validità', 'DataFineValidita'));
  }
  if (dataScadenza > dataFineValidita || (dataInizioValidita ?? dataFineValidita) > dataFineValidita) {
    refusals.push(semantic('Date di scadenza e validità incoerenti', 'DataScadenza'));
  }
  const cents = positiveCentsOf(importo);
  if (cents === null) refusals.push(semantic('Importo non positivo o più fine del centesimo', 'Importo'));
  const sum = voci?.reduce((total, voce) => total + (positiveCentsOf(voce) ?? NaN), 0);
  if (sum !== undefined && sum !== cents) {
    refusals.push(semantic('La somma delle voci non è uguale all’importo', 'DettaglioImporto'));
  }
  return refusals;
}

function stampRefusals({ insert }: Pendenza, offlinePaymentMethods: boolean): Refusal[] {
  if (insert === null) return [];
  const refusals: Refusal[] = [];
  if (insert.conditions.some(({ attachments }) => stampIn(attachments) === null)) {
    refusals.push(refusal('A0000040', 'Dati della marca da bollo assenti o non corretti', 'Allegato'));
  }
  const amounts = [insert.importoTotale, ...insert.conditions.map(({ importo }) => importo)];
  if (amounts.some((amount) => positiveCentsOf(amount) !== STAMP_DUTY_CENTS)) {
    refusals.push(refusal('A0000041', 'L’importo di una marca da bollo è 16.00', 'Importo'));
  }
  if (offlinePaymentMethods) {
    refusals.push(refusal('A0000042', 'Pagamento offline non ammesso per i bolli', 'OFFLINE_PAYMENT_METHODS'));
  }
  return refusals;
}

/** The positions of a Delete that are refused. */
export function deleteRefusals(
  { pendenze }: AlignmentRequest,
  { ledger, now }: RulesContext,
  way: DeleteWay,
): PositionRefusal[] {
  return pendenze.flatMap((pendenza) => {
    const reason = deleteRefusal(pendenza, ledger, now, way);
    return reason === null ? [] : [{ idPendenza: pendenza.idPendenza, refusals: [reason] }];
  });
}

function deleteRefusal(pendenza: Pendenza, ledger: Ledger, now: Date, way: DeleteWay): Refusal | null {
  if (pendenza.insert !== null || pendenza.hasReplace) return semantic('Delete non prevede altro contenuto', 'Insert');
  const position = ledger.positionOfPendenza(pendenza.tipoPendenza, pendenza.idPendenza);
  if (position === null || position.deleted) return refusal('BS000023', 'Pendenza non trovata', 'IdPendenza');
  const isIdle = ['POSIZIONE_NON_PAGATA', 'POSIZIONE_NON_PAGABILE'].includes(stateOf(position, now).stato);
  return isIdle && way !== 'refuses' ? null : refusal('BS000025', 'Pendenza non cancellabile', 'IdPendenza');
}

/** The position an accepted Pendenza opens. */
export function newPositionOf(pendenza: Pendenza, tipoPendenzaBolli: string): NewPosition {
  const condition = pendenza.insert?.conditions[0];
  const amountCents = positiveCentsOf(condition?.importo ?? '');
  if (pendenza.insert === null || condition === undefined || amountCents === null) {
    throw new Error(`pendenza ${pendenza.idPendenza} was not checked before opening`);
  }
  return {
    idPagamento: condition.idPagamento,
    idPendenza: pendenza.idPendenza,
    tipoPendenza: pendenza.tipoPendenza,
    amountCents,
    description: pendenza.insert.causale,
    creditor: pendenza.creditor,
    payerId: pendenza.payerId,
    stamp: pendenza.tipoPendenza === tipoPendenzaBolli ? stampIn(condition.attachments) : null,
    payableBefore: condition.dataFineValidita,
  };
}
