import type { Pages } from './pages.js';
import type * as api from './schemas.js';

/** What may be said of a call besides its content. */
export interface CallOptions {
  /** Names the request in the log of PORTOS Payments; a random UUID if not given. */
  readonly requestId?: string;
  /** Ends the call, wherever it is; whether the API has carried it out is then not known. */
  readonly signal?: AbortSignal;
}

/** Of a call that changes something. */
export interface CommandOptions extends CallOptions {
  /**
   * Names this one command, 1 to 255 visible ASCII characters without personal data; a random UUID if not given. Keep it
   * with what you were doing, and after a crash call again with it: it has one effect and one answer.
   */
  readonly idempotencyKey?: string;
}

/** One attestation, byte for byte as it came. */
export interface ReceiptDocument {
  readonly contentType: string;
  readonly content: Uint8Array;
  /** null when none was given. */
  readonly fileName: string | null;
}

/**
 * All of them resolve with what the API answered.
 * @throws PaymentsProblem when it refused, PaymentsUnreachable when no answer came, the signal's reason when it was aborted
 */
export interface PracticeOperations {
  /** "Paga e Invia": opens a practice and its payments. The same content again gives the same answer. */
  open(practice: api.PracticeRequest, options?: CommandOptions): Promise<api.Practice>;
  get(practiceId: string, options?: CallOptions): Promise<api.Practice>;
  /** Gives it other content; a charge that stays the same keeps its payment. All or nothing. */
  replace(practiceId: string, practice: api.PracticeRequest, options?: CallOptions): Promise<api.Practice>;
  /** What is unpaid is annulled. All or nothing. */
  withdraw(practiceId: string, why: api.ReasonRequest, options?: CommandOptions): Promise<api.Practice>;
}

/** As PracticeOperations. */
export interface PaymentOperations {
  /** The newest first. */
  list(query?: api.PaymentQuery, options?: CallOptions): Pages<api.Payment>;
  get(paymentId: string, options?: CallOptions): Promise<api.Payment>;
  /**
   * Asks for a payment, at pauses that grow to 2 s, until it is as it is waited for. A webhook tells it sooner.
   * @param options.timeoutMs how long, 60 000 if not given
   * @throws ResultUnknown when it is not so in time
   */
  until(
    paymentId: string,
    isReached: (payment: api.Payment) => boolean,
    options?: CallOptions & { readonly timeoutMs?: number },
  ): Promise<api.Payment>;
  /** Where to send the payer, in the same tab; ask each time, never store it. */
  redirect(paymentId: string, options?: CommandOptions): Promise<api.Redirection>;
  /** "Rigenera": a new attempt in place of the one that is named. A 429 `too-soon` is not waited for: it may be long. */
  regenerate(paymentId: string, attempt: api.RegenerateRequest, options?: CommandOptions): Promise<api.Payment>;
  annul(paymentId: string, why: api.ReasonRequest, options?: CommandOptions): Promise<api.Payment>;
  /** Has IRIS asked now; the answer decides, and comes later. */
  verify(paymentId: string, why?: api.VerifyRequest, options?: CommandOptions): Promise<api.Payment>;
  /** Everything that was decided, refusals included, the oldest first. */
  history(paymentId: string, query?: api.HistoryQuery, options?: CallOptions): Pages<api.HistoryItem>;
  /** The attestations that are here. */
  receipts(paymentId: string, options?: CallOptions): Promise<readonly api.Receipt[]>;
  receipt(paymentId: string, idPagamento: string, options?: CallOptions): Promise<ReceiptDocument>;
}

/** What needs a person. As PracticeOperations. */
export interface IncidentOperations {
  /** The newest first. */
  list(query?: api.IncidentQuery, options?: CallOptions): Pages<api.Incident>;
  get(incidentId: string, options?: CallOptions): Promise<api.Incident>;
  /** Decides about it, once. */
  resolve(incidentId: string, resolution: api.ResolutionRequest, options?: CommandOptions): Promise<api.Incident>;
  /** Tries once more what was given up. */
  redrive(incidentId: string, options?: CommandOptions): Promise<api.Incident>;
}

/** As PracticeOperations. */
export interface WebhookOperations {
  /** The answer's `secret` is shown here only. */
  register(webhook: api.WebhookRequest, options?: CommandOptions): Promise<api.NewWebhook>;
  list(query?: api.WebhookQuery, options?: CallOptions): Pages<api.Webhook>;
  /** Sent again after a lost answer it may refuse with `not-found`: it is gone. */
  remove(webhookId: string, options?: CallOptions): Promise<void>;
  /** Sends there again after it answered 410: what it missed comes first, of each subject in order. */
  enable(webhookId: string, options?: CommandOptions): Promise<api.Webhook>;
  /** A new secret, shown here only; the former one signs beside it for a while. */
  rotateSecret(webhookId: string, options?: CommandOptions): Promise<api.RotatedSecret>;
  /** The newest first. */
  deliveries(webhookId: string, query?: api.DeliveryQuery, options?: CallOptions): Pages<api.Delivery>;
  /** Sends a message once more, under the same id. */
  redeliver(webhookId: string, deliveryId: string, options?: CommandOptions): Promise<api.Redelivery>;
}

/** What may happen, for developers. As PracticeOperations. */
export interface MachineOperations {
  list(options?: CallOptions): Promise<readonly api.MachineSummary[]>;
  get(name: api.MachineName, options?: CallOptions): Promise<api.Machine>;
  /** How many instances are in which state. */
  counts(name: api.MachineName, options?: CallOptions): Promise<api.InstanceCounts>;
  /** An SVG, with the delays of this installation. */
  draw(name: 'payment' | 'practice', options?: CallOptions): Promise<string>;
}

/** How the service is. As PracticeOperations: one that is not well refuses with 503. */
export interface ServiceOperations {
  status(options?: CallOptions): Promise<api.ProblemBody>;
  live(options?: CallOptions): Promise<api.Health>;
  ready(options?: CallOptions): Promise<api.Health>;
}
