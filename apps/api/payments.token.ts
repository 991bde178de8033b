import type { Payments } from '#libs/payments';

/** Injects the payments, put together once for the process. */
export const PAYMENTS = Symbol('PAYMENTS');
export type { Payments };

/** Service callers are one API key for now; the history names them so. */
export const API_CALLER = { source: 'api', actor: 'api-key' } as const;
/** Who holds the operator's key. */
export const OPERATOR_CALLER = { source: 'operator', actor: 'operator-key' } as const;
