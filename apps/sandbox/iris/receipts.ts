import { createHash } from 'node:crypto';
import { romeDateTime } from '../clock.js';
import type { Payment, Position } from '../ledger.js';
import { markup } from '../markup.js';
import { amountOf } from '../money.js';

/** A proof of payment before it is wrapped for its way: the stamp itself for bolli, a small receipt for anything else. */
export interface Document {
  readonly titolo: string;
  readonly codifica: 'TEXT' | 'XML_' | 'PDF_';
  readonly tipo: 'Ricevuta' | 'Documento';
  readonly content: string;
}

/** What a stamp says beside the payment it is about. */
export interface StampFacts {
  /** The number of the stamp, fourteen characters, never given twice. */
  readonly iubd: string;
  /** The SHA-256 of the stamped document, in hexadecimal. */
  readonly documentHash: string;
}

export function receipt(position: Position, payment: Payment): Document {
  return { titolo: 'Ricevuta.txt', codifica: 'TEXT', tipo: 'Ricevuta', content: receiptText(position, payment) };
}

export function stamp(payment: Payment, facts: StampFacts): Document {
  return { titolo: 'MarcaDaBollo.xml', codifica: 'XML_', tipo: 'Ricevuta', content: stampXml(payment, facts) };
}

/** The number of the stamp that E-Bollo gives for a payment. */
export function iubdOf({ idPagamento }: Position, { idTransazione }: Payment): string {
  const digest = createHash('sha256').update(`${idPagamento}/${idTransazione}`).digest('hex');
  return digest.slice(0, 14).toUpperCase();
}

function receiptText(position: Position, payment: Payment): string {
  return [
    'RICEVUTA DI PAGAMENTO (AMBIENTE DI PROVA, SENZA VALORE)',
    `Beneficiario: ${position.creditor}`,
    `Causale: ${position.description}`,
    `Identificativo del pagamento: ${position.idPagamento}`,
    `Transazione: ${payment.idTransazione}`,
    `Importo: EUR ${amountOf(payment.amountCents)}`,
    `Pagato il: ${paidAt(payment)}`,
    '',
  ].join('\n');
}

/**
 * A stamp with every element of MarcaDaBollo.xsd. The signature has the form of one and signs nothing: only the Agenzia
 * delle Entrate can sign, and nothing here may pass for a real stamp.
 */
function stampXml(payment: Payment, { iubd, documentHash }: StampFacts): string {
  const digest = Buffer.from(documentHash, 'hex').toString('base64');
  const signature = Buffer.from('FIRMA DI PROVA SENZA VALORE').toString('base64');
  const xml = markup`
    <marcaDaBollo xmlns="http://www.agenziaentrate.gov.it/2014/MarcaDaBollo" xmlns:ds="http://www.w3.org/2000/09/xmldsig#">
      <PSP>
        <CodiceFiscale>00000000000</CodiceFiscale>
        <Denominazione>PSP di prova</Denominazione>
      </PSP>
      <IUBD>${iubd}</IUBD>
      <OraAcquisto>${paidAt(payment)}</OraAcquisto>
      <Importo>${amountOf(payment.amountCents)}</Importo>
      <TipoBollo>01</TipoBollo>
      <ImprontaDocumento>
        <DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"/>
        <ds:DigestValue>${digest}</ds:DigestValue>
      </ImprontaDocumento>
      <ds:Signature>
        <ds:SignedInfo>
          <ds:CanonicalizationMethod Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"/>
          <ds:SignatureMethod Algorithm="http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"/>
          <ds:Reference URI="">
            <ds:DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"/>
            <ds:DigestValue>${digest}</ds:DigestValue>
          </ds:Reference>
        </ds:SignedInfo>
        <ds:SignatureValue>${signature}</ds:SignatureValue>
      </ds:Signature>
    </marcaDaBollo>
  `;
  return `<?xml version="1.0" encoding="UTF-8"?>${xml.toString()}`;
}

const paidAt = (payment: Payment): string => romeDateTime(payment.paidAt ?? payment.reachedAt);
