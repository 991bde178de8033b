import type { TransitionRecord } from '#libs/engine';
import type { PaymentContext } from '#machines/payment';
import { attemptOf, currentAttempt } from '#machines/payment';

/** One line of a payment's history: everything that was decided about it, refusals with their reasons. */
export interface HistoryItem {
  readonly seq: number;
  readonly at: string;
  readonly type: string;
  readonly from: string | null;
  readonly to: string;
  readonly decision: 'applied' | 'ignored';
  readonly reason: string | null;
  readonly source: string;
  readonly attempt: number | null;
}

export const historyItem = (record: TransitionRecord, context: PaymentContext): HistoryItem => ({
  seq: record.seq,
  at: record.at.toISOString(),
  type: record.event.type,
  from: record.from,
  to: record.to,
  decision: record.decision,
  reason: record.reason,
  source: record.source,
  attempt: attemptIn(record, context),
});

/** The attempt an event is about: named by it, or the one its position belongs to. */
function attemptIn(record: TransitionRecord, context: PaymentContext): number | null {
  const event = record.event as { attempt?: unknown; idPagamento?: unknown };
  if (typeof event.attempt === 'number') return event.attempt;
  if (record.event.type === 'payment.initialized') return 1;
  if (typeof event.idPagamento === 'string') return attemptOf(context, event.idPagamento)?.number ?? null;
  return record.event.type === 'redirect.requested' && context.attempts.length === 1
    ? currentAttempt(context).number
    : null;
}
