export { createPaymentMachine } from './payment.machine.js';
export type { Attempt, Item, PaymentContext, Position, PositionReceipt } from './payment.context.js';
export { attemptOf, currentAttempt, findPosition, isQuarantined, isTaken, missingItems } from './payment.context.js';
export { hasInFlight, hasQuarantine, hasTransferUnderway, isAcknowledgeable } from './payment.verdict.js';
export * from './payment.messages.js';
export * from './payment.settings.js';
