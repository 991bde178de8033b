/**
 * The stamp duty itself, as the Agenzia delle Entrate issues it (MarcaDaBollo.xsd, namespace of 2014). IRIS hands it on
 * as an attachment. Its signature must be there and is not verified: that takes the Agenzia's certificates.
 */
import { centsOf } from './amount.js';
import { readXml } from './xml-reading.js';

export interface MarcaDaBollo {
  /** The stamp's own number: it exists once. */
  readonly iubd: string;
  readonly amountCents: number;
  /** SHA-256 of the document that the stamp is for. */
  readonly documentDigest: Buffer;
}

const MDB = 'http://www.agenziaentrate.gov.it/2014/MarcaDaBollo';
const DS = 'http://www.w3.org/2000/09/xmldsig#';
const SHA256 = 'http://www.w3.org/2001/04/xmlenc#sha256';
const SHA256_BASE64 = /^[A-Za-z0-9+/]{43}=$/;

/** @throws IrisMalformed naming the field that is wrong, and no value */
export function readMarcaDaBollo(content: Buffer): MarcaDaBollo {
  const stamp = readXml(new TextDecoder().decode(content));
  if (!stamp.is(MDB, 'marcaDaBollo')) stamp.refuse('a marcaDaBollo was expected');
  const iubd = stamp.only(MDB, 'IUBD').matching(/^[A-Za-z0-9._-]+$/, 64);
  const importo = stamp.only(MDB, 'Importo');
  const amountCents = centsOf(importo.text(64)) ?? importo.refuse('the amount is not one of whole cents');
  stamp.only(MDB, 'TipoBollo').matching(/^01$/, 2);
  const impronta = stamp.only(MDB, 'ImprontaDocumento');
  const method = impronta.only(MDB, 'DigestMethod');
  if (method.attribute('Algorithm') !== SHA256) method.refuse('the digest is not a SHA-256');
  const digest = impronta.only(DS, 'DigestValue');
  const base64 = digest.text(256).replace(/\s/g, '');
  if (!SHA256_BASE64.test(base64)) digest.refuse('base64 of 32 bytes was expected');
  stamp.only(DS, 'Signature');
  return { iubd, amountCents, documentDigest: Buffer.from(base64, 'base64') };
}
