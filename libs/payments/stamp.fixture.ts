import { createHash } from 'node:crypto';
import type { Attachment } from '#libs/iris';

/** What a spec may want to be wrong about a stamp. */
export interface StampXml {
  /** The document it is for, as `bolli` of the bench names it. */
  readonly document?: string;
  readonly iubd?: string;
  readonly importo?: string;
}

/** A stamp with every element of MarcaDaBollo.xsd, and somebody's name in it. */
export function stampXml({
  document = 'document 0',
  iubd = '01234567890123',
  importo = '16.00',
}: StampXml = {}): Buffer {
  const digest = createHash('sha256').update(document).digest('base64');
  return Buffer.from(`<?xml version="1.0" encoding="UTF-8"?>
<mdb:marcaDaBollo xmlns:mdb="http://www.agenziaentrate.gov.it/2014/MarcaDaBollo" xmlns="http://www.w3.org/2000/09/xmldsig#">
  <mdb:PSP><mdb:CodiceFiscale>00000000000</mdb:CodiceFiscale><mdb:Denominazione>di Mario Rossi</mdb:Denominazione></mdb:PSP>
  <mdb:IUBD>${iubd}</mdb:IUBD>
  <mdb:OraAcquisto>2026-11-23T10:00:00+01:00</mdb:OraAcquisto>
  <mdb:Importo>${importo}</mdb:Importo>
  <mdb:TipoBollo>01</mdb:TipoBollo>
  <mdb:ImprontaDocumento>
    <mdb:DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"/>
    <DigestValue>${digest}</DigestValue>
  </mdb:ImprontaDocumento>
  <Signature><SignatureValue>FIRMA</SignatureValue></Signature>
</mdb:marcaDaBollo>`);
}

export const stampAttachment = (content: Buffer): Attachment => ({
  contentType: 'application/xml',
  titolo: 'MarcaDaBollo.xml',
  tipo: 'Ricevuta',
  content,
});
