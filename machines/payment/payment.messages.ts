/**
 * The vocabulary of the payment machine: what it is made of, the events it hears, the effects it asks for.
 * Everything is plain JSON and holds identifiers only: no tax code, no e-mail, no document hash.
 */

/** Stamp duties, paid to the State, or the fee of the region's examination. */
export type ChargeKind = 'bolli' | 'istruttoria';

/** What IRIS reports about one position; the table that reads IRIS's own words stands in `libs/iris`. */
export type Esito =
  'paid' | 'reversed' | 'inProgress' | 'confirming' | 'refused' | 'cancelled' | 'unpaid' | 'unpayable' | 'unknown';

/** Identifiers of a future attempt, allocated before the event that brings them is taken in; one per item at most. */
export interface AttemptIds {
  /** Opaque; the browser brings it back on `/return/{token}`. */
  readonly returnToken: string;
  readonly positions: readonly PositionIds[];
}

/** Names of one position: at IRIS, in our message to it, and at pagoPA. */
export interface PositionIds {
  /** New for every attempt: a re-sent id would hide the attempt still running from IRIS's poll. */
  readonly idPagamento: string;
  readonly idPendenza: string;
  readonly iuv: string;
}

/** One payment IRIS says it took: (IdPagamento, IdTransazione) is one fact, however often it is reported. */
export interface ReportedReceipt {
  /** `null` when it was paid elsewhere and IRIS knows no transaction (PAG_ESEGUITO_OTH). */
  readonly idTransazione: string | null;
  /** `null` when IRIS gives no amount to compare. */
  readonly amountCents: number | null;
}

/** What a person must look at; the words of the public API. */
export type IncidentKind =
  | 'duplicatePayment'
  | 'amountMismatch'
  | 'anomaly'
  | 'parkedEffect'
  | 'unconfirmedNotification'
  | 'receiptProblem'
  | 'misconfiguration';

/** What an operator may decide: the money settles its item, must be refunded, was refunded, or is nothing. */
export type Resolution = 'settle' | 'refund' | 'refunded' | 'dismiss';

// --- events -----------------------------------------------------------------------------------------------------

/** Creates the payment. `attempt.positions` are in the order of the items. */
export interface PaymentInitialized {
  readonly type: 'payment.initialized';
  readonly paymentId: string;
  readonly practiceId: string;
  readonly kind: ChargeKind;
  readonly items: readonly { readonly item: number; readonly amountCents: number }[];
  readonly attempt: AttemptIds;
}

/**
 * PORTOS sends the payer to IRIS. An attempt that has grown stale is opened anew, under `next`; without it the request
 * is refused with `IDENTIFIERS_WANTED`, so that identifiers are given out only where they are needed.
 */
export interface RedirectRequested {
  readonly type: 'redirect.requested';
  readonly next: AttemptIds | null;
}

/** What the machine says of a redirect that would open the payment anew, and brings no identifiers for it. */
export const IDENTIFIERS_WANTED = 'a stale attempt is opened anew under identifiers of its own';

/** What the machine says of a Rigenera that brings nothing new, or comes too early; whoever asked is told them apart. */
export const REGENERATE_REASONS = {
  replaced: 'that attempt was already replaced',
  underway: 'the payment is already being regenerated',
  coolingDown: 'it was regenerated a moment ago',
} as const;

/** What the machine says of a command that must wait until an operator has decided about money. */
export const QUARANTINED = 'an incident must be resolved first';

/** "Rigenera pagamento": names the attempt it replaces, so that a doubled click is harmless. */
export interface RegenerateRequested {
  readonly type: 'regenerate.requested';
  readonly attempt: number;
  /** The payer takes the risk of a payment still in flight; honoured after REGENERATE_CHECK_TIMEOUT, recorded. */
  readonly acknowledgeInFlight: boolean;
  /** Why, where a person asked. */
  readonly reason?: string;
  readonly actor: string;
  readonly next: AttemptIds;
}

/** PORTOS, the payer or an operator wants this payment no longer. */
export interface AnnulRequested {
  readonly type: 'annul.requested';
  readonly reason: string;
}

