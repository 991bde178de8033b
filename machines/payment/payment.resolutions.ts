import type { PaymentContext, Position, PositionReceipt } from './payment.context.js';
import { findPosition, updatePosition } from './payment.context.js';
import type { Incident } from './payment.incidents.js';
import { refundDecided } from './payment.incidents.js';
import type { IncidentKind, IncidentResolved } from './payment.messages.js';
import { isItemSettled, settleItem } from './payment.receipts.js';

/**
 * What an operator decides about money that waits for a decision. An incident about something else is only closed:
 * dismissing it must not touch a receipt that happens to lie on the same position. Pure functions.
 */

/** Why a resolution does not fit, or null. */
export function reasonNotToResolve(context: PaymentContext, event: IncidentResolved): string | null {
  const position = findPosition(context, event.idPagamento);
  const receipt = waitingReceipt(context, event);
  if (event.resolution === 'dismiss') {
    return receipt?.quarantine === 'reversed' && receipt.disposition === 'quarantined'
      ? 'something became of that money: it cannot be dismissed'
      : null;
  }
  if (!position || !receipt) return 'no receipt of this payment waits for that decision';
  if (event.resolution === 'refunded') return null;
  if (receipt.disposition !== 'quarantined') return 'the refund is decided already';
  if (event.resolution === 'settle' && context.dropped !== null) {
    return `the charge was ${context.dropped}: this money can only be refunded`;
  }
  return event.resolution === 'settle' && isItemSettled(context, position)
    ? 'the item is settled already: this money can only be refunded'
    : null;
}

/** Money waits for this very decision; else the incident is about something else, and is only closed. */
export const isAboutReceipt = (context: PaymentContext, event: IncidentResolved): boolean =>
  waitingReceipt(context, event) !== undefined;

export function resolveReceipt(
  context: PaymentContext,
  event: IncidentResolved,
): { readonly context: PaymentContext; readonly incidents: readonly Incident[] } {
  const position = findPosition(context, event.idPagamento);
  const receipt = waitingReceipt(context, event);
  if (!position || !receipt) return { context, incidents: [] };
  const changed = updatePosition(context, position.idPagamento, (known) => ({
    ...known,
    receipts: known.receipts.map((candidate) =>
      candidate === receipt ? { ...receipt, disposition: dispositionAfter(event, receipt) } : candidate,
    ),
  }));
  if (event.resolution === 'settle') return { context: settleItem(changed, position), incidents: [] };
  if (event.resolution !== 'refund') return { context: changed, incidents: [] };
  const { idTransazione, amountCents } = receipt;
  return { context: changed, incidents: [refundDecided(context, position, idTransazione, amountCents)] };
}

/** A dismissed duplicate stays money we owe: only its incident is closed. */
function dispositionAfter({ resolution }: IncidentResolved, receipt: PositionReceipt): PositionReceipt['disposition'] {
  if (resolution === 'settle') return 'settled';
  if (resolution === 'refund') return 'refundDue';
  if (resolution === 'refunded') return 'refunded';
  return receipt.disposition === 'quarantined' ? 'dismissed' : receipt.disposition;
}

/** The receipt an incident is about. Its transaction may have become known since the incident was opened. */
function waitingReceipt(context: PaymentContext, event: IncidentResolved): PositionReceipt | undefined {
  const waiting: readonly PositionReceipt[] =
    findPosition(context, event.idPagamento)?.receipts.filter((receipt) => waitsFor(event.kind, receipt)) ?? [];
  const exact = waiting.find((receipt) => receipt.idTransazione === event.idTransazione);
  return exact ?? (event.idTransazione === null && waiting.length === 1 ? waiting[0] : undefined);
}

function waitsFor(kind: IncidentKind, { disposition, quarantine }: Position['receipts'][number]): boolean {
  if (kind === 'duplicatePayment') return disposition === 'refundDue';
  if (kind === 'amountMismatch') return disposition === 'quarantined' && quarantine === 'amountMismatch';
  return kind === 'anomaly' && disposition === 'quarantined' && quarantine === 'reversed';
}
