import { openedPractice, settledPractice, withdrawnPractice } from '../examples/payments.js';
import { practiceRequests, reason } from '../examples/requests.js';
import { locationHeader } from '../headers.js';
import type { Routes } from '../operation.js';
import { json, jsonBody, operationOf } from '../operation.js';
import { ref } from '../schema.js';

const given = jsonBody(ref('PracticeRequest'), practiceRequests);

export const practiceRoutes: Routes = {
  '/v1/practices': {
    post: operationOf('post', {
      id: 'openPractice',
      tag: 'practices',
      summary: 'Paga e Invia: apre una pratica e i suoi pagamenti',
      description:
        'Opens a practice and its payments. The same content again gives the same answer and nothing new; other content ' +
        'is a 409, and PUT replaces it.',
      access: ['service'],
      body: given,
      answer: {
        status: 202,
        description: 'La pratica, presa in carico / The practice, taken in.',
        headers: locationHeader,
        content: json(ref('Practice'), openedPractice),
      },
      refusals: {
        409: {
          description: 'Contenuto diverso / The practice is there with other content.',
          examples: ['otherContent', 'stillRunning'],
        },
        422: {
          description: 'Valori impossibili / The values cannot be: `errors` names each.',
          examples: ['taxCode', 'keyUsed'],
        },
      },
    }),
  },
  '/v1/practices/{practiceId}': {
    get: operationOf('get', {
      id: 'readPractice',
      tag: 'practices',
      summary: 'Legge una pratica con i suoi pagamenti',
      description: 'A practice with its payments.',
      access: 'everybody',
      parameters: ['PracticeId'],
      answer: {
        status: 200,
        description: 'La pratica / The practice.',
        content: json(ref('Practice'), settledPractice),
      },
      refusals: { 404: 'shared' },
    }),
    put: operationOf('put', {
      id: 'replacePractice',
      tag: 'practices',
      summary: 'Sostituisce il contenuto di una pratica',
      description:
        'Gives a practice other content. A charge that stays the same keeps its payment; one that changes or is left out ' +
        'must be neither paid nor in progress. The same content again changes nothing.',
      access: ['service'],
      parameters: ['PracticeId'],
      body: given,
      answer: {
        status: 200,
        description: 'La pratica come è ora / The practice as it is now.',
        content: json(ref('Practice'), openedPractice),
      },
      refusals: {
        404: 'shared',
        409: {
          description: 'Pagamento in corso o pagato / A payment of a charge to be replaced is paid or in progress.',
          examples: ['underWay'],
        },
        422: {
          description: 'Valori impossibili / The values cannot be, or the body names another practice.',
          examples: ['taxCode'],
        },
      },
    }),
  },
  '/v1/practices/{practiceId}/withdraw': {
    post: operationOf('post', {
      id: 'withdrawPractice',
      tag: 'practices',
      summary: 'Ritira una pratica: ciò che non è pagato viene annullato',
      description: 'Withdraws a practice: what is unpaid is annulled. Asked for again, the same.',
      access: ['service'],
      parameters: ['PracticeId'],
      body: jsonBody(ref('ReasonRequest'), { reason: { summary: 'Perché / why', value: reason } }),
      answer: {
        status: 202,
        description: 'La pratica, ritirata / The practice, withdrawn.',
        content: json(ref('Practice'), withdrawnPractice),
      },
      refusals: {
        404: 'shared',
        409: {
          description: 'Pagamento in corso / A payment is in progress, and nothing was annulled.',
          examples: ['underWay', 'stillRunning'],
        },
      },
    }),
  },
};
