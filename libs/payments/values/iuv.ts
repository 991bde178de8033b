import type { Branded } from './branded.js';

/**
 * The pagoPA number of one payment (identificativo univoco versamento): 17 digits = segregation code (2), base (13),
 * check (2). It is never given to another collection of the same creditor, over time. IRIS calls it IdPagamento.
 */
export type Iuv = Branded<string, 'Iuv'>;

/**
 * Source: SANP 2.5.1, section 3, notice numbers with auxDigit 3: the check is the number formed by auxDigit,
 * segregation code and base, modulo 93.
 * @throws RangeError if the base does not fit 13 digits.
 */
export function makeIuv(segregationCode: string, base: bigint): Iuv {
  const digits = base.toString().padStart(13, '0');
  if (base < 0n || digits.length > 13) throw new RangeError(`an IUV base has 13 digits, not ${digits}`);
  const check = BigInt(`3${segregationCode}${digits}`) % 93n;
  return `${segregationCode}${digits}${check.toString().padStart(2, '0')}` as Iuv;
}
