/** IRIS's `Importo` (IdP.Include.xsd): 13 digits in all, of which up to 3 are decimals. We speak of cents. */
const MOST_CENTS = 999_999_999_999;

/** The decimal IRIS expects: 1600 cents are "16.00". `null` if these cents are not an amount one can ask for. */
export function importoOf(amountCents: number): string | null {
  if (!Number.isInteger(amountCents) || amountCents <= 0 || amountCents > MOST_CENTS) return null;
  const digits = String(amountCents).padStart(3, '0');
  return `${digits.slice(0, -2)}.${digits.slice(-2)}`;
}

/**
 * Exact cents of an `Importo`, with integer arithmetic only. A third decimal that is not zero, a negative or anything
 * that is not a plain decimal gives `null`: an amount is believed as it stands or not at all, never rounded.
 */
export function centsOf(importo: string): number | null {
  const match = /^\s*\+?([0-9]{1,13})(?:\.([0-9]{0,2})(0*))?\s*$/.exec(importo);
  if (!match) return null;
  const [, euros = '', decimals = ''] = match;
  const cents = Number(euros + decimals.padEnd(2, '0'));
  return Number.isSafeInteger(cents) ? cents : null;
}
