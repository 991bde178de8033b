import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { centsOf, importoOf } from './amount.js';

describe('amounts', () => {
  it('any amount that can be asked for comes back as the same cents', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 999_999_999_999 }), (amountCents) => {
        expect(centsOf(importoOf(amountCents) ?? '')).toBe(amountCents);
      }),
    );
  });

  it.each([
    ['16', 1600],
    ['16.', 1600],
    ['16.0', 1600],
    ['16.000', 1600],
    [' +16.00\n', 1600],
    ['0.07', 7],
    ['0016.10', 1610],
    ['0.29', 29],
  ])('%j is %d cents', (importo, cents) => {
    expect(centsOf(importo)).toBe(cents);
  });

  it.each(['16.001', '16.009', '-16.00', '16,00', '1e3', '', '.', '16.00 EUR', '0x10', 'NaN', '99999999999999.00'])(
    '%j is not rounded or guessed, but not believed',
    (importo) => {
      expect(centsOf(importo)).toBeNull();
    },
  );

  it.each([0, -1600, 16.5, NaN, Infinity, 1e12])('%d cents cannot be asked for', (amountCents) => {
    expect(importoOf(amountCents)).toBeNull();
  });
});
