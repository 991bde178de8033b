/** The door of the client: what the PORTOS backend uses from outside. It imports nothing else of this tree. */

export type {
  AnnulCommand,
  Charge,
  InitializeBody,
  RegenerateCommand,
  StampDuty,
  VerifyCommand,
  WithIdempotencyKey,
  WithRequestId,
} from './commands.js';
export { CommandFailed, PaymentsUnreachable, QueueUnreachable, ResultUnknown, WebhookRefused } from './errors.js';
export type { WebhookRefusal } from './errors.js';
export type { ConnectionOptions, Credentials } from './connection.js';
export type * from './operations.js';
export type { Page, Pages } from './pages.js';
export { createPaymentsClient } from './payments-client.js';
export type { PaymentsClient } from './payments-client.js';
export { PaymentsProblem } from './problem.js';
export type { ProblemExtensions } from './problem.js';
export type * from './schemas.js';
export type { RetryOptions } from './transport.js';
export { createCommandProducer } from './producer.js';
export type { CommandAnswer, CommandProducer, CommandProducerOptions, Enqueued } from './producer.js';
export { verifyWebhook } from './webhook.js';
export type { WebhookHeaders } from './webhook.js';
