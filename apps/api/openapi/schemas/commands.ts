import type { CommandAnswer } from '#libs/payments';
import { commandJobSchemas } from '#libs/payments';
import type { Schema } from '../schema.js';
import { exactly, ref, text } from '../schema.js';

/** The data of jobs, by name: the very schemas that they are validated with. */
export const commandSchemas: Readonly<Record<string, Schema>> = {
  InitializeCommand: commandJobSchemas.initialize,
  RegenerateCommand: commandJobSchemas.regenerate,
  AnnulCommand: commandJobSchemas.annul,
  VerifyCommand: commandJobSchemas.verify,
};

const status: Schema = { type: 'integer', format: 'int32', enum: [202], description: 'As HTTP would have answered.' };

/** What jobs come to. */
export const commandAnswerSchemas: Readonly<Record<string, Schema>> = {
  PracticeAnswer: exactly<Required<CommandAnswer>>('The result of a job `initialize`.', {
    status,
    location: text('Where the practice is read over HTTP.', { format: 'uri-reference' }),
    body: ref('Practice'),
  }),
  PaymentAnswer: exactly<Omit<CommandAnswer, 'location'>>('The result of any other job.', {
    status,
    body: ref('Payment'),
  }),
  CommandRefusal: text(
    'Why a job failed (`failedReason`): the status that HTTP would have answered, and its words, naming every fault.',
    { pattern: '^\\d{3} ', examples: ['404 Not found. There is no such payment; check the identifier.'] },
  ),
};
