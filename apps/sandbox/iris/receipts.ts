import { createHash } from 'node:crypto';
import { romeDateTime } from '../clock.js';
import type { Payment, Position, Stamp } from '../ledger.js';
import { markup, type Markup } from '../markup.js';
import { amountOf } from '../money.js';

/** The attestation of a payment as an Allegato: the stamp itself for bolli, a small receipt for anything else. */
export function attestation(position: Position, payment: Payment): Markup {
  const { stamp } = position;
  return stamp === null
    ? allegato('Ricevuta.txt', 'TEXT', receiptText(position, payment))
    : allegato('MarcaDaBollo.xml', 'XML_', stampXml(stamp, position, payment));
}

function allegato(titolo: string, codifica: string, content: string): Markup {
  const base64 = Buffer.from(content, 'utf8').toString('base64');
  return markup`
    <p:Allegato Tipo="Ricevuta">
      <i:Titolo>${titolo}</i:Titolo>
      <i:Codifica>${codifica}</i:Codifica>
      <i:Contenuto>${base64}</i:Contenuto>
    </p:Allegato>
  `;
}

function receiptText(position: Position, payment: Payment): string {
  return [
    'RICEVUTA DI PAGAMENTO (AMBIENTE DI PROVA, SENZA VALORE)',
    `Beneficiario: ${position.creditor}`,
    `Causale: ${position.description}`,
    `Identificativo del pagamento: ${position.idPagamento}`,
    `Transazione: ${payment.idTransazione}`,
    `Importo: EUR ${amountOf(position.amountCents)}`,
    `Pagato il: ${romeDateTime(payment.reachedAt)}`,
    '',
  ].join('\n');
}

/**
 * A stamp with every element of MarcaDaBollo.xsd. The signature has the form of one and signs nothing: only the Agenzia
 * delle Entrate can sign, and nothing here may pass for a real stamp.
 */
function stampXml({ documentHash }: Stamp, { idPagamento, amountCents }: Position, payment: Payment): string {
  const digest = Buffer.from(documentHash, 'hex').toString('base64');
  const iubd = createHash('sha256').update(`${idPagamento}/${payment.idTransazione}`).digest('hex').slice(0, 14);
  const signature = Buffer.from('FIRMA DI PROVA SENZA VALORE').toString('base64');
  const stamp = markup`
    <marcaDaBollo xmlns="http://www.agenziaentrate.gov.it/2014/MarcaDaBollo" xmlns:ds="http://www.w3.org/2000/09/xmldsig#">
      <PSP>
        <CodiceFiscale>00000000000</CodiceFiscale>
        <Denominazione>PSP di prova</Denominazione>
      </PSP>
      <IUBD>${iubd.toUpperCase()}</IUBD>
      <OraAcquisto>${romeDateTime(payment.reachedAt)}</OraAcquisto>
      <Importo>${amountOf(amountCents)}</Importo>
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
  return `<?xml version="1.0" encoding="UTF-8"?>${stamp.toString()}`;
}
