/** A `MarcaDaBollo` as the Agenzia delle Entrate issues it, of one document; stamps differ by their IUBD. For trials only. */
export const stampOf = (documentHash: string, iubd: string): Buffer =>
  Buffer.from(
    `<marcaDaBollo xmlns="http://www.agenziaentrate.gov.it/2014/MarcaDaBollo" xmlns:ds="http://www.w3.org/2000/09/xmldsig#">` +
      `<PSP><CodiceFiscale>00000000000</CodiceFiscale><Denominazione>PSP</Denominazione></PSP><IUBD>${iubd}</IUBD>` +
      `<OraAcquisto>2026-01-01T12:00:00</OraAcquisto><Importo>16.00</Importo><TipoBollo>01</TipoBollo>` +
      `<ImprontaDocumento><DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"/>` +
      `<ds:DigestValue>${documentHash}</ds:DigestValue></ImprontaDocumento>` +
      `<ds:Signature><ds:SignatureValue>${'0'.repeat(344)}</ds:SignatureValue></ds:Signature></marcaDaBollo>`,
  );
