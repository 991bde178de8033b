import type { RegisteredMachine, StoredInstance, StoredTimer } from '#libs/engine';
import type { Attempt, PaymentContext, Position } from '#machines/payment';
import { currentAttempt, isAcknowledgeable } from '#machines/payment';
import type { Money } from '../values/money.js';
import { money } from '../values/money.js';
import type { PaymentAction } from './allowed-actions.js';
import { allowedActions } from './allowed-actions.js';
import type { Message } from './messages.js';
import { messageFor } from './messages.js';

/** A payment as the API shows it; no personal data. */
export interface PaymentView {
  readonly paymentId: string;
  readonly practiceId: string;
  readonly kind: 'bolli' | 'istruttoria';
  readonly state: string;
  readonly blocked: boolean;
  readonly amount: Money;
  readonly items: readonly {
    readonly item: number;
    readonly amount: Money;
    readonly settledBy: { readonly attempt: number; readonly idPagamento: string } | null;
  }[];
  readonly attempt: {
    readonly number: number;
    readonly openedAt: string | null;
    readonly redirectUrl: string | null;
    readonly expiresAt: string | null;
    readonly positions: readonly PositionView[];
  };
  readonly attempts: readonly { readonly number: number; readonly positions: readonly PositionView[] }[];
  readonly allowedActions: readonly PaymentAction[];
  /** While a Rigenera waits: from when on `acknowledgeInFlight` takes effect; null when it would never. */
  readonly acknowledgeFrom: string | null;
  /** Why the practice no longer holds its charge; null while it does. Nobody is to pay it any more. */
  readonly dropped: 'replaced' | 'withdrawn' | null;
  readonly message: Message;
  readonly updatedAt: string;
}

export interface PositionView {
  readonly idPagamento: string;
  readonly iuv: string | null;
  readonly item: number;
  readonly amount: Money;
  readonly esito: Position['esito'];
  readonly refund: null | 'due' | 'refunded';
}

/** What a payment's own row does not know. */
export interface PaymentDates {
  /** Its armed timers. */
  readonly timers: readonly StoredTimer[];
  /** When IRIS is asked next, null when nobody waits for it. */
  readonly nextPollAt: Date | null;
  /** When the current attempt was opened at IRIS, null until it is. */
  readonly openedAt: Date | null;
  /** When the present Rigenera became overdue, null until it is. */
  readonly overdueAt: Date | null;
}

/** @param machine the one the payment lives on */
export function paymentView(
  machine: RegisteredMachine['versions'][1],
  instance: StoredInstance,
  dates: PaymentDates,
): PaymentView {
  const allowed = allowedActions(machine, instance);
  return { ...paymentFacts(machine, instance, dates, () => allowed.includes('regenerate')), allowedActions: allowed };
}

/**
 * All of it but what may be done now, which costs far more to find out than the rest.
 * @param mayRegenerate asked only where the answer shows
 */
export function paymentFacts(
  machine: RegisteredMachine['versions'][1],
  instance: StoredInstance,
  { timers, nextPollAt, openedAt, overdueAt }: PaymentDates,
  mayRegenerate: () => boolean,
): Omit<PaymentView, 'allowedActions'> {
  const context = instance.snapshot.context as unknown as PaymentContext;
  const attempt = currentAttempt(context);
  const until = endOfWait(instance, timers);
  const blocked = context.dropped === null && machine.resolveState(instance.snapshot as never).hasTag('blocked');
  const isExhausted = blocked && !context.coolingDown && !mayRegenerate();
  return {
    paymentId: context.paymentId,
    practiceId: context.practiceId,
    kind: context.kind,
    state: instance.state.split('.')[0] ?? instance.state,
    blocked,
    amount: money(context.items.reduce((sum, item) => sum + item.amountCents, 0)),
    items: context.items.map(({ item, amountCents, settledBy }) => ({ item, amount: money(amountCents), settledBy })),
    attempt: {
      number: attempt.number,
      openedAt: openedAt?.toISOString() ?? null,
      redirectUrl: isUrlShowable(instance.state) ? attempt.redirectUrl : null,
      expiresAt: (until ?? nextAnswer(instance.state, nextPollAt))?.toISOString() ?? null,
      positions: attempt.positions.map(positionView),
    },
    attempts: context.attempts.map(({ number, positions }: Attempt) => ({
      number,
      positions: positions.map(positionView),
    })),
    acknowledgeFrom: isAcknowledgeable(context) ? ((overdueAt ?? until)?.toISOString() ?? null) : null,
    dropped: context.dropped,
    message: messageFor(instance.state, context, until, isExhausted),
    updatedAt: instance.updatedAt.toISOString(),
  };
}

/** Only a payer who may pay now is given the URL: one that came late belongs to nobody. */
const isUrlShowable = (state: string): boolean => state === 'initialized.ready' || state.startsWith('redirected');

/** XState names a state's timer after its path; the present wait is the timer of the present state. */
function endOfWait(instance: StoredInstance, timers: readonly StoredTimer[]): Date | null {
  const suffix = `.payment.${instance.state}`;
  return (
    timers.find((timer) => timer.timerId.startsWith('xstate.after.') && timer.timerId.endsWith(suffix))?.dueAt ?? null
  );
}

/** Past the deadline an answer is waited for: while IRIS is silent, the state stays and the shown time moves. */
const nextAnswer = (state: string, nextPollAt: Date | null): Date | null =>
  /^(redirected|regenerated)\b/.test(state) ? nextPollAt : null;

function positionView(position: Position): PositionView {
  const { idPagamento, iuv, item, amountCents, esito, receipts } = position;
  const has = (disposition: string) => receipts.some((receipt) => receipt.disposition === disposition);
  const refund = has('refundDue') ? 'due' : has('refunded') ? 'refunded' : null;
  return { idPagamento, iuv, item, amount: money(amountCents), esito, refund };
}
