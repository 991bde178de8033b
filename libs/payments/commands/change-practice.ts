import type { Arrival, Instance, Receipt, StoredInstance, Store } from '#libs/engine';
import type { ChargeDropped, DropCause, PaymentContext } from '#machines/payment';
import { practiceInstanceId } from '#machines/payment';
import type { PracticeContext } from '#machines/practice';
import { CommandRefused, NotFound } from '../errors.js';
import { isPracticeId } from '../requests/schemas.js';
import type { Submits } from './command-key.js';
import type { Caller } from './payment-commands.js';
import type { Records } from '../records.js';

export interface ChangePracticeDependencies {
  readonly intake: Submits;
  readonly store: Store;
  readonly identifiers: Records['identifiers'];
}

/** A practice as a change of it is decided about. */
export interface PresentPractice {
  readonly practiceId: string;
  readonly instanceId: string;
  readonly isWithdrawn: boolean;
  readonly context: PracticeContext;
  /** The payments of its charges. */
  readonly payments: readonly StoredInstance[];
}

/** Somebody else may change the practice, or a payment move on, between the look and the change: it is decided anew. */
const MAX_LOOKS = 12;
const COME_BACK_SECONDS = 1;

/**
 * Changes a practice and its payments together: `decide` looks at what there is and says what is to arrive, null when
 * nothing is to be done any more. Everything is taken in, or nothing; whoever comes second at the same moment decides
 * about what the first has left.
 * @throws NotFound; CommandRefused naming each payment that stands in the way, and why
 */
export async function changePractice(
  deps: ChangePracticeDependencies,
  practiceId: string,
  decide: (practice: PresentPractice) => Promise<readonly Arrival[] | null>,
): Promise<void> {
  for (let look = 1; look <= MAX_LOOKS; look += 1) {
    const practice = await presentPractice(deps.store, practiceId);
    const arrivals = await decide(practice);
    if (arrivals === null) return;
    const receipts = await deps.intake.submit({ whole: true, arrivals });
    if (receipts.every((receipt) => receipt.decision === 'applied')) return;
    if (!isOutdated(practice, receipts)) throw refusalOf(practice, receipts);
  }
  throw new CommandRefused(null, `practice ${practiceId} is being changed by others`, [], COME_BACK_SECONDS);
}

async function presentPractice(store: Store, practiceId: string): Promise<PresentPractice> {
  const instance = isPracticeId(practiceId) ? await store.readInstance(practiceInstanceId(practiceId)) : null;
  if (!instance) throw new NotFound('practice', practiceId);
  const context = instance.snapshot.context as unknown as PracticeContext;
  return {
    practiceId,
    instanceId: instance.id,
    isWithdrawn: instance.state === 'collecting.withdrawn',
    context,
    payments: await store.readInstances(context.charges.map((charge) => charge.paymentId)),
  };
}

/**
 * What refused the change has moved on since it was looked at, so another look may come to another end. A duplicate is
 * the intake's own repetition after a commit whose answer was lost: the next look tells what became of it.
 */
const isOutdated = (practice: PresentPractice, receipts: readonly Receipt[]): boolean =>
  receipts.some(({ decision, instance }) => decision === 'duplicate' || hasMovedOn(practice, instance));

function hasMovedOn({ payments, context }: PresentPractice, now: Instance): boolean {
  const then = payments.find((payment) => payment.id === now.id);
  if (then) return then.state !== now.state;
  const { charges } = now.snapshot.context as unknown as PracticeContext;
  return JSON.stringify(charges) !== JSON.stringify(context.charges);
}

function refusalOf({ context, instanceId }: PresentPractice, receipts: readonly Receipt[]): CommandRefused {
  const own = receipts.find((receipt) => receipt.instanceId === instanceId);
  const payments = receipts
    .filter((receipt) => receipt !== own)
    .map(({ instanceId: paymentId, reason, instance }) => ({
      paymentId,
      kind: context.charges.find((charge) => charge.paymentId === paymentId)?.kind ?? null,
      state: instance.state,
      reason: reason ?? '',
    }));
  const words = payments.map(({ kind, paymentId, reason }) => `${kind ?? 'payment'} (${paymentId}): ${reason}`);
  const reason = words.length > 0 ? words.join('; ') : (own?.reason ?? 'the practice refuses it');
  return new CommandRefused(null, reason, [], null, { payments });
}

/** Tells a payment that the practice no longer holds its charge. */
export function dropped(
  deps: ChangePracticeDependencies,
  paymentId: string,
  because: DropCause,
  reason: string,
  caller: Caller,
): Arrival {
  const event: ChargeDropped = { type: 'charge.dropped', because, reason };
  return { to: paymentId, id: deps.identifiers.eventId(event.type), event, ...caller };
}

/** Whether every item of the payment is settled. */
export const isPaid = (payment: Instance): boolean =>
  (payment.snapshot.context as unknown as PaymentContext).items.every((item) => item.settledBy !== null);
