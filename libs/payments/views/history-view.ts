import type { TransitionRecord } from '#libs/engine';
import type { AttemptOpened, PaymentContext, RegenerateRequested } from '#machines/payment';
import { attemptOf } from '#machines/payment';

/** One line of a payment's history: everything that was decided about it, refusals with their reasons. */
export interface HistoryItem {
  readonly seq: number;
  readonly at: string;
  readonly type: string;
  /** State paths; `from` is null for the event that began the payment. */
  readonly from: string | null;
  readonly to: string;
  readonly decision: 'applied' | 'ignored';
  readonly reason: string | null;
  readonly source: string;
  /** Who acted: a key's name or an operator's account; null where nobody did. */
  readonly actor: string | null;
  /** The request that it goes back to, by whichever steps; null when it goes back to none. */
  readonly requestId: string | null;
  /** The payer goes on although a payment may be in flight; on such commands only. */
  readonly acknowledgeInFlight?: true;
  /** The attempt it is about, null when none was open. */
  readonly attempt: number | null;
}

/** @param openings the payment's `attempt.opened`, in order of `seq` */
export const historyItem = (
  record: TransitionRecord,
  context: PaymentContext,
  openings: readonly TransitionRecord[],
): HistoryItem => ({
  seq: record.seq,
  at: record.at.toISOString(),
  type: record.event.type,
  from: record.from,
  to: record.to,
  decision: record.decision,
  reason: record.reason,
  source: record.source,
  actor: record.actor,
  requestId: record.requestId,
  ...((record.event as Partial<RegenerateRequested>).acknowledgeInFlight ? { acknowledgeInFlight: true } : {}),
  attempt: attemptIn(record, context, openings),
});

/** Named by the event, or the one of its position, or else the newest that was open when it came. */
function attemptIn(
  record: TransitionRecord,
  context: PaymentContext,
  openings: readonly TransitionRecord[],
): number | null {
  const event = record.event as { readonly attempt?: unknown; readonly idPagamento?: unknown };
  if (record.event.type === 'payment.initialized') return 1;
  if (typeof event.attempt === 'number') return event.attempt;
  if (typeof event.idPagamento === 'string') return attemptOf(context, event.idPagamento)?.number ?? null;
  const open = openings.filter(({ seq, decision }) => seq < record.seq && decision === 'applied').map(attemptNamedBy);
  return open.length > 0 ? Math.max(...open) : null;
}

/** The attempt that an `attempt.opened` names. */
export const attemptNamedBy = ({ event }: TransitionRecord): number => (event as AttemptOpened).attempt;