/**
 * The practice no longer holds the charge: PORTOS replaced it, or withdrew the practice. The payment is annulled for
 * good; money that comes all the same is owed back.
 */
export interface ChargeDropped {
  readonly type: 'charge.dropped';
  readonly because: DropCause;
  readonly reason: string;
}

export type DropCause = 'replaced' | 'withdrawn';

/** "Verify now": asks IRIS, decides nothing. */
export interface VerifyRequested {
  readonly type: 'verify.requested';
  /** Why, where a person asked. */
  readonly reason?: string;
}

/** The browser is back from IRIS. Whatever it says is a hint to ask. */
export interface PayerReturned {
  readonly type: 'payer.returned';
  readonly attempt: number;
}

/** IRIS pushed a positive fact. It is believed when a poll confirms it. */
export interface NotificationReceived {
  readonly type: 'notification.received';
  readonly idPagamento: string;
  readonly idTransazione: string | null;
  readonly amountCents: number;
}

/** PUSH_CONFIRM_TIMEOUT has passed since a notification. */
export interface NotificationDue {
  readonly type: 'notification.due';
  readonly idPagamento: string;
  readonly idTransazione: string | null;
  readonly amountCents: number;
}

/** IRIS opened all positions of an attempt and gave the page to send the payer to. */
export interface AttemptOpened {
  readonly type: 'attempt.opened';
  readonly attempt: number;
  readonly redirectUrl: string;
}

/** IRIS refuses the payer's data. */
export interface AttemptRefused {
  readonly type: 'attempt.refused';
  readonly attempt: number;
  readonly code: string;
}

/** IRIS refuses us: our configuration is wrong and an operator must act. */
export interface AttemptMisconfigured {
  readonly type: 'attempt.misconfigured';
  readonly attempt: number;
  readonly code: string;
}

/** It is proved that IRIS was never reached: the same identifiers may be tried again. */
export interface AttemptUnreached {
  readonly type: 'attempt.unreached';
  readonly attempt: number;
  readonly reason: string;
}

/** The opening's answer was lost: its identifiers are burnt and watched, `next` brings fresh ones. */
export interface AttemptOpeningUnknown {
  readonly type: 'attempt.openingUnknown';
  readonly attempt: number;
  readonly reason: string;
  readonly next: AttemptIds;
}

/** An answer of IRIS about one position. */
export interface PositionReported {
  readonly type: 'position.reported';
  readonly idPagamento: string;
  readonly esito: Esito;
  /** Every decision up to this `seq` was committed before the question was asked. */
  readonly askedAtSeq: number;
  /** Given with `paid` only. */
  readonly receipt: ReportedReceipt | null;
  /** IRIS says that money was taken, in a form that cannot be read: why. The esito is then `unknown`. */
  readonly unreadable?: string;
}

/** IRIS answered a Delete; "not found" and "not deletable" are normal answers and no evidence. */
export interface PositionDeleteAnswered {
  readonly type: 'position.deleteAnswered';
  readonly idPagamento: string;
  readonly answer: 'deleted' | 'notFound' | 'notDeletable';
}

/** WATCH_WINDOW has passed since the attempt could first be paid. */
export interface WatchEnded {
  readonly type: 'watch.ended';
  readonly attempt: number;
}

/** REGENERATE_COOLDOWN has passed since a Rigenera. */
export interface CooldownEnded {
  readonly type: 'cooldown.ended';
}

/** The proof of a settled position is in our hands. */
export interface AttestationStored {
  readonly type: 'attestation.stored';
  readonly idPagamento: string;
}

/** An operator decided about an incident. One about no position names none. */
export interface IncidentResolved {
  readonly type: 'incident.resolved';
  readonly kind: IncidentKind;
  readonly idPagamento: string | null;
  readonly idTransazione: string | null;
  readonly resolution: Resolution;
  readonly reason: string;
}

/** The engine gave up on an effect until a person looks at it. */
export interface EffectParked {
  readonly type: 'effect.parked';
  readonly effectType: string;
  readonly key: string;
  readonly reason: string;
}

