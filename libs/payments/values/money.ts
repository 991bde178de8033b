import type { Branded } from './branded.js';

/** Euro cents as an integer: money is never a float here, and never crosses an edge without its currency. */
export type Cents = Branded<number, 'Cents'>;

/** Money as the API writes it (ModI): a decimal string with two digits, and its currency. */
export interface Money {
  readonly amount: string;
  readonly currency: 'EUR';
}

const AMOUNT = /^(0|[1-9]\d{0,8})\.(\d{2})$/;

/** Reads "16.00"; null if it is not an amount of more than zero with exactly two decimals. */
export function parseAmount(amount: string): Cents | null {
  const match = AMOUNT.exec(amount);
  if (!match) return null;
  const cents = Number(`${match[1] ?? ''}${match[2] ?? ''}`);
  return cents > 0 ? (cents as Cents) : null;
}

export function money(amountCents: number): Money {
  const digits = String(amountCents).padStart(3, '0');
  return { amount: `${digits.slice(0, -2)}.${digits.slice(-2)}`, currency: 'EUR' };
}

/** A stamp duty on a telematic request is 16.00 EUR flat (DPR 642/1972, tariff art. 3, 1-bis). */
export const STAMP_DUTY_CENTS = 1600 as Cents;
