/** An amount as IRIS and the ledger write it: "16.00". */
export function amountOf(cents: number): string {
  return `${Math.floor(cents / 100)}.${String(cents % 100).padStart(2, '0')}`;
}

/**
 * The whole cents of an xs:decimal, or null when it is finer than a cent or not positive.
 * IRIS allows a third decimal (IdP.Include.xsd, Importo), pagoPA does not.
 */
export function positiveCentsOf(decimal: string): number | null {
  const parts = /^\+?0*(\d*)(?:\.(\d{0,2})0*)?$/.exec(decimal.trim());
  if (parts === null) return null;
  const cents = Number(`${parts[1] ?? ''}${(parts[2] ?? '').padEnd(2, '0')}`);
  return cents > 0 ? cents : null;
}
