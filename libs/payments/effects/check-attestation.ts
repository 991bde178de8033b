import type { Attachment } from '#libs/iris';
import { IrisMalformed, readMarcaDaBollo } from '#libs/iris';
import { STAMP_DUTY_CENTS } from '../values/money.js';

/** What an attestation must be of. */
export interface Expected {
  readonly kind: 'bolli' | 'istruttoria';
  /** Base64 of the SHA-256 that was sent with a stamp duty; null for a fee, or when it is not known any more. */
  readonly documentHash: string | null;
}

/** An attestation that may be stored, or what is wrong with it: which field, without any value of it. */
export type Checked =
  { readonly fault: null; readonly contentType: string; readonly iubd: string | null } | { readonly fault: string };

/** Whether a document proves what it should: the stamp of this very document, or the receipt of a fee. */
export const checkAttestation = (attachment: Attachment, { kind, documentHash }: Expected): Checked =>
  kind === 'bolli' ? checkStamp(attachment.content, documentHash) : checkReceipt(attachment);

function checkStamp(content: Buffer, documentHash: string | null): Checked {
  try {
    const { iubd, amountCents, documentDigest } = readMarcaDaBollo(content);
    if (amountCents !== STAMP_DUTY_CENTS) return fault('Importo is not the amount of a stamp duty.');
    if (documentHash === null) return fault('the hash of the document that was sent is not known any more.');
    if (!documentDigest.equals(Buffer.from(documentHash, 'base64'))) {
      return fault('ImprontaDocumento/DigestValue is not the hash of the document that was sent.');
    }
    return { fault: null, contentType: 'application/xml', iubd };
  } catch (error) {
    if (error instanceof IrisMalformed) return fault(`it is not a readable MarcaDaBollo. ${error.message}`);
    throw error;
  }
}

/** How documents of a type begin; of the other types any content will do. */
const BEGINNINGS: Readonly<Record<string, string>> = { 'application/pdf': '%PDF-' };

function checkReceipt({ tipo, contentType, content }: Attachment): Checked {
  if (tipo === 'NdC') return fault('Allegato/Tipo says that it is a credit note.');
  if (contentType === 'text/uri-list') return fault('Allegato/Codifica says that it is a link and no document.');
  const beginning = BEGINNINGS[contentType] ?? '';
  if (content.toString('latin1', 0, beginning.length) !== beginning) {
    return fault('Allegato/Contenuto is not what Allegato/Codifica says.');
  }
  return { fault: null, contentType, iubd: null };
}

const fault = (text: string): Checked => ({ fault: text });
