import type { Element } from '@xmldom/xmldom';
import { childOrNull, childrenOf, elementAt, isTrue, textAt, textOrNull } from './reading.js';
import type { ReceivedAttachment } from './stamp.js';

/** What IdpAllineamentoPendenzeEnteOTF asks, in the words of the request. Read only after the structure was checked. */
export interface AlignmentRequest {
  readonly otf: Otf | null;
  readonly pendenze: readonly Pendenza[];
}

export interface Otf {
  readonly urlBack: string;
  readonly urlCancel: string;
  readonly offlinePaymentMethods: boolean;
}

export interface Pendenza {
  readonly tipoPendenza: string;
  readonly tipoOperazione: string;
  readonly idPendenza: string;
  readonly creditor: string;
  readonly payerId: string;
  readonly insert: Insert | null;
  /** Whether a content that belongs to another operation than Insert is there. */
  readonly hasReplace: boolean;
}

export interface Insert {
  readonly causale: string;
  readonly importoTotale: string;
  readonly tipiPagamento: readonly string[];
  readonly conditions: readonly Condition[];
}

/** A DettaglioPagamento. Dates are AAAA-MM-GG. */
export interface Condition {
  readonly idPagamento: string;
  readonly dataScadenza: string;
  readonly dataInizioValidita: string | null;
  readonly dataFineValidita: string;
  readonly importo: string;
  /** The amounts of the Voce elements, null when there is no DettaglioImporto. */
  readonly voci: readonly string[] | null;
  readonly attachments: readonly ReceivedAttachment[];
}

export function readAlignment(request: Element): AlignmentRequest {
  const otf = childOrNull(request, 'IdpOTF');
  return {
    otf: otf === null ? null : readOtf(otf),
    pendenze: childrenOf(elementAt(request, 'IdpBody'), 'Pendenza').map(readPendenza),
  };
}

function readOtf(otf: Element): Otf {
  return {
    urlBack: textAt(otf, 'URL_BACK').trim(),
    urlCancel: textAt(otf, 'URL_CANCEL').trim(),
    offlinePaymentMethods: isTrue(otf, 'OFFLINE_PAYMENT_METHODS'),
  };
}

function readPendenza(pendenza: Element): Pendenza {
  const insert = childOrNull(pendenza, 'Insert');
  const mittente = elementAt(pendenza, 'Mittente');
  return {
    tipoPendenza: pendenza.getAttributeNS(null, 'TipoPendenza') ?? '',
    tipoOperazione: pendenza.getAttributeNS(null, 'TipoOperazione') ?? '',
    idPendenza: textAt(pendenza, 'IdPendenza'),
    creditor: textOrNull(mittente, 'Descrizione') ?? textAt(mittente, 'Id'),
    payerId: textAt(pendenza, 'Destinatari/Destinatario/Id'),
    insert: insert === null ? null : readInsert(insert),
    hasReplace: childOrNull(pendenza, 'Replace') !== null,
  };
}

function readInsert(insert: Element): Insert {
  const infos = childrenOf(insert, 'InfoPagamento');
  return {
    causale: textAt(insert, 'DescrizioneCausale'),
    importoTotale: textAt(insert, 'ImportoTotale'),
    tipiPagamento: infos.map((info) => info.getAttributeNS(null, 'TipoPagamento') ?? ''),
    conditions: infos.flatMap((info) => childrenOf(info, 'DettaglioPagamento').map(readCondition)),
  };
}

function readCondition(condition: Element): Condition {
  const start = textOrNull(condition, 'DataInizioValidita');
  const detail = childOrNull(condition, 'DettaglioImporto');
  return {
    idPagamento: textAt(condition, 'IdPagamento'),
    dataScadenza: dayOf(textAt(condition, 'DataScadenza')),
    dataInizioValidita: start === null ? null : dayOf(start),
    dataFineValidita: dayOf(textAt(condition, 'DataFineValidita')),
    importo: textAt(condition, 'Importo'),
    voci: detail === null ? null : childrenOf(detail, 'Voce').map((voce) => textAt(voce, 'Importo')),
    attachments: childrenOf(condition, 'Allegato').map((attachment) => ({
      tipo: attachment.getAttributeNS(null, 'Tipo') ?? '',
      titolo: textOrNull(attachment, 'Titolo'),
      codifica: textAt(attachment, 'Codifica'),
      content: Buffer.from(textAt(attachment, 'Contenuto'), 'base64'),
    })),
  };
}

/** The day of an xs:date; its zone, if it gives one, is not looked at. */
function dayOf(date: string): string {
  return date.trim().slice(0, 10);
}
