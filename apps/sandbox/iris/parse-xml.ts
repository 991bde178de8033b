import { DOMParser, type Document } from '@xmldom/xmldom';

/** The sender must act: what came is not XML as IRIS reads it. The message is a sentence the sender may see. */
export class NotXml extends Error {
  override readonly name = 'NotXml';
}

/** Whatever is none of the characters of XML 1.0, section 2.2. */
const ILLEGAL_CHARACTER = /[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/u;
const REFERENCE = /&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|(?:amp|lt|gt|quot|apos));/gi;

/**
 * Parses strictly. The parser forgives a bare ampersand, "]]>" in text and references to illegal characters; a real
 * IRIS does not, so they are refused here first. A document type is refused unread: no entity is ever expanded.
 */
export function parseXml(bytes: Uint8Array): Document {
  const source = decoded(bytes);
  if (/<!DOCTYPE/i.test(source)) throw new NotXml('DOCTYPE non ammesso');
  refuseWhatTheParserForgives(source);
  try {
    return new DOMParser({
      onError: (level, message) => {
        throw new Error(`${level}: ${message}`);
      },
    }).parseFromString(source, 'text/xml');
  } catch (cause) {
    throw new NotXml('XML non ben formato', { cause });
  }
}

function decoded(bytes: Uint8Array): string {
  let source: string;
  try {
    source = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new NotXml('Il messaggio non è in UTF-8', { cause });
  }
  const declared = /^<\?xml[^>]*\sencoding\s*=\s*["']([^"']*)["']/.exec(source)?.[1];
  if (declared !== undefined && !/^utf-?8$/i.test(declared)) throw new NotXml(`Codifica ${declared} non ammessa`);
  return source;
}

function refuseWhatTheParserForgives(source: string): void {
  if (ILLEGAL_CHARACTER.test(source)) throw new NotXml('Carattere non ammesso in XML');
  const outsideSections = source.replace(/<!\[CDATA\[[\s\S]*?\]\]>|<!--[\s\S]*?-->|<\?[\s\S]*?\?>/g, '');
  for (const [, decimal, hexadecimal] of outsideSections.matchAll(REFERENCE)) {
    if (decimal === undefined && hexadecimal === undefined) continue;
    const codePoint = decimal === undefined ? Number.parseInt(hexadecimal ?? '', 16) : Number(decimal);
    if (codePoint > 0x10ffff || ILLEGAL_CHARACTER.test(String.fromCodePoint(codePoint))) {
      throw new NotXml('Riferimento a un carattere non ammesso in XML');
    }
  }
  if (outsideSections.replace(REFERENCE, '').includes('&')) throw new NotXml('Una & non seguita da un riferimento');
  if (outsideSections.includes(']]>')) throw new NotXml('"]]>" nel testo');
}
