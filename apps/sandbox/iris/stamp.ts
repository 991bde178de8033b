import type { Stamp } from '../ledger.js';

/** An attachment as it came. */
export interface ReceivedAttachment {
  readonly tipo: string;
  readonly titolo: string | null;
  readonly codifica: string;
  readonly content: Buffer;
}

/**
 * The stamp data of the iris_1_1 OTF service: the first attachment of the payment, a Documento named DatiMBD.txt, TEXT,
 * that reads TIPO=01;PROV=FI;HASH= and the SHA-256 in hexadecimal. Null when it is anything else.
 */
export function stampIn(attachments: readonly ReceivedAttachment[]): Stamp | null {
  const [first] = attachments;
  if (first?.tipo !== 'Documento' || first.titolo !== 'DatiMBD.txt' || first.codifica !== 'TEXT') return null;
  const parts = /^TIPO=01;PROV=([A-Z]{2});HASH=([a-fA-F0-9]{64})$/.exec(first.content.toString('utf8'));
  if (parts?.[1] === undefined || parts[2] === undefined) return null;
  return { province: parts[1], documentHash: parts[2] };
}
