/**
 * What goes into a message is checked against the schema's lengths and patterns before it is sent, so that a fault is
 * named by us and not guessed from IRIS's answer. The payer's and the practice's data are refused (`IrisRefused`);
 * what we make ourselves and got wrong is for an operator (`IrisMisconfigured`). No message quotes the value.
 */
import { importoOf } from './amount.js';
import { IrisMisconfigured, IrisRefused } from './errors.js';
import { isHttpUrl } from './settings.js';
import { charactersOf, isXmlText } from './xml-text.js';

const MOST_URL_CHARACTERS = 512;

/** Text of the payer or the practice: 1 to `length` characters that XML can carry. */
export function payerText(element: string, text: string, length: number): string {
  const characters = charactersOf(text).length;
  if (characters === 0) throw refused(element, 'is empty');
  if (characters > length) throw refused(element, `is longer than ${length} characters`);
  if (!isXmlText(text)) throw refused(element, 'holds a character that XML cannot carry');
  return text;
}

/** Text of the payer or the practice that has a form of its own. */
export function payerValue(element: string, value: string, form: RegExp): string {
  if (!form.test(value)) throw refused(element, 'is not of the expected form');
  return value;
}

const refused = (element: string, why: string): IrisRefused =>
  new IrisRefused(`${element} ${why}; nothing was sent to IRIS.`, { values: { element } });

/** `IdentificativoIdp`. */
export function identifier(element: string, id: string): string {
  if (!/^[a-zA-Z0-9._]{1,35}$/.test(id)) throw wrong(element, 'is not 1 to 35 of a-z A-Z 0-9 . _');
  return id;
}

export function messageId(id: string): string {
  if (!/^[a-zA-Z0-9._]{1,44}$/.test(id)) throw wrong('MsgId', 'is not 1 to 44 of a-z A-Z 0-9 . _');
  return id;
}

export function returnUrl(element: string, url: string): string {
  if (url.length > MOST_URL_CHARACTERS || !isHttpUrl(url) || !isXmlText(url)) {
    throw wrong(element, `is not an http or https URL of at most ${MOST_URL_CHARACTERS} characters`);
  }
  return url;
}

export function importo(amountCents: number): string {
  const decimal = importoOf(amountCents);
  if (decimal === null) throw wrong('Importo', 'is not a positive number of cents');
  return decimal;
}

const wrong = (element: string, why: string): IrisMisconfigured =>
  new IrisMisconfigured(`${element} ${why}; nothing was sent to IRIS.`, { values: { element } });
