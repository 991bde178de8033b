import { NAMESPACES } from './namespaces.js';
import {
  boolean,
  browserAddress,
  dateTime,
  identificativoIdp,
  maxText,
  msgId,
  oneOf,
  pattern,
} from './simple-types.js';
import { one, optional, shapesOf } from './structure.js';

/** IdP.Header.xsd. */
const shape = shapesOf(NAMESPACES.header);

const serviceName = oneOf(
  'IdpAllineamentoPendenze',
  'IdpInformativaPagamento',
  'IdpRendicontazioneEnti',
  'IdpConfigurazioneEnte',
  'IdpAutorizzazioneDiPagamento',
  'IdpEstrattoContoDebitorio',
);

const trt = shape('TRT', [
  one(shape('ServiceName', serviceName)),
  one(shape('MsgId', msgId)),
  one(shape('XMLCrtDt', dateTime)),
  one(shape('Sender', [one(shape('SenderId', maxText(35))), one(shape('SenderSys', maxText(35)))])),
  one(shape('Receiver', [one(shape('ReceiverId', maxText(35))), one(shape('ReceiverSys', maxText(35)))])),
]);

const e2e = shape('E2E', [
  one(shape('E2ESrvcNm', maxText(60))),
  one(shape('E2EMsgId', msgId)),
  one(shape('XMLCrtDt', dateTime)),
  one(shape('Sender', [one(shape('E2ESndrId', maxText(35))), one(shape('E2ESndrSys', maxText(35)))])),
  one(shape('Receiver', [one(shape('E2ERcvrId', maxText(35))), one(shape('E2ERcvrSys', maxText(35)))])),
]);

export const idpHeader = shape('IdpHeader', [one(trt), one(e2e)]);

const datiVersante = shape('DATI_VERSANTE', [
  one(shape('TIPO_SOGGETTO', oneOf('F', 'G'))),
  one(shape('ID_FISCALE', identificativoIdp)),
  one(shape('ANAGRAFICA', maxText(70))),
  optional(shape('E_MAIL', maxText(256))),
  optional(shape('INDIRIZZO', maxText(70))),
  optional(shape('NUMERO_CIVICO', maxText(16))),
  optional(shape('CAP', maxText(16))),
  optional(shape('LOCALITA', maxText(35))),
  optional(shape('PROVINCIA', maxText(35))),
  optional(shape('NAZIONE', pattern(/[A-Z]{2}/))),
]);

export const idpOtf = shape('IdpOTF', [
  one(shape('URL_BACK', browserAddress)),
  one(shape('URL_CANCEL', browserAddress)),
  optional(shape('OFFLINE_PAYMENT_METHODS', boolean)),
  optional(shape('ID_PSP', maxText(100))),
  optional(datiVersante),
]);
