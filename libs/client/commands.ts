/** What PORTOS may ask for. There is no command that says what happened: that a payment is paid is IRIS's to report. */

/** "Paga e Invia": a practice, who pays for it and what must be paid. */
export interface InitializeBody {
  /** 1 to 35 letters, digits or any of `.` `_` `-`. */
  readonly practiceId: string;
  /** `istanza` has both kinds of charge, the others stamp duties only. */
  readonly practiceType: 'istanza' | 'fineLavori' | 'collaudo';
  readonly payer: {
    /** Codice fiscale (16 characters) or partita IVA (11 digits). */
    readonly fiscalCode: string;
    readonly email: string;
  };
  /** At most one of each kind. */
  readonly charges: readonly Charge[];
  /** Where the payer's browser is sent back to, http or https; `paymentId` is added to it. */
  readonly returnUrl: string;
}

export type Charge =
  | { readonly kind: 'bolli'; readonly stampDuties: readonly StampDuty[] }
  | {
      readonly kind: 'istruttoria';
      /** A decimal with two digits, above zero: `150.00`. */
      readonly amount: { readonly amount: string; readonly currency: 'EUR' };
      /** What is paid for, at most 140 characters, without personal data. */
      readonly reason: string;
    };

/** A stamp duty of 16.00 EUR; a charge holds one to five. */
export interface StampDuty {
  /** Base64 of the SHA-256 of the document the stamp is for, 44 characters. */
  readonly documentHash: string;
  /** The payer's province, two capital letters. */
  readonly province: string;
}

/** "Rigenera": a new attempt in place of the one that is named. */
export interface RegenerateCommand {
  readonly paymentId: string;
  /** The number of the attempt to replace; asked for twice, it is replaced once. */
  readonly attempt: number;
  /** The payer goes on although a payment may still be in flight. */
  readonly acknowledgeInFlight?: boolean;
}

/** Annuls a payment that nobody is paying. */
export interface AnnulCommand {
  readonly paymentId: string;
  /** Why, at most 200 characters, without personal data. */
  readonly reason: string;
}

/** Has IRIS asked at once. */
export interface VerifyCommand {
  readonly paymentId: string;
}

export interface WithRequestId {
  /**
   * What you follow the command by: it stands with all that comes of it in our logs, in the history and in the events
   * out. 1 to 128 visible ASCII characters, without personal data; the id of the job if it is not given.
   */
  readonly requestId?: string;
}

export interface WithIdempotencyKey extends WithRequestId {
  /**
   * Names this one command: 1 to 100 printable ASCII characters, without personal data. Enqueued again under the same
   * key, because the first answer was lost, it has no second effect.
   */
  readonly idempotencyKey: string;
}
