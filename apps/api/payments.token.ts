import type { Payments } from '#libs/payments';

/** Injects the payments, put together once for the process. */
export const PAYMENTS = Symbol('PAYMENTS');
export type { Payments };
