import type { Arrival, Intake } from '#libs/engine';
import type { PaymentInitialized } from '#machines/payment';
import { practiceInstanceId } from '#machines/payment';
import type { ChargeRef, PracticeOpened } from '#machines/practice';
import { CommandRefused } from '../errors.js';
import type { Identifiers } from '../identifiers.js';
import { rowsOf } from '../identifiers.js';
import type { PaymentLookup } from '../postgres/lookup.js';
import type { ChargeRequest, PracticeRequest } from '../requests/practice-request.js';
import { itemAmounts } from '../requests/practice-request.js';
import type { Sealer } from '#libs/platform';
import { asBytea } from '../sealing.js';
import type { Caller } from './payment-commands.js';

export interface OpenPracticeDependencies {
  readonly intake: Intake;
  readonly identifiers: Identifiers;
  readonly sealer: Sealer;
  readonly lookup: PaymentLookup;
}

/**
 * "Paga e Invia": the practice, its payments and the sealed data they need, in one transaction. The event's id is the
 * fingerprint of the content: what was sent before is a duplicate, and other content is refused by the practice itself.
 * Other content that is sent once more is a duplicate of its own refusal, so the practice's fingerprint decides.
 * @throws CommandRefused when the practice exists with other content.
 */
export async function openPractice(
  deps: OpenPracticeDependencies,
  request: PracticeRequest,
  caller: Caller,
): Promise<void> {
  const fingerprint = deps.sealer.fingerprint(JSON.stringify(request));
  const payments = await Promise.all(
    request.charges.map((charge) => prepare(deps, request.practiceId, charge, caller)),
  );
  const [receipt] = await deps.intake.submit({
    chained: true,
    arrivals: [
      practiceArrival(deps, request, fingerprint, payments, caller),
      ...payments.map((payment) => payment.arrival),
    ],
  });
  if (receipt?.decision !== 'applied' && (await deps.lookup.fingerprint(request.practiceId)) !== fingerprint) {
    throw new CommandRefused(null, `practice ${request.practiceId} exists already, with other content`, []);
  }
}

interface Prepared {
  readonly charge: ChargeRequest;
  readonly ref: ChargeRef;
  readonly amountCents: number;
  readonly arrival: Arrival;
}

async function prepare(
  deps: OpenPracticeDependencies,
  practiceId: string,
  charge: ChargeRequest,
  caller: Caller,
): Promise<Prepared> {
  const paymentId = deps.identifiers.paymentId();
  const amounts = itemAmounts(charge);
  const attempt = await deps.identifiers.attempt(amounts.length);
  const event: PaymentInitialized = {
    type: 'payment.initialized',
    paymentId,
    practiceId,
    kind: charge.kind,
    items: amounts.map((amountCents, index) => ({ item: index + 1, amountCents })),
    attempt,
  };
  return {
    charge,
    ref: { paymentId, kind: charge.kind },
    amountCents: amounts.reduce((sum, cents) => sum + cents, 0),
    arrival: {
      to: paymentId,
      id: 'initialized',
      event,
      ...caller,
      creates: { machine: 'payment' },
      rows: rowsOf(paymentId, attempt),
    },
  };
}

function practiceArrival(
  deps: OpenPracticeDependencies,
  request: PracticeRequest,
  fingerprint: string,
  payments: readonly Prepared[],
  caller: Caller,
): Arrival {
  const { practiceId, practiceType } = request;
  const event: PracticeOpened = {
    type: 'practice.opened',
    practiceId,
    practiceType,
    charges: payments.map((payment) => payment.ref),
  };
  const practiceRow = {
    practice_id: practiceId,
    practice_type: practiceType,
    fingerprint,
    return_url: request.returnUrl,
  };
  return {
    to: practiceInstanceId(practiceId),
    id: `opened/${fingerprint}`,
    event,
    ...caller,
    creates: { machine: 'practice' },
    rows: [
      { table: 'payments.practice', row: practiceRow },
      {
        table: 'payments.payer',
        row: { practice_id: practiceId, sealed: asBytea(deps.sealer.seal(request.payer, `payer/${practiceId}`)) },
      },
      ...payments.map(({ ref, charge, amountCents }) => ({
        table: 'payments.charge',
        row: {
          payment_id: ref.paymentId,
          practice_id: practiceId,
          kind: ref.kind,
          amount_cents: amountCents,
          sealed: asBytea(deps.sealer.seal(charge, `charge/${ref.paymentId}`)),
        },
      })),
    ],
  };
}
