import { openedPractice, redirectedPayment } from './payments.js';
import { practiceRequests, reason } from './requests.js';
import { PAYMENT_ID, PRACTICE_ID } from './values.js';

export const commands = {
  initialize: { ...practiceRequests.istanza.value, idempotencyKey: PRACTICE_ID },
  regenerate: { paymentId: PAYMENT_ID, attempt: 1 },
  annul: { paymentId: PAYMENT_ID, ...reason, idempotencyKey: `annul-${PRACTICE_ID}` },
  verify: { paymentId: PAYMENT_ID, idempotencyKey: `verify-${PRACTICE_ID}` },
} as const;

export const practiceAnswer = { status: 202, location: `/v1/practices/${PRACTICE_ID}`, body: openedPractice };
export const paymentAnswer = { status: 202, body: redirectedPayment };
export const refusal = '404 Not found. There is no such payment; check the identifier.';
