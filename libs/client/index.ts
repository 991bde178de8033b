/** The door of the client: what the PORTOS backend uses from outside. It imports nothing else of this tree. */

export type {
  AnnulCommand,
  Charge,
  InitializeBody,
  RegenerateCommand,
  StampDuty,
  VerifyCommand,
  WithIdempotencyKey,
} from './commands.js';
export { CommandFailed, QueueUnreachable, ResultUnknown, WebhookRefused } from './errors.js';
export type { WebhookRefusal } from './errors.js';
export type {
  CloudEventOf,
  EventMoney,
  EventPosition,
  PaymentEvent,
  PaymentEventData,
  PaymentEventType,
  PaymentsEvent,
  PaymentsEventType,
  PracticeEvent,
  PracticeEventData,
  PracticeEventType,
} from './events.js';
export { createCommandProducer } from './producer.js';
export type { CommandAnswer, CommandProducer, CommandProducerOptions, Enqueued } from './producer.js';
export { verifyWebhook } from './webhook.js';
export type { WebhookHeaders } from './webhook.js';
