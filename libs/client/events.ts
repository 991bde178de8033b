/** What PORTOS Payments tells, by webhook or by the queue `payment-events`: CloudEvents 1.0 in structured mode. */

/** An event about `subject`, which is a payment or a practice. */
export interface CloudEventOf<Type extends string, Data> {
  readonly specversion: '1.0';
  /** The event's own name: a message that comes again has the same. */
  readonly id: string;
  /** The installation that tells it. */
  readonly source: string;
  readonly type: Type;
  /** The paymentId or the practiceId. The events of one subject come in their order. */
  readonly subject: string;
  /** When it happened, UTC. */
  readonly time: string;
  readonly datacontenttype: 'application/json';
  readonly data: Data;
}

export type PaymentEventType =
  | 'it.toscana.portos.payment.initialized.v1'
  | 'it.toscana.portos.payment.redirected.v1'
  | 'it.toscana.portos.payment.paid.v1'
  | 'it.toscana.portos.payment.rejected.v1'
  | 'it.toscana.portos.payment.annulled.v1'
  | 'it.toscana.portos.payment.not-concluded.v1'
  | 'it.toscana.portos.payment.regenerated.v1'
  | 'it.toscana.portos.payment.receipt-available.v1'
  | 'it.toscana.portos.payment.duplicate-detected.v1';

export type PracticeEventType = 'it.toscana.portos.practice.settled.v1';

export type PaymentsEventType = PaymentEventType | PracticeEventType;

/** A payment as it was when the event was decided. What may be done with it now is asked for: it would be stale here. */
export interface PaymentEventData {
  readonly paymentId: string;
  readonly practiceId: string;
  readonly kind: 'bolli' | 'istruttoria';
  readonly state: 'initialized' | 'redirected' | 'paid' | 'rejected' | 'annulled' | 'notConcluded' | 'regenerated';
  readonly blocked: boolean;
  readonly amount: EventMoney;
  readonly items: readonly {
    readonly item: number;
    readonly amount: EventMoney;
    readonly settledBy: { readonly attempt: number; readonly idPagamento: string } | null;
  }[];
  readonly attempt: {
    readonly number: number;
    readonly positions: readonly EventPosition[];
    readonly openedAt: null;
    readonly redirectUrl: null;
    readonly expiresAt: null;
  };
  readonly attempts: readonly { readonly number: number; readonly positions: readonly EventPosition[] }[];
  readonly acknowledgeFrom: null;
  /** Why the practice no longer holds its charge; null while it does. */
  readonly dropped: 'replaced' | 'withdrawn' | null;
  /** Written for the payer. */
  readonly message: { readonly it: string };
  readonly updatedAt: string;
}

/** A decimal with two digits as text: `16.00`. */
export interface EventMoney {
  readonly amount: string;
  readonly currency: 'EUR';
}

export interface EventPosition {
  readonly idPagamento: string;
  readonly iuv: string | null;
  readonly item: number;
  readonly amount: EventMoney;
  readonly esito: string | null;
  readonly refund: null | 'due' | 'refunded';
}

/** A practice all of whose charges are paid. */
export interface PracticeEventData {
  readonly practiceId: string;
  readonly practiceType: 'istanza' | 'fineLavori' | 'collaudo';
  readonly state: 'settled';
  readonly withdrawn: boolean;
  readonly payments: readonly {
    readonly paymentId: string;
    readonly practiceId: string;
    readonly kind: 'bolli' | 'istruttoria';
    readonly state: 'paid';
  }[];
  readonly updatedAt: string;
}

export type PaymentEvent = { [Type in PaymentEventType]: CloudEventOf<Type, PaymentEventData> }[PaymentEventType];
export type PracticeEvent = CloudEventOf<PracticeEventType, PracticeEventData>;

/** Every event there is; `switch (event.type)` tells `data` apart. */
export type PaymentsEvent = PaymentEvent | PracticeEvent;
