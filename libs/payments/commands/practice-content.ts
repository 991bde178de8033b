import type { Arrival, SideRow } from '#libs/engine';
import type { Sealer } from '#libs/platform';
import type { PaymentInitialized } from '#machines/payment';
import type { ChargeRef } from '#machines/practice';
import type { ChargeRequest, PracticeRequest } from '../requests/practice-request.js';
import { itemAmounts } from '../requests/practice-request.js';
import { asBytea } from '../sealing.js';
import type { Caller } from './payment-commands.js';
import type { Records } from '../records.js';

/** A charge with the payment that is to settle it, ready to be taken in. */
export interface PreparedCharge {
  readonly ref: ChargeRef;
  readonly arrival: Arrival;
}

interface Tools {
  readonly identifiers: Records['identifiers'];
  readonly sealer: Sealer;
}

export async function prepareCharge(
  { identifiers, sealer }: Tools,
  practiceId: string,
  charge: ChargeRequest,
  caller: Caller,
): Promise<PreparedCharge> {
  const { kind } = charge;
  const paymentId = identifiers.paymentId();
  const amounts = itemAmounts(charge);
  const event: PaymentInitialized = {
    type: 'payment.initialized',
    paymentId,
    practiceId,
    kind,
    items: amounts.map((amountCents, index) => ({ item: index + 1, amountCents })),
    attempt: await identifiers.attempt(amounts.length),
  };
  const row = {
    payment_id: paymentId,
    practice_id: practiceId,
    kind,
    amount_cents: amounts.reduce((sum, cents) => sum + cents, 0),
    sealed: asBytea(sealer.seal(charge, `charge/${paymentId}`)),
  };
  const rows = [{ table: 'payments.charge', key: 'payment_id', row }];
  const creates = { machine: 'payment' };
  return {
    ref: { paymentId, kind },
    arrival: { to: paymentId, id: 'initialized', event, ...caller, creates, rows },
  };
}

/** The keyed digest of what was asked for: the same content has the same, and nobody can read it back. */
export const fingerprintOf = (sealer: Sealer, request: PracticeRequest): string =>
  sealer.fingerprint(JSON.stringify(request));

/** What a practice is, beside its charges: its address to return to, and its payer, sealed. */
export function practiceRows(sealer: Sealer, request: PracticeRequest): readonly SideRow[] {
  const { practiceId, practiceType, returnUrl, payer } = request;
  const practice = {
    practice_id: practiceId,
    practice_type: practiceType,
    fingerprint: fingerprintOf(sealer, request),
    return_url: returnUrl,
  };
  const sealed = asBytea(sealer.seal(payer, `payer/${practiceId}`));
  return [
    { table: 'payments.practice', key: 'practice_id', row: practice },
    { table: 'payments.payer', key: 'practice_id', row: { practice_id: practiceId, sealed } },
  ];
}
