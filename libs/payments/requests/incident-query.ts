import type { IncidentKind } from '#machines/payment';
import { CURSOR_WORDS, validator } from './validation.js';

export const INCIDENT_KINDS = [
  'duplicatePayment',
  'amountMismatch',
  'anomaly',
  'parkedEffect',
  'unconfirmedNotification',
  'receiptProblem',
  'misconfiguration',
] as const satisfies readonly IncidentKind[];

/** Which incidents a list shows; what is not given does not narrow it. */
export interface IncidentQuery {
  readonly kind?: IncidentKind;
  readonly state?: 'open' | 'resolved';
  /** `nextCursor` of the page before. */
  readonly cursor?: string;
}

const validate = validator<IncidentQuery>({
  type: 'object',
  additionalProperties: false, // a filter nobody knows would seem to narrow the list and would not
  properties: {
    kind: { enum: INCIDENT_KINDS },
    state: { enum: ['open', 'resolved'] },
    cursor: { type: 'string', pattern: '^inc_[0-9a-f]{32}$', description: CURSOR_WORDS },
  },
});

/**
 * Reads the query of a list of incidents. A parameter without a value, as a form sends it, is one that was not given.
 * @throws RequestRefused naming what is allowed
 */
export function parseIncidentQuery(query: Readonly<Record<string, unknown>>): IncidentQuery {
  const given = Object.entries(query).filter(([, value]) => value !== undefined && value !== '');
  return validate(Object.fromEntries(given));
}
