import type { RegenerateRequest } from '../commands/regenerate.js';
import { isPaymentId } from '../identifiers.js';
import { annulSchema, isPracticeId, practiceSchema, regenerateSchema } from './schemas.js';
import { RequestRefused, validator } from './validation.js';

/** The queue that PORTOS may enqueue commands in, instead of calling the API. */
export const COMMAND_QUEUE = 'payment-commands';

/** What the names of all our queues begin with on their server; the braces keep them on one node of a Redis Cluster. */
export const QUEUE_PREFIX = '{portos}';

export const COMMANDS = ['initialize', 'regenerate', 'annul', 'verify'] as const;
/** The name of a job: what is asked for. There is no job that could say what happened. */
export type CommandName = (typeof COMMANDS)[number];

const ids = {
  paymentId: {
    type: 'string',
    pattern: '^pay_[0-9a-f]{32}$',
    description: 'the paymentId of a former answer',
    examples: ['pay_0123456789abcdef0123456789abcdef'],
  },
  idempotencyKey: {
    type: 'string',
    pattern: '^[\\x20-\\x7e]{1,100}$',
    description:
      '1 to 100 printable ASCII characters, without personal data; the same when a command is enqueued again',
  },
  requestId: {
    type: 'string',
    pattern: '^[\\x21-\\x7e]{1,128}$',
    description:
      '1 to 128 visible ASCII characters, without personal data: what the caller follows the command by, as X-Request-ID over HTTP; the id of the job if it is not given',
  },
} as const;

/** The data of a job: the body of the HTTP call, the ids of its path, and a key. */
export const commandJobSchemas = {
  initialize: {
    ...practiceSchema,
    required: [...practiceSchema.required, 'idempotencyKey'],
    properties: { ...practiceSchema.properties, idempotencyKey: ids.idempotencyKey, requestId: ids.requestId },
  },
  regenerate: {
    ...regenerateSchema,
    required: ['paymentId', ...regenerateSchema.required],
    properties: { ...ids, ...regenerateSchema.properties },
  },
  annul: {
    ...annulSchema,
    required: ['paymentId', ...annulSchema.required, 'idempotencyKey'],
    properties: { ...ids, ...annulSchema.properties },
  },
  verify: {
    type: 'object',
    required: ['paymentId', 'idempotencyKey'],
    additionalProperties: false,
    properties: ids,
  },
} as const satisfies Record<CommandName, object>;

interface InitializeData {
  readonly practiceId: string;
  readonly practiceType: unknown;
  readonly payer: unknown;
  readonly charges: readonly object[];
  readonly returnUrl: unknown;
  readonly idempotencyKey: string;
  readonly requestId?: string;
}

interface PaymentData {
  readonly paymentId: string;
  readonly idempotencyKey: string;
  readonly requestId?: string;
}

/** A job whose data has the shape of its schema. */
export type CommandJob =
  | { readonly name: 'initialize'; readonly data: InitializeData }
  | {
      readonly name: 'regenerate';
      readonly data: Omit<RegenerateRequest, 'reason'> & Pick<PaymentData, 'paymentId'> & Partial<PaymentData>;
    }
  | { readonly name: 'annul'; readonly data: PaymentData & { readonly reason: string } }
  | { readonly name: 'verify'; readonly data: PaymentData };

type DataOf<Name extends CommandName> = Extract<CommandJob, { readonly name: Name }>['data'];

const read = {
  initialize: validator<DataOf<'initialize'>>(commandJobSchemas.initialize),
  regenerate: validator<DataOf<'regenerate'>>(commandJobSchemas.regenerate),
  annul: validator<DataOf<'annul'>>(commandJobSchemas.annul),
  verify: validator<DataOf<'verify'>>(commandJobSchemas.verify),
};

/** As much as a body over HTTP may hold. */
const MAX_CHARACTERS = 100_000;

/** @throws RequestRefused naming every fault; no value is repeated in it. */
export function readCommandJob(name: string, data: unknown): CommandJob {
  if (sizeOf(data) > MAX_CHARACTERS) throw malformed(`must not hold more than ${MAX_CHARACTERS} characters`);
  switch (name) {
    case 'initialize':
      return { name, data: read.initialize(data) };
    case 'regenerate':
      return { name, data: read.regenerate(data) };
    case 'annul':
      return { name, data: read.annul(data) };
    case 'verify':
      return { name, data: read.verify(data) };
    default:
      throw malformed(`belongs to no known command; the name of a job must be one of ${COMMANDS.join(', ')}`);
  }
}

const malformed = (message: string) => new RequestRefused('schema', [{ pointer: '', message }]);

function sizeOf(data: unknown): number {
  try {
    return JSON.stringify(data ?? null).length;
  } catch {
    return Infinity; // nested too deep to be written down
  }
}

const REMOVED = '[removed]';

/**
 * The data of a job as it may lie in the queue once it is decided: without the payer and without free text. Of data
 * that is malformed only what is known to be harmless is kept, because the rest may be anything. Data that holds neither
 * is given back itself.
 */
export function withoutPersonalData(name: string, data: unknown): object {
  const job = readable(name, data);
  if (!job) return harmlessIn(data);
  if (job.name === 'annul') return { ...job.data, reason: REMOVED };
  if (job.name !== 'initialize') return job.data;
  const charges = job.data.charges.map((charge) => ('reason' in charge ? { ...charge, reason: REMOVED } : charge));
  return { ...job.data, charges, payer: REMOVED };
}

function readable(name: string, data: unknown): CommandJob | null {
  try {
    return readCommandJob(name, data);
  } catch {
    return null;
  }
}

const HARMLESS: Readonly<Record<string, (value: unknown) => boolean>> = {
  practiceId: (value) => typeof value === 'string' && isPracticeId(value),
  paymentId: (value) => typeof value === 'string' && isPaymentId(value),
  attempt: (value) => Number.isSafeInteger(value),
  acknowledgeInFlight: (value) => typeof value === 'boolean',
};

/** What a job is about, as far as it is known to be harmless: identifiers, the number of an attempt. */
export function subjectOf(data: unknown): Record<string, unknown> {
  const given = typeof data === 'object' && data !== null ? (data as Record<string, unknown>) : {};
  const kept = Object.entries(HARMLESS).filter(
    ([name, isHarmless]) => Object.hasOwn(given, name) && isHarmless(given[name]),
  );
  return Object.fromEntries(kept.map(([name]) => [name, given[name]]));
}

function harmlessIn(data: unknown): object {
  const hasPayer = typeof data === 'object' && data !== null && Object.hasOwn(data, 'payer');
  return { ...subjectOf(data), ...(hasPayer ? { payer: REMOVED } : {}) };
}
