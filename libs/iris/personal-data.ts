import { charactersOf } from './xml-text.js';

const PART = `[^\\s<>"'(),;:]`;

const PERSONAL_DATA = [
  /\b[A-Z]{6}[0-9LMNPQRSTUV]{2}[A-Z][0-9LMNPQRSTUV]{2}[A-Z][0-9LMNPQRSTUV]{3}[A-Z]\b/gi, // codice fiscale of a person
  /\b[0-9]{11}\b/g, // partita IVA, codice fiscale of a company
  new RegExp(`(?<!${PART})${PART}+@${PART}+`, 'g'), // from where it begins: a long text is read once
];

/**
 * IRIS likes to quote what it refuses ("codice fiscale … non valido"), and its texts end in errors, logs and history,
 * where no personal data may be. Tax codes and e-mail addresses are left out, the rest is kept for who must act on it.
 */
export const withoutPersonalData = (text: string): string =>
  PERSONAL_DATA.reduce((kept, pattern) => kept.replace(pattern, '[omesso]'), text);

/** The first `length` characters, none of them cut in half. */
export const clip = (text: string, length: number): string => charactersOf(text).slice(0, length).join('');
