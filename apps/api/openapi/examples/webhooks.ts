import { EVENT_TYPES } from '#libs/payments';
import { DELIVERY_ID, EVENT_ID, instant, PAYMENT_ID, PRACTICE_ID, SECRET, WEBHOOK_ID } from './values.js';
import { paidPayment } from './payments.js';
import { webhook } from './requests.js';

export const newWebhook = { webhookId: WEBHOOK_ID, ...webhook, secret: SECRET };

export const enabledWebhook = {
  webhookId: WEBHOOK_ID,
  ...webhook,
  createdAt: instant('07:30:00.000'),
  disabledAt: null,
  disabledBecause: null,
};

export const webhooks = { items: [enabledWebhook], nextCursor: null };

export const rotatedSecret = {
  webhookId: WEBHOOK_ID,
  secret: SECRET,
  formerLiveUntil: '2026-11-24T08:00:00.000Z',
};

export const deliveries = {
  items: [
    {
      deliveryId: DELIVERY_ID,
      eventId: EVENT_ID,
      eventType: 'it.toscana.portos.payment.paid.v1',
      status: 'pending',
      tries: 2,
      lastStatusCode: 503,
      lastError: null,
      nextTryAt: instant('08:05:12.880'),
    },
  ],
  nextCursor: null,
};

export const redelivery = { deliveryId: DELIVERY_ID, status: 'pending' };

const { allowedActions: _, ...told } = paidPayment;

const event = {
  specversion: '1.0',
  id: EVENT_ID,
  source: 'https://portos.example.org',
  time: paidPayment.updatedAt,
  sequence: '0000000000000004711',
  datacontenttype: 'application/json',
};

/** @param type one of a payment's */
export const paymentEvent = (type: string) => ({
  ...event,
  type,
  subject: PAYMENT_ID,
  data: { ...told, attempt: { ...told.attempt, openedAt: null } },
});

export const practiceEvent = {
  ...event,
  type: EVENT_TYPES.at(-1),
  subject: PRACTICE_ID,
  data: {
    practiceId: PRACTICE_ID,
    practiceType: 'fineLavori',
    state: 'settled',
    withdrawn: false,
    payments: [{ paymentId: PAYMENT_ID, practiceId: PRACTICE_ID, kind: 'bolli', state: 'paid' }],
    updatedAt: paidPayment.updatedAt,
  },
};
