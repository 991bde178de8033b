import { createHash } from 'node:crypto';
import type { Decided, Instance, RegisteredMachine, SideRow } from '#libs/engine';
import type { IncidentPayload, PaymentContext } from '#machines/payment';
import type { PracticeContext } from '#machines/practice';
import { machineOf } from '../machines.js';
import { isAllowed } from '../views/allowed-actions.js';
import type { PaymentView } from '../views/payment-view.js';
import { paymentFacts } from '../views/payment-view.js';
import type { EventType, PaymentNews } from './event-types.js';
import { isPaymentState, paymentEventType, PRACTICE_SETTLED } from './event-types.js';

/** Where events wait to be told; written in the transaction of the decision they tell of. */
export const EVENT_TABLE = 'payments.event';

/**
 * The events that follow from a decision, as rows. The id of an event is derived from the decision, so that one computed
 * twice is one event. A payment tells of its state when the top level of it changes, of each attestation, and of money
 * that came twice; a practice tells that it is settled.
 */
export const eventRows =
  (machines: readonly RegisteredMachine[]) =>
  (decided: Decided): readonly SideRow[] => {
    const { after } = decided;
    if (after.machine === 'practice') return practiceRows(decided);
    if (after.machine !== 'payment') return [];
    const news = paymentNews(decided);
    if (news.length === 0) return [];
    const { practiceId, paymentId } = after.snapshot.context as unknown as PaymentContext;
    const data = { ...paymentData(machines, after), paymentId, practiceId };
    return news.map((item) => row(decided, paymentEventType(item), paymentId, data));
  };

/** What a decision is news of, in order. */
export function paymentNews({ before, after, event, effects }: Decided): readonly PaymentNews[] {
  const [was, is] = [topOf(before), topOf(after)];
  const isDuplicate = effects.some(
    ({ type, payload }) =>
      type === 'incident.open' && (payload as unknown as IncidentPayload).kind === 'duplicatePayment',
  );
  return [
    ...(isReplacedAtOnce(event.type, was, is) ? (['regenerated'] as const) : []),
    ...(was !== is && is !== null && isPaymentState(is) ? [is] : []),
    ...(event.type === 'attestation.stored' ? (['receiptAvailable'] as const) : []),
    ...(isDuplicate ? (['duplicateDetected'] as const) : []),
  ];
}

/** A Rigenera that may replace at once passes through `regenerated` and never rests there. */
const isReplacedAtOnce = (event: string, was: string | null, is: string | null): boolean =>
  event === 'regenerate.requested' && was !== is && was !== 'regenerated' && is !== 'regenerated';

const topOf = (instance: Instance | null): string | null => instance?.state.split('.')[0] ?? null;

type PaymentData = Omit<PaymentView, 'updatedAt' | 'allowedActions'>;

/**
 * The payment as the API shows it, as far as the decision knows it. What other rows tell is null (`expiresAt`, `openedAt`,
 * `acknowledgeFrom`), and so is the payer's address at IRIS, which lets in whoever has it. `updatedAt` is the time of the
 * event. What may be done now is left out: it would be stale on arrival, and cost more than the decision itself.
 */
function paymentData(machines: readonly RegisteredMachine[], instance: Instance): PaymentData {
  const unwritten = { ...instance, createdAt: NEVER, updatedAt: NEVER, duplicates: 0 };
  const dates = { timers: [], nextPollAt: null, openedAt: null, overdueAt: null };
  const machine = machineOf({ machines }, instance);
  const mayRegenerate = () => isAllowed(machine, instance, 'regenerate');
  const { updatedAt: _, ...view } = paymentFacts(machine, unwritten, dates, mayRegenerate);
  return { ...view, attempt: { ...view.attempt, redirectUrl: null } };
}

const NEVER = new Date(0);

function practiceRows(decided: Decided): readonly SideRow[] {
  const { before, after } = decided;
  if (after.state !== 'settled' || before?.state === 'settled') return [];
  const { practiceId, practiceType, charges } = after.snapshot.context as unknown as PracticeContext;
  const payments = charges.map(({ paymentId, kind }) => ({ paymentId, practiceId, kind, state: 'paid' }));
  const data = { practiceId, practiceType, state: 'settled', withdrawn: false, payments };
  return [row(decided, PRACTICE_SETTLED, practiceId, data)];
}

function row({ after: { id, seq }, requestId }: Decided, type: EventType, subject: string, data: object): SideRow {
  const name = createHash('sha256').update(`${id}\n${seq}\n${type}`).digest('hex').slice(0, 32);
  const columns = { event_id: `evt_${name}`, subject, type, data, request_id: requestId };
  return { table: EVENT_TABLE, key: 'event_id', row: columns };
}
