import { createHash, randomUUID } from 'node:crypto';

/**
 * Requests as a creditor would send them, written out as text so that a spec can spoil one exactly where it wants. They
 * owe nothing to the code under test.
 */
export interface PositionToOpen {
  readonly idPagamento: string;
  readonly tipoPendenza?: string;
  readonly amount?: string;
  readonly description?: string;
}

export const newId = (prefix: string): string => `${prefix}.${randomUUID().replaceAll('-', '').slice(0, 20)}`;

export const STAMP_HASH = createHash('sha256').update('progetto').digest('hex');

const NS = 'http://www.cart.rete.toscana.it/servizi/iris_1_1';

function envelope(operation: string, content: string): string {
  return `<?xml version="1.0" encoding="UTF-8"?>
<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Header/><s:Body>
<x:${operation} xmlns:x="${NS}/proxy" xmlns:a="${NS}/IdpAllineamentoPendenze" xmlns:h="${NS}/IdpHeader"
 xmlns:i="${NS}/IdpInclude" xmlns:p="${NS}/IdpInformativaPagamento">${content}</x:${operation}>
</s:Body></s:Envelope>`;
}

function header(serviceName: string, msgId: string): string {
  const at = '2026-11-23T10:00:00Z';
  return `<h:IdpHeader><h:TRT><h:ServiceName>${serviceName}</h:ServiceName><h:MsgId>${msgId}</h:MsgId>
<h:XMLCrtDt>${at}</h:XMLCrtDt><h:Sender><h:SenderId>RT</h:SenderId><h:SenderSys>SIL_PORTOS</h:SenderSys></h:Sender>
<h:Receiver><h:ReceiverId>iris</h:ReceiverId><h:ReceiverSys>SIL_iris_ITR</h:ReceiverSys></h:Receiver></h:TRT>
<h:E2E><h:E2ESrvcNm>${serviceName}</h:E2ESrvcNm><h:E2EMsgId>${msgId}</h:E2EMsgId><h:XMLCrtDt>${at}</h:XMLCrtDt>
<h:Sender><h:E2ESndrId>RT</h:E2ESndrId><h:E2ESndrSys>SIL_PORTOS</h:E2ESndrSys></h:Sender>
<h:Receiver><h:E2ERcvrId>iris</h:E2ERcvrId><h:E2ERcvrSys>SIL_iris_ITR</h:E2ERcvrSys></h:Receiver></h:E2E></h:IdpHeader>`;
}

const stampAttachment = (): string => {
  const content = Buffer.from(`TIPO=01;PROV=FI;HASH=${STAMP_HASH}`).toString('base64');
  return `<a:Allegato Tipo="Documento"><i:Titolo>DatiMBD.txt</i:Titolo><i:Codifica>TEXT</i:Codifica>
<i:Contenuto>${content}</i:Contenuto></a:Allegato>`;
};

function pendenza(position: PositionToOpen): string {
  const { idPagamento, tipoPendenza = 'E_BOLLO', amount = '16.00', description = 'Imposta di bollo' } = position;
  return `<a:Pendenza TipoPendenza="${tipoPendenza}" TipoOperazione="Insert"><a:IdPendenza>P.${idPagamento}</a:IdPendenza>
<a:Mittente><a:Id>RT</a:Id><a:Descrizione>Regione Toscana</a:Descrizione></a:Mittente>
<a:Destinatari><a:Destinatario Tipo="Cittadino"><a:Id>RSSMRA80A01H501U</a:Id></a:Destinatario></a:Destinatari>
<a:Insert><a:DescrizioneCausale>${description}</a:DescrizioneCausale><a:DataCreazione>2026-11-23T10:00:00Z</a:DataCreazione>
<a:DataEmissione>2026-11-23T10:00:00Z</a:DataEmissione><a:DataPrescrizione>2036-11-23T10:00:00Z</a:DataPrescrizione>
<a:AnnoRiferimento>2026</a:AnnoRiferimento><a:Stato>Aperta</a:Stato><a:ImportoTotale>${amount}</a:ImportoTotale>
<a:Divisa>EUR</a:Divisa><a:InfoPagamento TipoPagamento="Pagamento Unico"><a:DettaglioPagamento>
<a:IdPagamento>${idPagamento}</a:IdPagamento><a:DataScadenza>2027-01-31</a:DataScadenza>
<a:DataInizioValidita>2026-11-01</a:DataInizioValidita><a:DataFineValidita>2027-01-31</a:DataFineValidita>
<a:Stato>Non Pagato</a:Stato><a:Importo>${amount}</a:Importo><a:DettaglioImporto><a:Voce Tipo="ONERI">
<a:Codice>000</a:Codice><a:Descrizione>Oneri</a:Descrizione><a:Importo>${amount}</a:Importo></a:Voce></a:DettaglioImporto>
${tipoPendenza === 'E_BOLLO' ? stampAttachment() : ''}</a:DettaglioPagamento></a:InfoPagamento></a:Insert></a:Pendenza>`;
}

/** Opens the positions in one message. */
export function insertRequest(positions: readonly PositionToOpen[], msgId = newId('M')): string {
  return envelope(
    'IdpAllineamentoPendenzeEnteOTF',
    `<a:IdpAllineamentoPendenzeOTF Versione="01.03-04">${header('IdpAllineamentoPendenze', msgId)}
<h:IdpOTF><h:URL_BACK>http://portos.test/back?t=1</h:URL_BACK><h:URL_CANCEL>http://portos.test/cancel?t=1</h:URL_CANCEL>
<h:OFFLINE_PAYMENT_METHODS>false</h:OFFLINE_PAYMENT_METHODS></h:IdpOTF>
<a:IdpBody>${positions.map(pendenza).join('')}</a:IdpBody></a:IdpAllineamentoPendenzeOTF>`,
  );
}

/** Deletes one position opened by insertRequest. */
export function deleteRequest(idPagamento: string, tipoPendenza = 'E_BOLLO'): string {
  return envelope(
    'IdpAllineamentoPendenzeEnteOTF',
    `<a:IdpAllineamentoPendenzeOTF Versione="01.03-04">${header('IdpAllineamentoPendenze', newId('M'))}
<a:IdpBody><a:Pendenza TipoPendenza="${tipoPendenza}" TipoOperazione="Delete"><a:IdPendenza>P.${idPagamento}</a:IdPendenza>
<a:Mittente><a:Id>RT</a:Id></a:Mittente><a:Destinatari><a:Destinatario Tipo="Cittadino"><a:Id>RSSMRA80A01H501U</a:Id>
</a:Destinatario></a:Destinatari></a:Pendenza></a:IdpBody></a:IdpAllineamentoPendenzeOTF>`,
  );
}

/** Asks the state of positions of one type; without details it is the compact form that is asked for. */
export function verifyRequest(ids: readonly string[], tipoPendenza = 'E_BOLLO', detailed = true): string {
  const asked = ids.map((id) => `<p:IdPagamento TipoPendenza="${tipoPendenza}">${id}</p:IdPagamento>`).join('');
  const details = detailed ? '<p:richiestaInformazioniPagamento>true</p:richiestaInformazioniPagamento>' : '';
  return envelope(
    'IdpVerificaStatoPagamenti',
    `<p:IdpVerificaStatoPagamento Versione="01.03-04">${header('IdpInformativaPagamento', newId('M'))}
<p:IdpBody>${asked}${details}</p:IdpBody></p:IdpVerificaStatoPagamento>`,
  );
}
