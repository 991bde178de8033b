import { practiceInstanceId } from '#machines/payment';
import type { PracticeWithdrawn } from '#machines/practice';
import { CommandRefused } from '../errors.js';
import type { ChangePracticeDependencies } from './change-practice.js';
import { changePractice, dropped, isPaid } from './change-practice.js';
import type { Caller } from './payment-commands.js';

/**
 * Withdraws a practice: what is unpaid is annulled for good, what is paid stays paid. While a payment is under way
 * nothing is done at all: half a withdrawal would leave PORTOS to find out which half. A practice that is withdrawn
 * already stays so.
 * @throws NotFound; CommandRefused while a payment is under way or waits for an operator, or when everything is paid
 */
export const withdrawPractice = (
  deps: ChangePracticeDependencies,
  practiceId: string,
  reason: string,
  caller: Caller,
): Promise<void> =>
  changePractice(deps, practiceId, ({ isWithdrawn, context, payments }) => {
    if (isWithdrawn) return Promise.resolve(null);
    const unpaid = payments.filter((payment) => !isPaid(payment));
    if (unpaid.length === 0) throw new CommandRefused(null, 'everything is paid: there is nothing to withdraw', []);
    const known = context.charges.map((charge) => charge.paymentId);
    const event: PracticeWithdrawn = { type: 'practice.withdrawn', known, reason };
    const id = deps.identifiers.eventId(event.type);
    return Promise.resolve([
      { to: practiceInstanceId(practiceId), id, event, ...caller },
      ...unpaid.map((payment) => dropped(deps, payment.id, 'withdrawn', reason, caller)),
    ]);
  });
