/** The vocabulary of the practice machine. Identifiers only. */

/** What is submitted to PORTOS: an application, the end of works, the final test. */
export type PracticeType = 'istanza' | 'fineLavori' | 'collaudo';

/** A charge of the practice and the payment that must settle it. */
export interface ChargeRef {
  readonly paymentId: string;
  readonly kind: 'bolli' | 'istruttoria';
}

/** Creates the practice with the charges it must see paid. */
export interface PracticeOpened {
  readonly type: 'practice.opened';
  readonly practiceId: string;
  readonly practiceType: PracticeType;
  readonly charges: readonly ChargeRef[];
}

/** A payment tells that all its items are settled. */
export interface ChargePaid {
  readonly type: 'charge.paid';
  readonly paymentId: string;
}

/**
 * What PORTOS decides about the charges names the payments it knew of: whoever decided about others, because somebody
 * was faster, is told so and decides again.
 */
interface ChargesKnown {
  readonly known: readonly string[];
}

/**
 * PORTOS replaced the content of the practice; a charge that stays keeps its payment. The payments of the others hear
 * `charge.dropped` in the same unit, so that all is replaced or nothing is.
 */
export interface ChargesReplaced extends ChargesKnown {
  readonly type: 'charges.replaced';
  readonly practiceType: PracticeType;
  readonly charges: readonly ChargeRef[];
}

/** PORTOS withdrew the practice. What is unpaid hears `charge.dropped` in the same unit. */
export interface PracticeWithdrawn extends ChargesKnown {
  readonly type: 'practice.withdrawn';
  readonly reason: string;
}

/** What the machine says of a decision about charges that are not the present ones. */
export const CHARGES_OUTDATED = 'the charges were replaced meanwhile';

/** The engine gave up on an effect until a person looks at it. */
export interface EffectParked {
  readonly type: 'effect.parked';
  readonly effectType: string;
  readonly key: string;
  readonly reason: string;
}

/** An operator has looked at an incident of this practice. Its money is its payments' affair: it can only be closed. */
export interface IncidentResolved {
  readonly type: 'incident.resolved';
  readonly resolution: 'settle' | 'refund' | 'refunded' | 'dismiss';
  readonly reason: string;
}

/** Everything a practice may be told. */
export type PracticeMessage =
  PracticeOpened | ChargePaid | ChargesReplaced | PracticeWithdrawn | EffectParked | IncidentResolved;

/** A message as the machine hears it: with the number its decision will have. */
export type PracticeEvent = PracticeMessage & { readonly seq: number };

/** Every event type, for the classified table of the spec and the generated pages. */
export const PRACTICE_EVENT_TYPES = [
  'practice.opened',
  'charge.paid',
  'charges.replaced',
  'practice.withdrawn',
  'effect.parked',
  'incident.resolved',
] as const satisfies readonly PracticeMessage['type'][];

/** Every effect type, for the registry of handlers and the generated pages. */
export const PRACTICE_EFFECT_TYPES = ['incident.open'] as const;

/** Which charges each type of practice has: an istanza both carts, the others the stamp duties only. */
export const ALLOWED_CHARGES: Readonly<Record<PracticeType, readonly ChargeRef['kind'][]>> = {
  istanza: ['bolli', 'istruttoria'],
  fineLavori: ['bolli'],
  collaudo: ['bolli'],
};

/** Opens an incident: a person must know, and can only say that he does. */
export interface IncidentParams {
  readonly key: string;
  readonly payload: {
    readonly kind: 'anomaly' | 'parkedEffect';
    readonly idPagamento: null;
    readonly idTransazione: null;
    readonly amountCents: null;
    /** The key of an effect that was given up and may be redriven, else null. */
    readonly effectKey: string | null;
    readonly facts: string;
    readonly allowedResolutions: readonly ['dismiss'];
  };
}
