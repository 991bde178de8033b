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
export { CommandFailed, QueueUnreachable, ResultUnknown } from './errors.js';
export { createCommandProducer } from './producer.js';
export type { CommandAnswer, CommandProducer, CommandProducerOptions, Enqueued } from './producer.js';
