import type { TextRule } from './structure.js';

/** The simple types of IdP.Include.xsd and the few built-in ones of XML Schema that the requests use. */

const rule = (expected: string, accepts: (text: string) => boolean): TextRule => ({ expected, accepts });

/** Types that XML Schema reads with whitespace collapsed. */
const collapsed = (expected: string, accepts: (text: string) => boolean): TextRule =>
  rule(expected, (text) => accepts(text.replace(/^[ \t\r\n]+|[ \t\r\n]+$/g, '')));

/** Max35Text and its like: 1 to `most` characters, counted as XML does. */
export const maxText = (most: number): TextRule =>
  rule(`da 1 a ${most} caratteri`, (text) => text !== '' && Array.from(text).length <= most);

export const pattern = (expression: RegExp): TextRule =>
  rule(`formato ${expression.source}`, (text) => new RegExp(`^(?:${expression.source})$`, 'u').test(text));

export const oneOf = (...values: readonly string[]): TextRule =>
  rule(`uno tra ${values.join(', ')}`, (text) => values.includes(text));

export const identificativoIdp = pattern(/[a-zA-Z0-9._]{1,35}/);
export const msgId = pattern(/[a-zA-Z0-9._]{1,44}/);
export const boolean = collapsed('true o false', (text) => ['true', 'false', '1', '0'].includes(text));
export const versione = oneOf('01.03-00', '01.03-01', '01.03-02', '01.03-03', '01.03-04');

/** Importo: an xs:decimal of at most 13 digits, 3 of them after the point. */
export const importo = collapsed('decimale con al massimo 13 cifre di cui 3 decimali', (text) => {
  const parts = /^[+-]?(\d*)(?:\.(\d*))?$/.exec(text);
  const [, whole = '', fraction = ''] = parts ?? [];
  if (whole === '' && fraction === '') return false;
  const [significantWhole, significantFraction] = [whole.replace(/^0+/, ''), fraction.replace(/0+$/, '')];
  return significantFraction.length <= 3 && significantWhole.length + significantFraction.length <= 13;
});

const ZONE = '(?:Z|[+-](?:0\\d|1[0-3]):[0-5]\\d|[+-]14:00)?';
const DATE = /^(\d{4})-(\d{2})-(\d{2})/;

function isCalendarDay(text: string): boolean {
  const [, year = '', month = '', day = ''] = DATE.exec(text) ?? [];
  const at = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day)));
  return Number(year) > 0 && at.getUTCMonth() === Number(month) - 1 && at.getUTCDate() === Number(day);
}

export const date = collapsed(
  'data AAAA-MM-GG',
  (text) => new RegExp(`^\\d{4}-\\d{2}-\\d{2}${ZONE}$`).test(text) && isCalendarDay(text),
);

export const dateTime = collapsed(
  'data e ora AAAA-MM-GGThh:mm:ss',
  (text) =>
    new RegExp(`^\\d{4}-\\d{2}-\\d{2}T(?:[01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d(?:\\.\\d+)?${ZONE}$`).test(text) &&
    isCalendarDay(text),
);

export const year = collapsed('anno AAAA', (text) => new RegExp(`^\\d{4}${ZONE}$`).test(text));

export const base64 = collapsed('base64', (text) =>
  /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(text.replace(/[ \t\r\n]/g, '')),
);

/**
 * URL_BACK and URL_CANCEL: the schema asks for any URI of at most 512 characters. A browser has to be sent there, so
 * the sandbox asks for an absolute http(s) address.
 */
export const browserAddress = collapsed('indirizzo http(s) assoluto di al massimo 512 caratteri', (text) => {
  if (Array.from(text).length > 512 || /[\s<>"{}|\\^`]/.test(text) || !URL.canParse(text)) return false;
  return /^https?:$/.test(new URL(text).protocol);
});
