import { EVENT_TYPES } from '../events/event-types.js';
import { validator } from './validation.js';

/** `POST /v1/webhooks`. What a URL may lead to is decided where messages are sent. */
export interface WebhookRequest {
  readonly url: string;
  readonly eventTypes: readonly string[];
}

export const webhookSchema = {
  type: 'object',
  required: ['url', 'eventTypes'],
  additionalProperties: false,
  properties: {
    url: {
      type: 'string',
      minLength: 1,
      maxLength: 2048,
      description: 'Where messages are sent: an address https://… of the open network.',
      examples: ['https://portos.example.org/hooks/payments'],
    },
    eventTypes: {
      type: 'array',
      minItems: 1,
      maxItems: EVENT_TYPES.length,
      uniqueItems: true,
      items: { type: 'string', enum: EVENT_TYPES },
      description: 'Which events are sent there.',
    },
  },
} as const;

/** @throws RequestRefused naming every fault */
export const parseWebhookRequest = validator<WebhookRequest>(webhookSchema);
