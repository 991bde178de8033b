import {
  annulledPayment,
  paidPayment,
  redirectedPayment,
  redirection,
  regeneratedPayment,
} from '../examples/payments.js';
import { operatorReason, reason, regeneration } from '../examples/requests.js';
import type { Routes } from '../operation.js';
import { json, jsonBody, operationOf } from '../operation.js';
import { ref } from '../schema.js';

const thePayment = (example: unknown) => json(ref('Payment'), example);
const OF_A_PERSON = 'An operator or administrator must give a reason; it is recorded.';

/** Payments, and what may be done with them. */
export const paymentRoutes: Routes = {
  '/v1/payments': {
    get: operationOf('get', {
      id: 'listPayments',
      tag: 'payments',
      summary: 'Elenca i pagamenti, i più recenti prima',
      description: 'Payments, the newest first. A parameter that is not known is a 400.',
      access: 'everybody',
      parameters: ['State', 'Kind', 'Named', 'Cursor', 'Limit'],
      answer: {
        status: 200,
        description: 'Una pagina di pagamenti / One page of payments.',
        content: json(ref('PaymentList'), { items: [redirectedPayment], nextCursor: null }),
      },
    }),
  },
  '/v1/payments/{paymentId}': {
    get: operationOf('get', {
      id: 'readPayment',
      tag: 'payments',
      summary: 'Legge un pagamento: stato, attesa, azioni possibili',
      description: 'A payment: its state, until when it waits, what can be done.',
      access: 'everybody',
      parameters: ['PaymentId'],
      answer: { status: 200, description: 'Il pagamento / The payment.', content: thePayment(paidPayment) },
      refusals: { 404: 'shared' },
    }),
  },
  '/v1/payments/{paymentId}/redirect': {
    post: operationOf('post', {
      id: 'redirectPayer',
      tag: 'payments',
      summary: 'Dove inviare il pagatore su IRIS',
      description:
        'Where to send the payer; the same address however often it is asked for within an attempt. Ask at the moment of ' +
        'the click, redirect the browser in the same tab, never store it.',
      access: ['service'],
      parameters: ['PaymentId'],
      answer: {
        status: 200,
        description: "L'indirizzo su IRIS / The address at IRIS, and until when the payer may choose.",
        content: json(ref('Redirection'), redirection),
      },
      refusals: {
        404: 'shared',
        409: {
          description:
            'Non ancora pronto, o non possibile / Not ready yet (`Retry-After`), or not allowed in this state.',
          examples: ['opening', 'paid', 'stillRunning'],
        },
      },
    }),
  },
  '/v1/payments/{paymentId}/regenerate': {
    post: operationOf('post', {
      id: 'regeneratePayment',
      tag: 'payments',
      summary: 'Rigenera pagamento',
      description:
        'Asks for a new attempt in place of the one that is named; IRIS is asked about the old one first. An attempt that ' +
        `was replaced already, or is being replaced, brings nothing new. ${OF_A_PERSON}`,
      access: ['service', 'operator'],
      parameters: ['PaymentId'],
      body: jsonBody(ref('RegenerateRequest'), regeneration),
      answer: {
        status: 202,
        description: 'Il pagamento / The payment.',
        content: thePayment(regeneratedPayment),
      },
      refusals: {
        404: 'shared',
        409: {
          description: 'Non possibile in questo stato / Not allowed in this state, or an incident comes first.',
          examples: ['quarantined', 'paid', 'stillRunning'],
        },
        422: {
          description: 'Tentativo inesistente / There is no such attempt.',
          examples: ['noSuchAttempt', 'keyUsed'],
        },
        429: {
          description: 'Troppo presto / It was regenerated a moment ago, or the quota of this minute is used up.',
          examples: ['tooSoon', 'tooMany'],
        },
      },
    }),
  },
  '/v1/payments/{paymentId}/annul': {
    post: operationOf('post', {
      id: 'annulPayment',
      tag: 'payments',
      summary: 'Annulla un pagamento che nessuno sta pagando',
      description: 'Annuls a payment that nobody is paying; one that is annulled already stays so.',
      access: ['service', 'operator'],
      parameters: ['PaymentId'],
      body: jsonBody(ref('ReasonRequest'), { reason: { summary: 'Perché / why', value: reason } }),
      answer: { status: 202, description: 'Il pagamento, annullato / Annulled.', content: thePayment(annulledPayment) },
      refusals: {
        404: 'shared',
        409: {
          description: 'In corso o pagato / A payment is under way, or it is paid.',
          examples: ['paid', 'stillRunning'],
        },
      },
    }),
  },
  '/v1/payments/{paymentId}/verify': {
    post: operationOf('post', {
      id: 'verifyPayment',
      tag: 'payments',
      summary: 'Chiede subito a IRIS',
      description: `Asks IRIS now; the answer decides, and comes later. ${OF_A_PERSON}`,
      access: ['service', 'operator'],
      parameters: ['PaymentId'],
      body: jsonBody(ref('VerifyRequest'), { ofAPerson: { summary: 'Perché / why', value: operatorReason } }, false),
      answer: {
        status: 202,
        description: "Il pagamento com'è ora / As it stands; the answer is on its way.",
        content: thePayment(redirectedPayment),
      },
      refusals: { 404: 'shared' },
    }),
  },
};
