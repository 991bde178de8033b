import type { Stamp } from './gateway.js';
import { payerValue } from './outgoing-text.js';
import type { IrisSettings } from './settings.js';
import { allineamento, include } from './vocabularies.js';
import type { Outgoing } from './xml-writing.js';

/** 32 bytes in base64: 43 characters, of which the last carries two empty bits, and one of padding. */
const SHA256_BASE64 = /^[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=$/;

/**
 * What the stamp duty is bound to, as IRIS wants it in iris_1_1: the first `Allegato` of `DettaglioPagamento`, a text
 * named `DatiMBD.txt`. IRIS checks every word of it and answers A0000040 otherwise.
 */
export function stampAttachment(stamp: Stamp, stampHash: IrisSettings['stampHash']): Outgoing {
  const hash = payerValue('HASH', stamp.documentHash, SHA256_BASE64);
  const province = payerValue('PROV', stamp.province, /^[A-Z]{2}$/);
  const written = stampHash === 'hex' ? Buffer.from(hash, 'base64').toString('hex') : hash;
  return allineamento(
    'Allegato',
    [
      include('Titolo', 'DatiMBD.txt'),
      include('Codifica', 'TEXT'),
      include('Contenuto', Buffer.from(`TIPO=01;PROV=${province};HASH=${written}`).toString('base64')),
    ],
    { Tipo: 'Documento' },
  );
}
