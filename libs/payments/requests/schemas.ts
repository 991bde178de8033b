/**
 * The bodies of the commands, as JSON Schema: the one source for HTTP, the command queue and the published API
 * description. A schema says what a body looks like; what its values may mean is decided in `practice-request.ts`.
 */

import { holdsPersonalData } from '#libs/platform';

const text = (maxLength: number) => ({ type: 'string', minLength: 1, maxLength }) as const;

const moneySchema = {
  type: 'object',
  required: ['amount', 'currency'],
  additionalProperties: false,
  properties: {
    amount: { ...text(15), description: 'Decimal amount with two digits, above zero.', examples: ['150.00'] },
    currency: { type: 'string', enum: ['EUR'] },
  },
} as const;

export const stampDutySchema = {
  type: 'object',
  required: ['documentHash', 'province'],
  additionalProperties: false,
  properties: {
    documentHash: {
      type: 'string',
      pattern: '^[A-Za-z0-9+/]{43}=$',
      description: 'Base64 of the SHA-256 of the document, 44 characters.',
      examples: ['47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='],
    },
    province: {
      type: 'string',
      pattern: '^[A-Z]{2}$',
      description: "The payer's province, two capital letters.",
      examples: ['FI'],
    },
  },
} as const;

const bolliSchema = {
  type: 'object',
  required: ['kind', 'stampDuties'],
  additionalProperties: false,
  properties: {
    kind: { type: 'string', enum: ['bolli'] },
    stampDuties: { type: 'array', minItems: 1, maxItems: 5, items: stampDutySchema },
  },
} as const;

const istruttoriaSchema = {
  type: 'object',
  required: ['kind', 'amount', 'reason'],
  additionalProperties: false,
  properties: {
    kind: { type: 'string', enum: ['istruttoria'] },
    amount: moneySchema,
    reason: {
      ...text(140),
      pattern: '^[^\\u0000-\\u001f\\u007f]+$',
      description: 'What is paid for, without personal data.',
    },
  },
} as const;

/** What a practice must pay, by its kind. */
export const chargeSchemas = { bolli: bolliSchema, istruttoria: istruttoriaSchema } as const;

export const payerSchema = {
  type: 'object',
  required: ['fiscalCode', 'email'],
  additionalProperties: false,
  properties: {
    fiscalCode: {
      ...text(16),
      description: 'Codice fiscale (16) or partita IVA (11).',
      examples: ['RSSMRA80A01H501U'],
    },
    email: { type: 'string', format: 'email', maxLength: 254, examples: ['mario.rossi@example.org'] },
  },
} as const;

const PRACTICE_ID = '^[A-Za-z0-9._-]{1,35}$';

/** Whether this can name a practice. A tax code cannot, though it has the form: the name stands in URLs and logs. */
export const isPracticeId = (text: string): boolean => new RegExp(PRACTICE_ID).test(text) && !holdsPersonalData(text);

/** "Paga e Invia": `POST /v1/practices`, and the data of the job `initialize`. */
export const practiceSchema = {
  type: 'object',
  required: ['practiceId', 'practiceType', 'payer', 'charges', 'returnUrl'],
  additionalProperties: false,
  properties: {
    practiceId: {
      type: 'string',
      pattern: PRACTICE_ID,
      description: '1 to 35 letters, digits or any of . _ -',
      examples: ['PORTOS-2026-000123'],
    },
    practiceType: { type: 'string', enum: ['istanza', 'fineLavori', 'collaudo'] },
    payer: payerSchema,
    charges: {
      type: 'array',
      minItems: 1,
      maxItems: 2,
      items: {
        type: 'object',
        required: ['kind'],
        discriminator: { propertyName: 'kind' },
        oneOf: [bolliSchema, istruttoriaSchema],
      },
    },
    returnUrl: { type: 'string', format: 'uri', maxLength: 500, examples: ['https://portos.example.org/pratiche/123'] },
  },
} as const;

/** What PORTOS says to regenerate a payment, and the data of the job `regenerate`. */
export const regenerateSchema = {
  type: 'object',
  required: ['attempt'],
  additionalProperties: false,
  properties: {
    attempt: {
      type: 'integer',
      format: 'int32',
      minimum: 1,
      description: 'The number of the attempt to replace.',
      examples: [1],
    },
    acknowledgeInFlight: {
      type: 'boolean',
      description: 'The payer goes on although a payment may still be in flight.',
    },
  },
} as const;

const reasonSchema = {
  ...text(200),
  pattern: '^[^\\u0000-\\u001f\\u007f]+$',
  description: 'Why, on one line and without personal data. An operator must say it.',
} as const;

/** `POST /v1/payments/{paymentId}/regenerate` over HTTP, where a person may ask as well as PORTOS. */
export const regenerateBodySchema = {
  ...regenerateSchema,
  properties: { ...regenerateSchema.properties, reason: reasonSchema },
} as const;

/** `POST /v1/payments/{paymentId}/verify` over HTTP; PORTOS sends no body. */
export const verifySchema = { type: 'object', properties: { reason: reasonSchema } } as const;

/** `POST /v1/incidents/{incidentId}/resolve`. */
export const resolutionSchema = {
  type: 'object',
  required: ['resolution', 'reason'],
  additionalProperties: false,
  properties: {
    resolution: { type: 'string', enum: ['settle', 'refund', 'refunded', 'dismiss'] },
    reason: {
      ...text(200),
      pattern: '^[^\\u0000-\\u001f\\u007f]+$',
      description: 'Why, on one line and without personal data.',
    },
  },
} as const;

/** `POST /v1/payments/{paymentId}/annul` and `POST /v1/practices/{practiceId}/withdraw`, and the data of the job `annul`. */
export const annulSchema = {
  type: 'object',
  required: ['reason'],
  additionalProperties: false,
  properties: {
    reason: { ...text(200), pattern: '^[^\\u0000-\\u001f\\u007f]+$', description: 'Why, without personal data.' },
  },
} as const;
