import type { PaymentContext, Position, PositionReceipt } from './payment.context.js';
import { attemptOf, findPosition, isTaken, updatePosition } from './payment.context.js';
import type { IncidentPayload, IncidentResolved, PositionReported, Resolution } from './payment.messages.js';
import { isInFlight } from './payment.verdict.js';

/**
 * Where money is written down. A receipt IRIS reports settles its item if the item is open, else it is a duplicate to
 * refund, or it is quarantined until an operator decides; exactly one of the three, once. Pure functions.
 */

export interface Recorded {
  readonly context: PaymentContext;
  readonly incidents: readonly IncidentPayload[];
}

/** Why a report changes nothing, or null when it is to be recorded. */
export function reasonToIgnore(context: PaymentContext, report: PositionReported): string | null {
  const position = findPosition(context, report.idPagamento);
  if (!position) return 'the position belongs to no attempt of this payment';
  if (report.esito === 'paid') {
    return isSameFact(position, report) ? 'this receipt is already written down' : null;
  }
  if (report.esito === 'reversed')
    return hasUnsettledReceiptsOnly(position) ? 'the receipt is already being dealt with' : null;
  if (isTaken(position)) {
    return position.receipts.some((receipt) => receipt.disposition === 'settled') &&
      !isInFlight(report.esito) &&
      report.esito !== 'unknown'
      ? null
      : 'IRIS reported this position paid before';
  }
  return report.askedAtSeq < position.askedAtSeq ? 'an older answer than the one we know' : null;
}

export function recordReport(context: PaymentContext, report: PositionReported, seq: number): Recorded {
  const position = findPosition(context, report.idPagamento);
  if (!position) return { context, incidents: [] };
  if (report.esito === 'paid') return recordPaid(context, position, report);
  if (report.esito === 'reversed') return recordReversed(context, position, report);
  if (isTaken(position)) return { context, incidents: [contradiction(context, position, report.esito)] };
  return {
    context: updatePosition(context, position.idPagamento, (known) => ({
      ...known,
      esito: report.esito,
      askedAtSeq: report.askedAtSeq,
      inFlightSeq: isInFlight(report.esito) ? seq : known.inFlightSeq,
    })),
    incidents: [],
  };
}

/** IRIS does not always know the transaction; a receipt without one is the same fact as whatever is there. */
function isSameFact(position: Position, report: PositionReported): boolean {
  const idTransazione = report.receipt?.idTransazione ?? null;
  return position.receipts.some((known) => idTransazione === null || known.idTransazione === idTransazione);
}

const hasUnsettledReceiptsOnly = (position: Position): boolean =>
  isTaken(position) && position.receipts.every((receipt) => receipt.disposition !== 'settled');

function recordPaid(context: PaymentContext, position: Position, report: PositionReported): Recorded {
  const unnamed = position.receipts.find((receipt) => receipt.idTransazione === null && receipt.quarantine === null);
  if (unnamed && report.receipt) {
    const { idTransazione } = report.receipt;
    return {
      context: withReceipts(context, position, report, (receipts) =>
        receipts.map((receipt) => (receipt === unnamed ? { ...receipt, idTransazione } : receipt)),
      ),
      incidents: [],
    };
  }
  const amountCents = report.receipt?.amountCents ?? position.amountCents;
  const idTransazione = report.receipt?.idTransazione ?? null;
  const item = context.items.find((candidate) => candidate.item === position.item);
  const add = (receipt: PositionReceipt) =>
    withReceipts(context, position, report, (receipts) => [...receipts, receipt]);
  if (amountCents !== position.amountCents) {
    return {
      context: add({ idTransazione, amountCents, disposition: 'quarantined', quarantine: 'amountMismatch' }),
      incidents: [mismatch(position, idTransazione, amountCents)],
    };
  }
  if (item?.settledBy) {
    return {
      context: add({ idTransazione, amountCents, disposition: 'refundDue', quarantine: null }),
      incidents: [duplicate(context, position, idTransazione, amountCents)],
    };
  }
  return {
    context: settleItem(add({ idTransazione, amountCents, disposition: 'settled', quarantine: null }), position),
    incidents: [],
  };
}

function recordReversed(context: PaymentContext, position: Position, report: PositionReported): Recorded {
  const incident: IncidentPayload = {
    kind: 'anomaly',
    idPagamento: position.idPagamento,
    idTransazione: null,
    amountCents: position.amountCents,
    facts: 'IRIS reports the payment of this position as refunded or reversed.',
    allowedResolutions: isTaken(position) ? ['dismiss'] : ['settle', 'refund', 'dismiss'],
  };
  if (isTaken(position)) return { context, incidents: [incident] };
  const { amountCents } = position;
  return {
    context: withReceipts(context, position, report, () => [
      { idTransazione: null, amountCents, disposition: 'quarantined', quarantine: 'reversed' },
    ]),
    incidents: [incident],
  };
}