/** Everything a payment may be told. */
export type PaymentMessage =
  | PaymentInitialized
  | RedirectRequested
  | RegenerateRequested
  | AnnulRequested
  | ChargeDropped
  | VerifyRequested
  | PayerReturned
  | NotificationReceived
  | NotificationDue
  | AttemptOpened
  | AttemptRefused
  | AttemptMisconfigured
  | AttemptUnreached
  | AttemptOpeningUnknown
  | PositionReported
  | PositionDeleteAnswered
  | WatchEnded
  | CooldownEnded
  | AttestationStored
  | IncidentResolved
  | EffectParked;

/** A message as the machine hears it: with the number its decision will have, the only "before and after" there is. */
export type PaymentEvent = PaymentMessage & { readonly seq: number };

/** Every event type, for the classified table of the spec, the generated pages and `GET /v1/machines`. */
export const PAYMENT_EVENT_TYPES = [
  'payment.initialized',
  'redirect.requested',
  'regenerate.requested',
  'annul.requested',
  'charge.dropped',
  'verify.requested',
  'payer.returned',
  'notification.received',
  'notification.due',
  'attempt.opened',
  'attempt.refused',
  'attempt.misconfigured',
  'attempt.unreached',
  'attempt.openingUnknown',
  'position.reported',
  'position.deleteAnswered',
  'watch.ended',
  'cooldown.ended',
  'attestation.stored',
  'incident.resolved',
  'effect.parked',
] as const satisfies readonly PaymentMessage['type'][];

// --- effects ----------------------------------------------------------------------------------------------------

/** Params of an effect: its letter, and when and in which order it may be carried out. */
export interface Ask<Payload> {
  readonly key?: string;
  readonly lane?: string;
  readonly afterMs?: number;
  readonly payload: Payload;
}

/** Opens all positions of an attempt in one message. Never repeated: a second claim finds an unknown outcome. */
export interface OpenPayload {
  readonly attempt: number;
  readonly kind: ChargeKind;
  readonly practiceId: string;
  readonly returnToken: string;
  readonly positions: readonly (PositionIds & { readonly item: number; readonly amountCents: number })[];
}

/** Asks the state of one position, again and again, and reports on change. */
export interface PollPayload {
  readonly kind: ChargeKind;
  readonly idPagamento: string;
  /** The last esito the machine knows; `null` = none yet. */
  readonly known: Esito | null;
  /** `any`: the next answer is wanted even if it brings no change. */
  readonly report: 'change' | 'any';
}

/** Asks IRIS to delete a position that a Rigenera replaces: best effort, never evidence. */
export interface DeletePayload {
  readonly kind: ChargeKind;
  readonly idPagamento: string;
  readonly idPendenza: string;
}

/** Fetches the proof that a position was paid. */
export interface AttestationPayload {
  readonly kind: ChargeKind;
  readonly idPagamento: string;
  readonly item: number;
}

/** Opens an incident: what a person must look at, and what may be decided about it. */
export interface IncidentPayload {
  readonly kind: IncidentKind;
  readonly idPagamento: string | null;
  readonly idTransazione: string | null;
  readonly amountCents: number | null;
  /** The key of an effect that was given up and may be redriven, else null. */
  readonly effectKey: string | null;
  /** One plain sentence, without personal data. */
  readonly facts: string;
  readonly allowedResolutions: readonly Resolution[];
}

/** Tells another instance something, exactly once: `id` is the event's id there. */
export interface TellPayload {
  readonly to: string;
  readonly id: string;
  readonly event: { readonly type: string };
}

/** Every effect type, for the registry of handlers and the generated pages. */
export const PAYMENT_EFFECT_TYPES = [
  'iris.open',
  'iris.poll',
  'iris.watch',
  'iris.delete',
  'attestation.fetch',
  'incident.open',
  'tell',
] as const;

/** Instance id of a practice: payments and practices share one id space in the engine. */
export const practiceInstanceId = (practiceId: string): string => `practice/${practiceId}`;
