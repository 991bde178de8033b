/** The port: what the rest of PORTOS may ask of IRIS, in our words. Nothing of the wire is visible here. */
import type { Attachment } from './attachment.js';
import type { Esito } from './esito.js';

/** What is paid for: stamp duties of the Agenzia delle Entrate, or the fee for examining the practice. */
export type ChargeKind = 'bolli' | 'istruttoria';

/**
 * The IRIS gateway. One call is one message with one deadline and is never repeated here: whether asking again is safe
 * is told by the error's class, and deciding it is the caller's business.
 */
export interface IrisGateway {
  /**
   * Opens all positions of an attempt in one message and answers where to send the payer (`IdpAllineamentoPendenzeEnteOTF`,
   * `TipoOperazione="Insert"`).
   *
   * @throws RangeError for no positions or more than 5; IrisRefused, IrisMisconfigured, IrisUnavailable, IrisOutcomeUnknown
   */
  open(request: OpenRequest): Promise<OpenedSession>;
  /**
   * Asks the detailed state of 1 to 50 positions of one kind (`IdpVerificaStatoPagamenti`); answers one report per
   * position asked, in that order.
   *
   * @param withinMs a deadline of the caller's, if it is shorter than the gateway's own
   * @throws RangeError for more or fewer positions; IrisBatchRejected if IRIS rejects the list as a whole;
   * IrisMisconfigured, IrisUnavailable, IrisOutcomeUnknown
   */
  verify(kind: ChargeKind, positions: readonly AskedPosition[], withinMs?: number): Promise<readonly PositionReport[]>;
  /**
   * Asks IRIS to take back one position (`TipoOperazione="Delete"`). A normal answer is data, not an error.
   *
   * @throws IrisRefused, IrisMisconfigured, IrisUnavailable, IrisOutcomeUnknown
   */
  delete(request: DeleteRequest): Promise<DeleteAnswer>;
}

/** The positions of one attempt: all of one kind, each with identifiers IRIS has never seen. */
export interface OpenRequest {
  readonly kind: ChargeKind;
  /** A fiscal code of 16 characters is a person's, one of 11 a company's. */
  readonly payer: { readonly fiscalCode: string; readonly email: string };
  readonly positions: readonly OpenPosition[];
  /** Where IRIS sends the browser at the end, well or badly; at most 512 characters. */
  readonly urlBack: string;
  /** Where IRIS sends the browser when the payer cancels; at most 512 characters. */
  readonly urlCancel: string;
  /** The request it goes back to; for our log only, IRIS is not told. */
  readonly requestId?: string | null;
}

export interface OpenPosition {
  readonly idPendenza: string;
  readonly idPagamento: string;
  readonly amountCents: number;
  /** What the payer reads; 1 to 512 characters. */
  readonly description: string;
  readonly stamp: Stamp | null;
}

/** What a stamp duty is bound to. */
export interface Stamp {
  /** Base64 of the document's SHA-256: 44 characters. */
  readonly documentHash: string;
  /** The debtor's province of residence: two capitals. */
  readonly province: string;
}

/** A session at IRIS's gateway. */
export interface OpenedSession {
  readonly sessionId: string;
  /** http or https; it already contains the session's token. */
  readonly redirectUrl: string;
}

/** A position IRIS is asked about. */
export interface AskedPosition {
  readonly idPagamento: string;
  /** As in `OpenRequest`. */
  readonly requestId?: string | null;
}

/** What IRIS says of one position, as far as it can be believed. */
export interface PositionReport {
  readonly idPagamento: string;
  readonly esito: Esito;
  /** IRIS's own `Stato` and `DescrizioneStato`, for people to read; empty if there was no answer. */
  readonly stato: string;
  readonly description: string;
  /** Only with `paid`, and `null` even then if the position was paid outside IRIS, which then knows no details. */
  readonly receipt: Receipt | null;
  /** Why the answer could not be believed: `esito` is then `unknown`. `null` when it could. */
  readonly doubt: string | null;
}

/** What IRIS took for a position. Comparing the amount with what was asked is the caller's business. */
export interface Receipt {
  readonly idTransazione: string | null;
  readonly amountCents: number;
  /** RFC 3339, UTC; `null` if IRIS's date is unreadable. IRIS gives the time at which the payment began. */
  readonly paidAt: string | null;
  /** The attestation, if there is a readable one: an unreadable one does not make the payment less true. */
  readonly attachment: Attachment | null;
}

/** The position to take back. */
export interface DeleteRequest {
  readonly kind: ChargeKind;
  readonly idPendenza: string;
  readonly payerFiscalCode: string;
  /** As in `OpenRequest`. */
  readonly requestId?: string | null;
}

export type DeleteAnswer = 'deleted' | 'notFound' | 'notDeletable';
