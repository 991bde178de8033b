import type { ChargeKind } from '#machines/payment';
import { PAYMENT_STATES } from '../machines.js';
import { CURSOR_WORDS, validator } from './validation.js';

/** Which payments a list shows; what is not given does not narrow it. */
export interface PaymentQuery {
  /** One of the seven states. */
  readonly state?: string;
  readonly kind?: ChargeKind;
  /** A practice id, payment id, IUV or IdPagamento, exactly. */
  readonly q?: string;
  /** `nextCursor` of the page before. */
  readonly cursor?: string;
}

const parameter = { type: 'string', minLength: 1, maxLength: 100 } as const;

const validate = validator<PaymentQuery>({
  type: 'object',
  additionalProperties: false, // a filter nobody knows would seem to narrow the list and would not
  properties: {
    state: { enum: PAYMENT_STATES },
    kind: { enum: ['bolli', 'istruttoria'] satisfies ChargeKind[] },
    q: parameter,
    cursor: { type: 'string', pattern: '^pay_[0-9a-f]{32}$', description: CURSOR_WORDS },
  },
});

/**
 * Reads the query of a list of payments. A parameter without a value, as a form sends it, is one that was not given.
 * @throws RequestRefused naming what is allowed
 */
export function parsePaymentQuery(query: Readonly<Record<string, unknown>>): PaymentQuery {
  const given = Object.entries(query).filter(([, value]) => value !== undefined && value !== '');
  return validate(Object.fromEntries(given));
}
