import { INCIDENT_KINDS, PAYMENT_STATES } from '#libs/payments';
import {
  DELIVERY_ID,
  EVENT_ID,
  ID_PAGAMENTO,
  INCIDENT_ID,
  PAYMENT_ID,
  PRACTICE_ID,
  WEBHOOK_ID,
} from './examples/values.js';
import type { Schema } from './schema.js';
import { ref } from './schema.js';

const inPath = (name: string, schema: Schema, description: string, example: string) => ({
  name,
  in: 'path',
  required: true,
  description,
  schema,
  example,
});

const inQuery = (name: string, schema: Schema, description: string) => ({
  name,
  in: 'query',
  required: false,
  description,
  schema,
});

const inMessage = (name: string, description: string, schema: Schema, example: string) => ({
  name,
  in: 'header',
  required: true,
  description,
  schema,
  example,
});

const cursor = (schema: Schema) => inQuery('cursor', schema, 'The `nextCursor` of the page before.');
const limit = (byDefault: number) =>
  inQuery(
    'limit',
    { type: 'integer', format: 'int32', minimum: 1, maximum: 200, default: byDefault },
    'How many there are on a page.',
  );

/** The parameters there are, by name. */
export const parameters = {
  PracticeId: inPath('practiceId', ref('PracticeId'), 'La pratica / The practice.', PRACTICE_ID),
  PaymentId: inPath('paymentId', ref('PaymentId'), 'Il pagamento / The payment.', PAYMENT_ID),
  IdPagamento: inPath('idPagamento', ref('IdPagamento'), 'La posizione / The position.', ID_PAGAMENTO),
  IncidentId: inPath('incidentId', ref('IncidentId'), 'Il caso / The incident.', INCIDENT_ID),
  WebhookId: inPath('webhookId', ref('WebhookId'), 'La destinazione / The endpoint.', WEBHOOK_ID),
  DeliveryId: inPath('deliveryId', ref('DeliveryId'), 'La consegna / The delivery.', DELIVERY_ID),
  MachineName: inPath('name', ref('MachineName'), 'La macchina / The machine.', 'payment'),
  ReturnToken: inPath(
    'token',
    { type: 'string', pattern: '^[A-Za-z0-9_-]{32}$' },
    'Opaque; it was given to IRIS with the attempt.',
    'q3Vb9kLmT0sXwYz1aBcDeFgHiJkLmNoP',
  ),
  State: inQuery('state', { type: 'string', enum: PAYMENT_STATES }, 'Only payments in this state.'),
  Kind: inQuery('kind', ref('ChargeKind'), 'Only payments of this kind.'),
  Named: inQuery(
    'q',
    { type: 'string', minLength: 1, maxLength: 100 },
    'A practice id, payment id, IUV or IdPagamento, exactly.',
  ),
  IncidentKind: inQuery('kind', { type: 'string', enum: INCIDENT_KINDS }, 'Only incidents of this kind.'),
  IncidentState: inQuery('state', { type: 'string', enum: ['open', 'resolved'] }, 'Only open or resolved ones.'),
  Cursor: cursor({ type: 'string', minLength: 1, maxLength: 100 }),
  HistoryCursor: cursor({ type: 'string', pattern: '^\\d{1,9}$' }),
  WebhookCursor: cursor(ref('WebhookId')),
  DeliveryCursor: cursor({ type: 'string', pattern: '^\\d{1,18}$' }),
  Limit: limit(50),
  HistoryLimit: limit(100),
  IdempotencyKey: {
    name: 'Idempotency-Key',
    in: 'header',
    required: false,
    description:
      'Names this request, best by a random UUID and without personal data: sent again under the same key it has one ' +
      'effect and gets the first answer again. Another content under the same key is a 422, a request that is still ' +
      'worked on a 409.',
    schema: { type: 'string', minLength: 1, maxLength: 255, pattern: '^[\\x21-\\x7e]+$' },
    example: '6f1d2c1e-3f0f-4b0e-9f5b-8d8a4c2f7a10',
  },
  MessageId: inMessage(
    'Webhook-Id',
    'The id of the event: one that comes again has the same.',
    ref('EventId'),
    EVENT_ID,
  ),
  MessageTimestamp: inMessage(
    'Webhook-Timestamp',
    'When it was sent, in seconds since 1970.',
    { type: 'string', pattern: '^\\d+$' },
    '1795420992',
  ),
  MessageSignature: inMessage(
    'Webhook-Signature',
    'Standard Webhooks 1.0: a signature by each secret that is live, between spaces.',
    { type: 'string', pattern: '^v1,\\S+( v1,\\S+)*$' },
    'v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4=',
  ),
} as const;

/** What comes with every message to a webhook. */
export const SIGNATURE = ['MessageId', 'MessageTimestamp', 'MessageSignature'] as const;

export type ParameterName = keyof typeof parameters;

export const toParameter = (name: ParameterName) => ({ $ref: `#/components/parameters/${name}` });
