import type { Problem } from '#libs/payments';
import { problem } from '#libs/payments';
import { INCIDENT_ID, PAYMENT_ID } from './values.js';

const CORRECT = 'Correct the values listed in errors and send it again.';
const conflict = (detail: string, more: object): Problem =>
  problem(409, 'conflict', 'Not possible now', detail, { state: null, allowedActions: [], ...more });

export const problems = {
  malformed: problem(400, 'malformed-request', 'The request is malformed', CORRECT, {
    errors: [{ pointer: '/limit', message: 'must be a whole number from 1 to 200' }],
  }),
  missingReason: problem(400, 'malformed-request', 'The request is malformed', CORRECT, {
    errors: [{ pointer: '/reason', message: 'is required' }],
  }),
  notJson: problem(
    400,
    'malformed-request',
    'The request is malformed',
    'The body is not JSON. Send a JSON object with Content-Type application/json.',
  ),
  unauthenticated: problem(
    401,
    'unauthenticated',
    'Authentication is missing',
    'Send the header "Authorization: Bearer <API key or token>" with one that is valid.',
  ),
  forbidden: problem(403, 'forbidden', 'Not allowed', 'This key may not do that; it needs a role of: service, admin.'),
  notFound: problem(404, 'not-found', 'Not found', 'There is no such payment; check the identifier.'),
  erased: problem(404, 'erased', 'Erased', 'The document of this receipt was erased on 2036-11-21.'),
  stillRunning: problem(
    409,
    'still-running',
    'Still running',
    'The first request under this Idempotency-Key is still worked on. Send it again for its answer.',
    { retryAfterSeconds: 1 },
  ),
  otherContent: conflict('a practice of this id has other content. Replace it with PUT.', {}),
  underWay: conflict(`bolli (${PAYMENT_ID}): a payment is under way.`, {
    payments: [
      { paymentId: PAYMENT_ID, kind: 'bolli', state: 'redirected.inProgress', reason: 'a payment is under way' },
    ],
  }),
  opening: conflict(
    'the payment is being opened at IRIS. The payment is in state initialized.opening. Allowed now: annul, verify.',
    { state: 'initialized.opening', allowedActions: ['annul', 'verify'], retryAfterSeconds: 2 },
  ),
  quarantined: conflict(
    `an incident must be resolved first. To be resolved: ${INCIDENT_ID}. The payment is in state annulled. Allowed now: verify.`,
    { state: 'annulled', allowedActions: ['verify'], incidents: [INCIDENT_ID] },
  ),
  paid: conflict('the payment is paid. The payment is in state paid.settled. Allowed now: verify.', {
    state: 'paid.settled',
    allowedActions: ['verify'],
  }),
  decided: problem(409, 'conflict', 'Not possible now', 'it was closed already, by "settle".', {
    allowedResolutions: [],
  }),
  disabled: conflict('the endpoint is disabled; enable it when it listens again.', {}),
  tooLarge: problem(413, 'too-large', 'The request is too large', 'Send a smaller body.'),
  unsupported: problem(
    415,
    'unsupported-media-type',
    'Media type not supported',
    'Send the body as application/json in UTF-8.',
  ),
  taxCode: problem(422, 'invalid-values', 'The values cannot be', CORRECT, {
    errors: [
      {
        pointer: '/payer/fiscalCode',
        message: 'is not a codice fiscale or partita IVA whose check character holds; check it for a typing error',
      },
    ],
  }),
  noSuchAttempt: problem(422, 'invalid-values', 'The values cannot be', CORRECT, {
    errors: [{ pointer: '/attempt', message: 'there is no such attempt; the current one is number 1' }],
  }),
  target: problem(422, 'invalid-values', 'The values cannot be', CORRECT, {
    errors: [
      { pointer: '/url', message: 'must begin with https:// (with WEBHOOK_ALLOW_PRIVATE=true, http:// will do)' },
    ],
  }),
  keyUsed: problem(
    422,
    'idempotency-key-used',
    'The key was used before',
    'This Idempotency-Key was used for a request with another content; give each request a key of its own.',
  ),
  tooMany: problem(
    429,
    'too-many-requests',
    'Too many requests',
    'No more than 6000 a minute are taken. Try again in 12 s.',
    { retryAfterSeconds: 12 },
  ),
  tooSoon: problem(429, 'too-soon', 'Too soon', 'it was regenerated a moment ago. Try again in 21 s.', {
    state: 'annulled',
    retryAfterSeconds: 21,
  }),
  internal: problem(
    500,
    'internal',
    'Internal error',
    'The request could not be completed and may be repeated. If it persists, tell the operator its X-Request-ID.',
  ),
  unavailable: problem(
    503,
    'unavailable',
    'Not available',
    'A part of the system cannot be reached now, or is still busy with the same. Send it again in a moment.',
    { retryAfterSeconds: 5 },
  ),
  works: problem(200, 'none', 'OK', 'The service works.'),
  broken: problem(503, 'unavailable', 'Not available', 'The database cannot be reached.'),
} as const;

export type ProblemExample = keyof typeof problems;
