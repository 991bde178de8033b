import { readAttachment, type Attachment } from './attachment.js';
import { readPayment } from './payment-block.js';
import { readSoap, writeFault, writeSoap } from './soap.js';
import { esito, HEADER, INFORMATIVA, proxy, PROXY, unqualified } from './vocabularies.js';
import type { Incoming } from './xml-reading.js';

/** `IdpInformativaPagamento`: IRIS tells of payments. It pushes positive facts only, and may repeat itself. */
export interface Notification {
  readonly msgId: string;
  readonly payments: readonly NotifiedPayment[];
}

/** One payment of a notification. */
export interface NotifiedPayment {
  readonly idPagamento: string;
  readonly idTransazione: string | null;
  readonly amountCents: number;
  /** Paid; settled with the treasury; found on the account. Of one IdTransazione they are one fact. */
  readonly esito: 'ESEGUITO' | 'REGOLATO' | 'INCASSO';
  readonly attachment: Attachment | null;
}

/**
 * Reads what IRIS posted (IdP.InformativaPagamento.xsd in a SOAP 1.1 envelope).
 *
 * @throws IrisMalformed if any of it is not strictly readable: answer with `notificationFault`, so that it is sent again
 */
export function readNotification(xml: string): Notification {
  const body = readSoap(xml);
  if (!body.is(PROXY, 'IdpInformativaPagamento')) body.refuse('a payment notification was expected');
  const message = body.only(INFORMATIVA, 'IdpInformativaPagamento');
  const msgId = message.only(HEADER, 'IdpHeader').only(HEADER, 'TRT').only(HEADER, 'MsgId');
  const idpBody = message.only(INFORMATIVA, 'IdpBody');
  const payments = idpBody.all(INFORMATIVA, 'Pagamento').map(readNotifiedPayment);
  if (payments.length === 0) idpBody.refuse('Pagamento is missing');
  return { msgId: msgId.matching(/^[a-zA-Z0-9._]+$/, 44), payments };
}

function readNotifiedPayment(payment: Incoming): NotifiedPayment {
  const allegato = payment.optional(INFORMATIVA, 'Allegato');
  return {
    ...readPayment(payment),
    esito: readTipoNotifica(payment.only(INFORMATIVA, 'Esito')),
    attachment: allegato === null ? null : readAttachment(allegato),
  };
}

function readTipoNotifica(element: Incoming): NotifiedPayment['esito'] {
  const tipo = element.text(35);
  return tipo === 'ESEGUITO' || tipo === 'REGOLATO' || tipo === 'INCASSO' ? tipo : element.refuse('unknown Esito');
}

/** The SOAP answer to a notification that is stored: IRIS does not send it again. */
export const notificationStored = (): string =>
  writeSoap(
    proxy('IdpInformativaPagamentoResponse', [
      unqualified('infoMessaggio', [esito('Stato', 'Elaborato Correttamente')]),
    ]),
  );

/** The SOAP fault (to be sent with HTTP 500) for a notification that could not be stored: IRIS sends it again. */
export const notificationFault = (text: string): string => writeFault(text);
