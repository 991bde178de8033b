import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { makeIuv } from './iuv.js';
import { money, parseAmount } from './money.js';
import { parseTaxCode } from './tax-code.js';

describe('money', () => {
  it('is read and written without loss', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 99_999_999_999 }), (cents) => {
        expect(parseAmount(money(cents).amount)).toBe(cents);
      }),
    );
  });

  it.each([
    '16',
    '16.0',
    '16.000',
    '16,00',
    '-16.00',
    '0.00',
    '016.00',
    '1e3',
    ' 16.00',
    '16.00 ',
    '',
    '1234567890.00',
  ])('refuses %p', (amount) => {
    expect(parseAmount(amount)).toBeNull();
  });
});

describe('a tax code', () => {
  it.each(['RSSMRA80A01H501U', '15376371009', '97735020584', '01386030488'])('%s has its check character', (code) => {
    expect(parseTaxCode(code)).toBe(code);
  });

  it.each([
    'RSSMRA80A01H501X',
    'rssmra80a01h501u',
    '15376371008',
    '77777777777',
    'RSSMRA80A01H501',
    '',
    'RSSMRA80Z01H501U',
  ])('refuses %p', (code) => {
    expect(parseTaxCode(code)).toBeNull();
  });

  it('catches every change of one digit of a partita IVA', () => {
    for (let index = 0; index < 11; index += 1) {
      for (let digit = 0; digit < 10; digit += 1) {
        const changed = `${'15376371009'.slice(0, index)}${digit}${'15376371009'.slice(index + 1)}`;
        expect(parseTaxCode(changed) !== null).toBe(changed === '15376371009');
      }
    }
  });
});

describe('an IUV', () => {
  it('carries the check digits of SANP', () => {
    expect(makeIuv('01', 42n)).toBe('01000000000004285');
  });

  it('refuses a base that does not fit', () => {
    expect(() => makeIuv('01', 10n ** 13n)).toThrow(RangeError);
  });
});
