import type { PaymentContext, Position, PositionReceipt } from './payment.context.js';
import { attemptOf, findPosition, isSettling, isTaken, updatePosition } from './payment.context.js';
import type { Incident } from './payment.incidents.js';
import { amountMismatch, contradiction, duplicatePayment, reversed, unreadablePayment } from './payment.incidents.js';
import type { Esito, PositionReported } from './payment.messages.js';
import { isNegative } from './payment.verdict.js';

/**
 * Where money is written down. A receipt IRIS reports settles its item if the item is open, else it is a duplicate to
 * refund, or it is quarantined until an operator decides; exactly one of the three, once. Pure functions.
 */

export interface Recorded {
  readonly context: PaymentContext;
  readonly incidents: readonly Incident[];
}

/** Why a report changes nothing, or null when it is to be recorded. */
export function reasonToIgnore(context: PaymentContext, report: PositionReported): string | null {
  const position = findPosition(context, report.idPagamento);
  if (!position) return 'the position belongs to no attempt of this payment';
  if (report.esito === 'paid') {
    return isSameFact(position, report) ? 'this receipt is already written down' : null;
  }
  if (isSettling(position)) {
    return isNegative(report.esito) || report.esito === 'reversed' ? null : 'IRIS reported this position paid before';
  }
  if (report.askedAtSeq < position.askedAtSeq) return 'an older answer than the one we know';
  // Two questions may know the same decisions, and the slower one bring what was true before: nothing IRIS says later
  // would ever take that back, for it says "paid" from now on, and that is known.
  return isUnderway(report.esito) && isPaidFor(position) ? 'IRIS reported this position paid before' : null;
}

export function recordReport(context: PaymentContext, report: PositionReported, seq: number): Recorded {
  const position = findPosition(context, report.idPagamento);
  if (!position) return { context, incidents: [] };
  if (report.esito === 'paid') return recordPaid(context, position, report);
  if (isSettling(position)) return { context, incidents: [contradiction(position, report.esito)] };
  const heard = noteAnswer(context, report, seq);
  if (report.unreadable !== undefined) {
    return { context: heard, incidents: [unreadablePayment(position, report.unreadable)] };
  }
  if (isTaken(position)) {
    const contradicts = isNegative(report.esito) || (report.esito === 'reversed' && !isReversalKnown(position));
    return { context: heard, incidents: contradicts ? [contradiction(position, report.esito)] : [] };
  }
  return report.esito === 'reversed' ? quarantineReversal(heard, position) : { context: heard, incidents: [] };
}

const noteAnswer = (context: PaymentContext, report: PositionReported, seq: number): PaymentContext =>
  updatePosition(context, report.idPagamento, (known) => {
    const { esito, askedAtSeq } = report;
    if (esito === 'unknown') return { ...known, esito, askedAtSeq };
    if (isUnderway(esito)) {
      return { ...known, esito, askedAtSeq, underway: esito, inFlightSeq: seq };
    }
    return { ...known, esito, askedAtSeq, underway: null };
  });

const isUnderway = (esito: Esito): esito is 'inProgress' | 'confirming' =>
  esito === 'inProgress' || esito === 'confirming';

/** Its money was taken, whatever becomes of it; a reversal says the contrary. */
const isPaidFor = (position: Position): boolean =>
  position.receipts.some((receipt) => receipt.quarantine !== 'reversed');

/**
 * IRIS does not always know the transaction; a receipt without one is the same fact as whatever is there. A reversal
 * is no receipt of a payment, though it is kept among them until an operator has decided.
 */
function isSameFact(position: Position, report: PositionReported): boolean {
  const idTransazione = report.receipt?.idTransazione ?? null;
  return position.receipts.some((known) =>
    idTransazione === null ? known.quarantine !== 'reversed' : known.idTransazione === idTransazione,
  );
}

function recordPaid(context: PaymentContext, position: Position, report: PositionReported): Recorded {
  const idTransazione = report.receipt?.idTransazione ?? null;
  const amountCents = report.receipt?.amountCents ?? position.amountCents;
  const unnamed = position.receipts.find(
    (known) => known.idTransazione === null && known.quarantine !== 'reversed' && known.amountCents === amountCents,
  );
  if (unnamed) return { context: nameReceipt(context, position, unnamed, idTransazione), incidents: [] };
  const add = (receipt: PositionReceipt) => addReceipt(context, report, receipt);
  if (amountCents !== position.amountCents) {
    return {
      context: add({ idTransazione, amountCents, disposition: 'quarantined', quarantine: 'amountMismatch' }),
      incidents: [amountMismatch(context, position, idTransazione, amountCents)],
    };
  }
  if (context.dropped !== null || isItemSettled(context, position)) {
    return {
      context: add({ idTransazione, amountCents, disposition: 'refundDue', quarantine: null }),
      incidents: [duplicatePayment(context, position, idTransazione, amountCents)],
    };
  }
  return {
    context: settleItem(add({ idTransazione, amountCents, disposition: 'settled', quarantine: null }), position),
    incidents: [],
  };
}

/** It is written down already, with an incident of its own: IRIS says nothing new by saying it again. */
const isReversalKnown = (position: Position): boolean =>
  position.receipts.some((receipt) => receipt.quarantine === 'reversed');

/** The transaction of a receipt that was first reported without one (PAG_ESEGUITO_OTH): the same money, now named. */
const nameReceipt = (
  context: PaymentContext,
  position: Position,
  unnamed: PositionReceipt,
  idTransazione: string | null,
): PaymentContext =>
  updatePosition(context, position.idPagamento, (known) => ({
    ...known,
    receipts: known.receipts.map((receipt) => (receipt === unnamed ? { ...receipt, idTransazione } : receipt)),
  }));

const addReceipt = (context: PaymentContext, report: PositionReported, receipt: PositionReceipt): PaymentContext =>
  updatePosition(context, report.idPagamento, (known) => ({
    ...known,
    esito: report.esito,
    underway: null,
    askedAtSeq: Math.max(known.askedAtSeq, report.askedAtSeq),
    receipts: [...known.receipts, receipt],
  }));

function quarantineReversal(context: PaymentContext, position: Position): Recorded {
  const { idPagamento, amountCents } = position;
  const receipt = { idTransazione: null, amountCents, disposition: 'quarantined', quarantine: 'reversed' } as const;
  return {
    context: updatePosition(context, idPagamento, (known) => ({ ...known, receipts: [receipt] })),
    incidents: [reversed(context, position)],
  };
}

export const isItemSettled = (context: PaymentContext, position: Position): boolean =>
  context.items.some((item) => item.item === position.item && item.settledBy !== null);

export function settleItem(context: PaymentContext, position: Position): PaymentContext {
  const attempt = attemptOf(context, position.idPagamento);
  if (!attempt) return context;
  const settledBy = { attempt: attempt.number, idPagamento: position.idPagamento };
  return {
    ...context,
    items: context.items.map((item) => (item.item === position.item ? { ...item, settledBy } : item)),
  };
}
