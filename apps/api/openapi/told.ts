import type { EventType } from '#libs/payments';
import { isPracticeEvent } from '#libs/payments';
import { paymentEvent, practiceEvent } from './examples/webhooks.js';
import { SIGNATURE, toParameter } from './parameters.js';
import { ref } from './schema.js';

/** When each event is told: in Italian, then in English. */
const NEWS: Readonly<Record<EventType, readonly [string, string]>> = {
  'it.toscana.portos.payment.initialized.v1': ['Il pagamento è nato', 'The payment was begun.'],
  'it.toscana.portos.payment.redirected.v1': ['Il pagatore è su IRIS', 'The payer was sent to IRIS.'],
  'it.toscana.portos.payment.paid.v1': ['Il pagamento è pagato', 'Every item of the payment is settled.'],
  'it.toscana.portos.payment.rejected.v1': ['Il pagamento è rifiutato', 'The payment was refused.'],
  'it.toscana.portos.payment.annulled.v1': ['Il pagamento è annullato', 'The payment was annulled.'],
  'it.toscana.portos.payment.not-concluded.v1': ['Il pagamento non è concluso', 'The payment came to no end in time.'],
  'it.toscana.portos.payment.regenerated.v1': [
    'Il pagamento è rigenerato',
    'A new attempt takes the place of the old.',
  ],
  'it.toscana.portos.payment.receipt-available.v1': ['Un attestato è disponibile', 'An attestation is here.'],
  'it.toscana.portos.payment.duplicate-detected.v1': ['Pagato due volte', 'Money came twice; it is to be given back.'],
  'it.toscana.portos.practice.settled.v1': ['La pratica è saldata', 'All payments of the practice are paid.'],
};

/** What each event looks like to its receiver, and when it comes. */
export const newsOf = (type: EventType) => {
  const [summary, description] = NEWS[type];
  const isOfPractice = isPracticeEvent(type);
  return {
    summary,
    description,
    name: type.replace(/^it\.toscana\.portos\.|\.v1$/g, ''),
    schema: ref(isOfPractice ? 'PracticeEvent' : 'PaymentEvent'),
    example: isOfPractice ? practiceEvent : paymentEvent(type),
  };
};

/** An event as a webhook (OpenAPI 3.1): the request that its receiver gets, and what the receiver may answer. */
export function toldBy(type: EventType): Readonly<Record<'post', unknown>> {
  const { summary, description, name, schema, example } = newsOf(type);
  return {
    post: {
      operationId: `tell-${name.replaceAll('.', '-')}`,
      tags: ['webhooks'],
      security: [],
      summary,
      description: `${description} Events of one subject come in their order, each at least once.`,
      parameters: SIGNATURE.map(toParameter),
      requestBody: { required: true, content: { 'application/cloudevents+json': { schema, example } } },
      responses: {
        204: { description: 'Ricevuto / It is stored. Any 2xx will do, within 10 s.' },
        410: { description: 'Non più / Nobody listens here any more: the endpoint is disabled.' },
        503: { description: 'Riprova / Anything else, or nothing: it is sent again, for three days.' },
      },
    },
  };
}
