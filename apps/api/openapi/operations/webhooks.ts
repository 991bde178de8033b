import { webhook } from '../examples/requests.js';
import { deliveries, enabledWebhook, newWebhook, redelivery, rotatedSecret, webhooks } from '../examples/webhooks.js';
import type { Routes } from '../operation.js';
import { json, jsonBody, operationOf } from '../operation.js';
import { ref } from '../schema.js';

/** Who is told what happens. */
export const webhookRoutes: Routes = {
  '/v1/webhooks': {
    get: operationOf('get', {
      id: 'listWebhooks',
      tag: 'webhooks',
      summary: 'Elenca le destinazioni, senza segreti',
      description: 'The endpoints, without their secrets.',
      access: 'everybody',
      parameters: ['WebhookCursor', 'Limit'],
      answer: {
        status: 200,
        description: 'Una pagina di destinazioni / One page of endpoints.',
        content: json(ref('WebhookList'), webhooks),
      },
    }),
    post: operationOf('post', {
      id: 'registerWebhook',
      tag: 'webhooks',
      summary: 'Registra una destinazione per gli eventi',
      description: 'Registers an endpoint; its secret is shown here only.',
      access: ['service'],
      body: jsonBody(ref('WebhookRequest'), { all: { summary: 'Tutti gli eventi / every event', value: webhook } }),
      answer: {
        status: 201,
        description: 'La destinazione con il suo segreto / The endpoint with its secret.',
        content: json(ref('NewWebhook'), newWebhook),
      },
      refusals: {
        422: {
          description: 'Indirizzo non ammesso / The URL is not one that messages may be sent to.',
          examples: ['target', 'keyUsed'],
        },
      },
    }),
  },
  '/v1/webhooks/{webhookId}': {
    delete: operationOf('delete', {
      id: 'removeWebhook',
      tag: 'webhooks',
      summary: 'Elimina una destinazione',
      description: 'Sends nothing there any more, and forgets its deliveries.',
      access: ['service'],
      parameters: ['WebhookId'],
      answer: { status: 204, description: 'Eliminata / It is gone.' },
      refusals: { 404: 'notFound' },
    }),
  },
  '/v1/webhooks/{webhookId}/enable': {
    post: operationOf('post', {
      id: 'enableWebhook',
      tag: 'webhooks',
      summary: 'Riabilita una destinazione che aveva risposto 410',
      description:
        'Sends to an endpoint again that was disabled: first what waited for it and what happened meanwhile, as long as it ' +
        'is kept, in the order of each subject. What was given up before stays `undelivered`. One that is not disabled ' +
        'stays as it is.',
      access: ['service'],
      parameters: ['WebhookId'],
      answer: {
        status: 200,
        description: 'La destinazione, abilitata / The endpoint, enabled.',
        content: json(ref('Webhook'), enabledWebhook),
      },
      refusals: { 404: 'notFound' },
    }),
  },
  '/v1/webhooks/{webhookId}/rotate-secret': {
    post: operationOf('post', {
      id: 'rotateWebhookSecret',
      tag: 'webhooks',
      summary: 'Sostituisce il segreto di una destinazione',
      description: 'Gives an endpoint a new secret, shown here only; the former one signs beside it for a while.',
      access: ['service'],
      parameters: ['WebhookId'],
      answer: {
        status: 200,
        description: 'Il nuovo segreto / The new secret, and until when the former one signs too.',
        content: json(ref('RotatedSecret'), rotatedSecret),
      },
      refusals: { 404: 'notFound' },
    }),
  },
  '/v1/webhooks/{webhookId}/deliveries': {
    get: operationOf('get', {
      id: 'listDeliveries',
      tag: 'webhooks',
      summary: 'Elenca le consegne, le più recenti prima',
      description: 'How the messages to an endpoint stand, the newest first.',
      access: 'everybody',
      parameters: ['WebhookId', 'DeliveryCursor', 'Limit'],
      answer: {
        status: 200,
        description: 'Una pagina di consegne / One page of deliveries.',
        content: json(ref('DeliveryList'), deliveries),
      },
      refusals: { 404: 'notFound' },
    }),
  },
  '/v1/webhooks/{webhookId}/deliveries/{deliveryId}/redeliver': {
    post: operationOf('post', {
      id: 'redeliver',
      tag: 'webhooks',
      summary: 'Riconsegna un messaggio',
      description: 'Sends a message once more, under the same id; one that waits is sent now.',
      access: ['service'],
      parameters: ['WebhookId', 'DeliveryId'],
      answer: { status: 202, description: 'Verrà inviato / It is due.', content: json(ref('Redelivery'), redelivery) },
      refusals: {
        404: 'notFound',
        409: {
          description: 'Destinazione disabilitata / The endpoint is disabled.',
          examples: ['disabled', 'stillRunning'],
        },
      },
    }),
  },
};
