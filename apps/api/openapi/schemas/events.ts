import { EVENT_TYPES, isPracticeEvent } from '#libs/payments';
import type { CloudEvent } from '#libs/webhooks';
import type { Schema } from '../schema.js';
import { exactly, listOf, ref, text } from '../schema.js';
import { paymentSchemas } from './payments.js';

const cloudEvent = (description: string, types: readonly string[], subject: Schema, data: Schema): Schema =>
  exactly<CloudEvent>(
    description,
    {
      specversion: text('CloudEvents 1.0.', { enum: ['1.0'] }),
      id: ref('EventId'),
      source: text('The installation that tells it.', { format: 'uri-reference', minLength: 1 }),
      type: text('What happened.', { enum: types }),
      subject,
      time: ref('Instant', 'When it happened.'),
      sequence: text('Of two events of one `subject` the one with the greater text is the later.', {
        pattern: '^[0-9]{19}$',
      }),
      requestid: text('The request that brought it about (`X-Request-ID`); not there where none did.'),
      datacontenttype: text('Of `data`.', { enum: ['application/json'] }),
      data,
    },
    ['requestid'],
  );

const always = { type: 'null', description: 'Always null here: ask for the payment.' };

/** A view whose members are the same but for some. */
function changed(
  name: string,
  description: string,
  without: readonly string[],
  change: Record<string, Schema>,
): Schema {
  const schema = paymentSchemas[name] as { readonly required: readonly string[]; readonly properties: object };
  const kept = Object.entries(schema.properties).filter(([member]) => !without.includes(member));
  return {
    ...schema,
    description,
    required: schema.required.filter((member) => !without.includes(member)),
    properties: { ...Object.fromEntries(kept), ...change },
  };
}

/** What is told outside. */
export const eventSchemas: Readonly<Record<string, Schema>> = {
  PaymentEvent: cloudEvent(
    'Something happened to a payment.',
    EVENT_TYPES.filter((type) => !isPracticeEvent(type)),
    ref('PaymentId'),
    ref('ToldPayment'),
  ),
  PracticeEvent: cloudEvent(
    'Something happened to a practice.',
    EVENT_TYPES.filter(isPracticeEvent),
    ref('PracticeId'),
    ref('ToldPractice'),
  ),
  ToldPayment: changed('Payment', 'A payment as an event tells it: as it was then.', ['allowedActions'], {
    attempt: ref('ToldAttempt', 'The current one.'),
    acknowledgeFrom: always,
  }),
  ToldAttempt: changed('Attempt', 'An attempt as an event tells it.', [], {
    openedAt: always,
    redirectUrl: always,
    expiresAt: always,
  }),
  ToldPractice: changed('Practice', 'A practice as an event tells it.', [], {
    payments: listOf(ref('PaidPayment'), 'Of its charges, in their order.', { minItems: 1, maxItems: 2 }),
    updatedAt: ref('Instant'),
  }),
  PaidPayment: exactly<Record<'paymentId' | 'practiceId' | 'kind' | 'state', unknown>>('A payment, in short.', {
    paymentId: ref('PaymentId'),
    practiceId: ref('PracticeId'),
    kind: ref('ChargeKind'),
    state: text('It is paid.', { enum: ['paid'] }),
  }),
};
