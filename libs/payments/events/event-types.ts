/** What is told outside of a payment (CloudEvents `type`), by what happened to it. */
const PAYMENT = {
  initialized: 'it.toscana.portos.payment.initialized.v1',
  redirected: 'it.toscana.portos.payment.redirected.v1',
  paid: 'it.toscana.portos.payment.paid.v1',
  rejected: 'it.toscana.portos.payment.rejected.v1',
  annulled: 'it.toscana.portos.payment.annulled.v1',
  notConcluded: 'it.toscana.portos.payment.not-concluded.v1',
  regenerated: 'it.toscana.portos.payment.regenerated.v1',
  receiptAvailable: 'it.toscana.portos.payment.receipt-available.v1',
  duplicateDetected: 'it.toscana.portos.payment.duplicate-detected.v1',
} as const;

/** What is told outside of a practice. */
export const PRACTICE_SETTLED = 'it.toscana.portos.practice.settled.v1';

export type PaymentNews = keyof typeof PAYMENT;
export type EventType = (typeof PAYMENT)[PaymentNews] | typeof PRACTICE_SETTLED;

/** Every type that may be subscribed to. */
export const EVENT_TYPES: readonly EventType[] = [...Object.values(PAYMENT), PRACTICE_SETTLED];

/** Whether it is told of a practice; every other one is told of a payment. */
export const isPracticeEvent = (type: EventType): boolean => type === PRACTICE_SETTLED;

export const paymentEventType = (news: PaymentNews): EventType => PAYMENT[news];

export const isPaymentState = (state: string): state is PaymentNews => state in PAYMENT;
