import { INCLUDE } from './vocabularies.js';
import type { Incoming } from './xml-reading.js';

/** A document IRIS attached to a payment (`Allegato`, IdP.Include.xsd). */
export interface Attachment {
  /** A media type. */
  readonly contentType: string;
  readonly titolo: string | null;
  /** IRIS's word: Documento, Ricevuta, Quietanza or NdC. */
  readonly tipo: string;
  readonly content: Buffer;
}

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  GIF_: 'image/gif',
  HTML: 'text/html',
  JPEG: 'image/jpeg',
  LNK_: 'text/uri-list',
  MSEX: 'application/vnd.ms-excel',
  MSPP: 'application/vnd.ms-powerpoint',
  MSWD: 'application/msword',
  PDF_: 'application/pdf',
  PNG_: 'image/png',
  TEXT: 'text/plain',
  XML_: 'application/xml',
};

const TIPI = ['Documento', 'Ricevuta', 'Quietanza', 'NdC'];

/** Throws `IrisMalformed` on a kind, an encoding or a content that the schema does not know. */
export function readAttachment(allegato: Incoming): Attachment {
  const tipo = allegato.attribute('Tipo');
  if (!TIPI.includes(tipo)) allegato.refuse('the Tipo is unknown');
  const codifica = allegato.only(INCLUDE, 'Codifica').text(4);
  const contenuto = allegato.only(INCLUDE, 'Contenuto');
  return {
    contentType: CONTENT_TYPES[codifica] ?? allegato.refuse('the Codifica is unknown'),
    titolo: allegato.optional(INCLUDE, 'Titolo')?.text(70) ?? null,
    tipo,
    content: bytesOf(contenuto),
  };
}

/** Node decodes what it can of a broken base64 and drops the rest, so its form is checked first. */
function bytesOf(contenuto: Incoming): Buffer {
  const base64 = contenuto.text(Infinity).replace(/\s/g, '');
  const isBase64 = base64 !== '' && base64.length % 4 === 0 && /^[A-Za-z0-9+/]+={0,2}$/.test(base64);
  return isBase64 ? Buffer.from(base64, 'base64') : contenuto.refuse('base64 was expected');
}
