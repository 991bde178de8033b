import type { Arrival, Intake } from '#libs/engine';
import type { PaymentMessage } from '#machines/payment';
import type { Records } from '../records.js';

/** A payment as IRIS notifies it, in our words. */
export interface NotifiedPayment {
  readonly idPagamento: string;
  readonly idTransazione: string | null;
  readonly amountCents: number;
}

/**
 * IRIS pushed positive facts. They are hints to ask: each is stored with its payment and confirmed by a poll, or ends
 * as an incident. One for an IdPagamento nobody knows is an incident at once. Resolves when everything is stored.
 */
export async function irisNotified(
  deps: { intake: Intake; lookup: Records['lookup']; incidents: Records['incidents'] },
  payments: readonly NotifiedPayment[],
  request: Pick<Arrival, 'requestId'> = {},
): Promise<void> {
  const known = await deps.lookup.paymentsByIdPagamento(payments.map((payment) => payment.idPagamento));
  await Promise.all(
    payments.map(async (payment) => {
      const paymentId = known.get(payment.idPagamento);
      if (paymentId === undefined) return deps.incidents.openForUnknownPosition(payment);
      const event: PaymentMessage = { type: 'notification.received', ...payment };
      const id = `push/${payment.idPagamento}/${payment.idTransazione ?? '-'}`;
      await deps.intake.submit({ arrivals: [{ to: paymentId, id, event, source: 'iris', ...request }] });
    }),
  );
}
