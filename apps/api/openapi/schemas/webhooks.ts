import type { DeliveryView, Endpoint, NewEndpoint } from '#libs/webhooks';
import type { Schema } from '../schema.js';
import { exactly, listOf, nullable, oneOfWords, pageOf, ref, text, textOrNull, wholeNumber } from '../schema.js';

const target = {
  webhookId: ref('WebhookId'),
  url: text('Where messages are sent.', { format: 'uri', maxLength: 2048 }),
  eventTypes: listOf(ref('EventType'), 'Which events are sent there.', { minItems: 1, uniqueItems: true }),
};

const secret = text('Signs the messages (Standard Webhooks). Shown here only.', {
  pattern: '^whsec_[A-Za-z0-9+/]{43}=$',
});

/** Who is told what happens, and how the telling stands. */
export const webhookSchemas: Readonly<Record<string, Schema>> = {
  Webhook: exactly<Endpoint>('An endpoint: where events of some types are sent.', {
    ...target,
    createdAt: ref('Instant'),
    disabledAt: nullable(ref('Instant'), 'Null while messages are sent there.'),
    disabledBecause: textOrNull('Why it was disabled; null while it is not.'),
  }),
  NewWebhook: exactly<NewEndpoint>('An endpoint with its secret.', { ...target, secret }),
  RotatedSecret: exactly<{ readonly webhookId: unknown; readonly secret: unknown; readonly formerLiveUntil: unknown }>(
    'A new secret of an endpoint.',
    {
      webhookId: ref('WebhookId'),
      secret,
      formerLiveUntil: ref('Instant', 'Until then the former secret signs beside the new one.'),
    },
  ),
  Delivery: exactly<DeliveryView>('One event on its way to one endpoint.', {
    deliveryId: ref('DeliveryId'),
    eventId: ref('EventId'),
    eventType: ref('EventType'),
    status: oneOfWords<DeliveryView['status']>(
      { pending: true, delivered: true, undelivered: true },
      '`undelivered`: given up, and kept to be delivered again by hand; or the endpoint is disabled, and it waits again ' +
        'once that is enabled.',
    ),
    tries: wholeNumber('How often it was sent.'),
    lastStatusCode: {
      type: ['integer', 'null'],
      format: 'int32',
      minimum: 100,
      maximum: 599,
      description: 'What the receiver answered last; null when there was no answer.',
    },
    lastError: textOrNull('Why the last try failed when there was no answer.'),
    nextTryAt: nullable(ref('Instant'), 'Null when it waits for nothing, or for an earlier event of its subject.'),
  }),
  Redelivery: exactly<{ readonly deliveryId: unknown; readonly status: unknown }>('A delivery that is due again.', {
    deliveryId: ref('DeliveryId'),
    status: text('It waits to be sent.', { enum: ['pending'] }),
  }),
  WebhookId: text('Names an endpoint.', {
    pattern: '^whk_[0-9a-f]{32}$',
    examples: ['whk_0123456789abcdef0123456789abcdef'],
  }),
  DeliveryId: text('Names a delivery.', {
    pattern: '^dlv_[0-9a-f]{32}$',
    examples: ['dlv_0123456789abcdef0123456789abcdef'],
  }),
  EventId: text('Names an event; the same however often it is sent.', {
    pattern: '^evt_[0-9a-f]{32}$',
    examples: ['evt_0123456789abcdef0123456789abcdef'],
  }),
  WebhookList: pageOf('Webhook', 'One page of endpoints, by id.', 'whk_0123456789abcdef0123456789abcdef'),
  DeliveryList: pageOf('Delivery', 'One page of deliveries, the newest first.', '1042'),
};
