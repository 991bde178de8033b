/** What payments mean here: the commands, the effects behind the machines, the views. Knows engine and machines. */

export type { Caller } from './commands/payment-commands.js';
export type { CommandAnswer, CommandOutcome, QueuedCommand } from './commands/queued-command.js';
export { giveQueuedCommand, noteOf, requestIdOfJob } from './commands/queued-command.js';
export type { RegenerateRequest } from './commands/regenerate.js';
export type { ResolutionRequest } from './commands/resolve-incident.js';
export { CommandRefused, ErasureRefused, NotFound, ResolutionRefused, TooSoon } from './errors.js';
export { PAYMENT_STATES } from './machines.js';
export { assemblePayments, configuredMachines, configuredRegistry } from './assembly.js';
export type { AssembledPayments, FromRequest, PaymentCommands } from './assembly.js';
export type { CommandKey } from './commands/command-key.js';
export { createPayments, openRecords } from './payments.js';
export type { OpenedRecords, Payments, PaymentsDependencies } from './payments.js';
export type { Records } from './records.js';
export { AnswerBook, keyHashOf } from './postgres/answer-book.js';
export type { KeyedRequest, Once, StoredAnswer } from './postgres/answer-book.js';
export { ApiKeyRegister, isKeyText, isRole, ROLES } from './postgres/api-key-register.js';
export type { ApiKey, Role } from './postgres/api-key-register.js';
export { ErasureBook } from './postgres/erasure-book.js';
export type { Erased, RetentionTerms } from './postgres/erasure-book.js';
export type { CheckedAttestation } from './postgres/attestation-shelf.js';
export type { Closing, StoredIncident } from './postgres/incident-book.js';
export { migrateAll } from './postgres/migrations.js';
export { problem, PROBLEM_NAMES, problemOf } from './problems.js';
export type { Problem, ProblemName } from './problems.js';
export { isRequestId } from './request-id.js';
export {
  COMMAND_QUEUE,
  COMMANDS,
  commandJobSchemas,
  QUEUE_PREFIX,
  subjectOf,
  withoutPersonalData,
} from './requests/command-jobs.js';
export type { CommandName } from './requests/command-jobs.js';
export { INCIDENT_KINDS, parseIncidentQuery } from './requests/incident-query.js';
export type { IncidentQuery } from './requests/incident-query.js';
export { parsePaymentQuery } from './requests/payment-query.js';
export type { PaymentQuery } from './requests/payment-query.js';
export { parsePracticeRequest, parsePracticeRequestFor } from './requests/practice-request.js';
export type { PracticeRequest } from './requests/practice-request.js';
export { EVENT_TYPES, isPracticeEvent } from './events/event-types.js';
export type { EventType } from './events/event-types.js';
export {
  annulSchema,
  chargeSchemas,
  payerSchema,
  practiceSchema,
  regenerateBodySchema,
  regenerateSchema,
  resolutionSchema,
  stampDutySchema,
  verifySchema,
} from './requests/schemas.js';
export { parseWebhookRequest, webhookSchema } from './requests/webhook-request.js';
export type { WebhookRequest } from './requests/webhook-request.js';
export { assertShallow, RequestRefused, validator } from './requests/validation.js';
export type { Fault } from './requests/validation.js';
export type { HistoryItem } from './views/history-view.js';
export type { IncidentView } from './views/incident-views.js';
export type { PaymentView, PositionView } from './views/payment-view.js';
export type { ReceiptDocument, ReceiptView } from './views/receipt-views.js';
export type { PracticeView } from './views/payment-views.js';
