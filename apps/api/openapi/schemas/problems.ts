import { PROBLEM_NAMES } from '#libs/payments';
import type { Schema } from '../schema.js';
import { exactly, listOf, nullable, ref, text, textOrNull, wholeNumber } from '../schema.js';

/** What a problem may hold: the members of RFC 9457 that are always there, and ours where they apply. */
interface ProblemMembers {
  readonly type: unknown;
  readonly title: unknown;
  readonly status: unknown;
  readonly detail: unknown;
  readonly errors?: unknown;
  readonly retryAfterSeconds?: unknown;
  readonly state?: unknown;
  readonly allowedActions?: unknown;
  readonly allowedResolutions?: unknown;
  readonly incidents?: unknown;
  readonly payments?: unknown;
}

interface Obstacle {
  readonly paymentId: unknown;
  readonly kind: unknown;
  readonly state: unknown;
  readonly reason: unknown;
}

/** Errors as every answer tells them (RFC 9457). */
export const problemSchemas: Readonly<Record<string, Schema>> = {
  Problem: exactly<ProblemMembers>(
    'Un errore / An error: show `detail`, act on `status` and `type`. No value of the request is repeated in it.',
    {
      type: text('What kind of problem it is.', {
        format: 'uri',
        enum: PROBLEM_NAMES.map((name) => `urn:portos:problem:${name}`),
      }),
      title: text('The kind of problem in a few words.', { minLength: 1 }),
      status: wholeNumber('The HTTP status.', 200, { maximum: 599 }),
      detail: text('What is wrong here, and what to do about it.', { minLength: 1 }),
      errors: listOf(ref('Fault'), 'Of bad input (400, 422): every value that is wrong.', { minItems: 1 }),
      retryAfterSeconds: wholeNumber('When it is only too early: how long to wait. As the header Retry-After says.', 1),
      state: textOrNull('Of a conflict (409, 429): the state path of the payment; null when it is about a practice.'),
      allowedActions: listOf(ref('PaymentAction'), 'Of a conflict (409): what may be done instead.'),
      allowedResolutions: listOf(ref('Resolution'), 'Of a conflict (409): what may be decided about the incident.'),
      incidents: listOf(ref('IncidentId'), 'Of a conflict (409): incidents that must be resolved first.'),
      payments: listOf(ref('Obstacle'), 'Of a conflict (409): payments of the practice that stand in the way.'),
    },
    ['errors', 'retryAfterSeconds', 'state', 'allowedActions', 'allowedResolutions', 'incidents', 'payments'],
  ),
  Fault: exactly<{ readonly pointer: unknown; readonly message: unknown }>('What is wrong with one value.', {
    pointer: text('Where: a JSON Pointer into the body, or `/` and the name of a parameter.', {
      examples: ['/payer/fiscalCode'],
    }),
    message: text('What to do about it.', { minLength: 1 }),
  }),
  Obstacle: exactly<Obstacle>('A payment of a practice that cannot be dropped now.', {
    paymentId: ref('PaymentId'),
    kind: nullable(ref('ChargeKind')),
    state: text('State path.', { examples: ['redirected.inProgress'] }),
    reason: text('Why it stands in the way.'),
  }),
};
