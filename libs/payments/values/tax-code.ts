import type { Branded } from './branded.js';

/** A codice fiscale (16 characters) or a partita IVA (11 digits) whose check character holds. Personal data. */
export type TaxCode = Branded<string, 'TaxCode'>;

export function parseTaxCode(text: string): TaxCode | null {
  if (/^\d{11}$/.test(text)) return hasCompanyCheckDigit(text) ? (text as TaxCode) : null;
  return PERSON.test(text) && personCheckLetter(text) === text[15] ? (text as TaxCode) : null;
}

/** DM 23/12/1976; seven of its digits may be written as letters (omocodia). */
const PERSON = /^[A-Z]{6}[0-9LMNPQRSTUV]{2}[ABCDEHLMPRST][0-9LMNPQRSTUV]{2}[A-Z][0-9LMNPQRSTUV]{3}[A-Z]$/;

/** Values of the characters in odd places, counting from 1: digits 0-9, then letters A-Z. */
const ODD_DIGITS = [1, 0, 5, 7, 9, 13, 15, 17, 19, 21];
const ODD_LETTERS = [1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23];

function personCheckLetter(text: string): string {
  let sum = 0;
  for (let index = 0; index < 15; index += 1) {
    const code = text.charCodeAt(index);
    const isDigit = code < 65;
    const ordinal = isDigit ? code - 48 : code - 65;
    const isOddPlace = index % 2 === 0;
    sum += isOddPlace ? ((isDigit ? ODD_DIGITS : ODD_LETTERS)[ordinal] ?? 0) : ordinal;
  }
  return String.fromCharCode(65 + (sum % 26));
}

function hasCompanyCheckDigit(text: string): boolean {
  let sum = 0;
  for (let index = 0; index < 10; index += 1) {
    const digit = Number(text[index]);
    const doubled = digit * 2;
    sum += index % 2 === 0 ? digit : doubled > 9 ? doubled - 9 : doubled;
  }
  return (10 - (sum % 10)) % 10 === Number(text[10]);
}