function settleItem(context: PaymentContext, position: Position): PaymentContext {
  const attempt = attemptOf(context, position.idPagamento);
  if (!attempt) return context;
  const settledBy = { attempt: attempt.number, idPagamento: position.idPagamento };
  return {
    ...context,
    items: context.items.map((item) => (item.item === position.item ? { ...item, settledBy } : item)),
  };
}

const withReceipts = (
  context: PaymentContext,
  position: Position,
  report: PositionReported,
  change: (receipts: readonly PositionReceipt[]) => readonly PositionReceipt[],
): PaymentContext =>
  updatePosition(context, position.idPagamento, (known) => ({
    ...known,
    esito: report.esito,
    askedAtSeq: Math.max(known.askedAtSeq, report.askedAtSeq),
    receipts: change(known.receipts),
  }));

// --- what an operator decides -----------------------------------------------------------------------------------

/** Why a resolution does not fit, or null. */
export function reasonNotToResolve(context: PaymentContext, event: IncidentResolved): string | null {
  if (event.resolution === 'dismiss') return null;
  const receipt = findReceipt(context, event);
  if (!receipt) return 'no such receipt on this payment';
  const fits: Record<Exclude<Resolution, 'dismiss'>, PositionReceipt['disposition'][]> = {
    settle: ['quarantined'],
    refund: ['quarantined'],
    refunded: ['refundDue', 'quarantined'],
  };
  return fits[event.resolution].includes(receipt.disposition)
    ? null
    : `a receipt that is ${receipt.disposition} cannot be resolved as ${event.resolution}`;
}

export function resolveReceipt(context: PaymentContext, event: IncidentResolved): PaymentContext {
  const position = findPosition(context, event.idPagamento);
  const target = findReceipt(context, event);
  if (!position || !target) return context;
  const item = context.items.find((candidate) => candidate.item === position.item);
  const settles = event.resolution === 'settle' && item?.settledBy === null;
  const disposition = dispositionAfter(event.resolution, target, settles);
  const changed = updatePosition(context, position.idPagamento, (known) => ({
    ...known,
    receipts: known.receipts.map((receipt) =>
      receipt === target ? { ...receipt, disposition, quarantine: null } : receipt,
    ),
  }));
  return settles ? settleItem(changed, position) : changed;
}

function dispositionAfter(
  resolution: Resolution,
  receipt: PositionReceipt,
  settles: boolean,
): PositionReceipt['disposition'] {
  if (resolution === 'settle') return settles ? 'settled' : 'refundDue';
  if (resolution === 'refund') return 'refundDue';
  if (resolution === 'refunded') return 'refunded';
  return receipt.disposition === 'quarantined' ? 'dismissed' : receipt.disposition;
}

const findReceipt = (context: PaymentContext, event: IncidentResolved): PositionReceipt | undefined =>
  findPosition(context, event.idPagamento)?.receipts.find((receipt) => receipt.idTransazione === event.idTransazione);

// --- incidents: what a person must look at ----------------------------------------------------------------------

function duplicate(
  context: PaymentContext,
  position: Position,
  idTransazione: string | null,
  amountCents: number,
): IncidentPayload {
  const office =
    context.kind === 'bolli'
      ? 'A stamp duty cannot be refunded by the region: the refund is asked of the Agenzia delle Entrate.'
      : 'The region owes the payer a refund.';
  return {
    kind: 'duplicatePayment',
    idPagamento: position.idPagamento,
    idTransazione,
    amountCents,
    facts: `Item ${position.item} was already settled when this payment arrived. ${office}`,
    allowedResolutions: ['refunded', 'dismiss'],
  };
}

const mismatch = (position: Position, idTransazione: string | null, amountCents: number): IncidentPayload => ({
  kind: 'amountMismatch',
  idPagamento: position.idPagamento,
  idTransazione,
  amountCents,
  facts: `IRIS reports ${amountCents} cents where ${position.amountCents} were due.`,
  allowedResolutions: ['settle', 'refund', 'dismiss'],
});

const contradiction = (context: PaymentContext, position: Position, esito: string): IncidentPayload => ({
  kind: 'anomaly',
  idPagamento: position.idPagamento,
  idTransazione: null,
  amountCents: position.amountCents,
  facts: `IRIS reports "${esito}" for a position of payment ${context.paymentId} it had reported paid. The payment stays as it is.`,
  allowedResolutions: ['dismiss'],
});
