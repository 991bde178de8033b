/** What the examples speak of: one practice, its payments, one day. */

export const PRACTICE_ID = 'PORTOS-2026-000123';
export const PAYMENT_ID = 'pay_0123456789abcdef0123456789abcdef';
export const ID_PAGAMENTO = '01000000000012345';
export const NEXT_ID_PAGAMENTO = '01000000000012442';
export const INCIDENT_ID = 'inc_0123456789abcdef0123456789abcdef';
export const WEBHOOK_ID = 'whk_0123456789abcdef0123456789abcdef';
export const DELIVERY_ID = 'dlv_0123456789abcdef0123456789abcdef';
export const EVENT_ID = 'evt_0123456789abcdef0123456789abcdef';
export const SECRET = 'whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=';

export const eur = (amount: string) => ({ amount, currency: 'EUR' });

/** @param time of the day, such as `08:00:02.417` */
export const instant = (time: string): string => `2026-11-23T${time}Z`;
