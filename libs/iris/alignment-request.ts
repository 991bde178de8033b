/** `IdpAllineamentoPendenzeEnteOTF`, which opens positions and takes them back (IdP.AllineamentoPendenze.xsd). */
import type { ChargeKind, DeleteRequest, OpenPosition, OpenRequest } from './gateway.js';
import { dateTimeOf, daysAfter, romeDateOf } from './instants.js';
import { type MessageIdentity, writeHeader } from './message-header.js';
import { identifier, importo, payerText, payerValue, returnUrl } from './outgoing-text.js';
import { type IrisSettings, tipoPendenzaOf } from './settings.js';
import { writeSoap } from './soap.js';
import { stampAttachment } from './stamp.js';
import { allineamento, header, proxy } from './vocabularies.js';
import type { Outgoing } from './xml-writing.js';

/** How long a position may be paid: pagoPA keeps a request without a receipt for so long. */
const VALIDITY_DAYS = 90;

/** The most payments IRIS takes in one session (`N_MAX_PAGAMENTI`). */
const MOST_POSITIONS = 5;

/** 16 characters for a person; 11 digits for a company. */
const checkedFiscalCode = (fiscalCode: string): string =>
  payerValue('ID_FISCALE', fiscalCode, /^([A-Za-z0-9]{16}|[0-9]{11})$/);

const VOCE_DESCRIPTION: Readonly<Record<ChargeKind, string>> = {
  bolli: 'Imposta di bollo',
  istruttoria: 'Spese di istruttoria',
};

export function writeOpen(request: OpenRequest, identity: MessageIdentity, settings: IrisSettings): string {
  const { length } = request.positions;
  if (length < 1 || length > MOST_POSITIONS) {
    throw new RangeError(`A session opens 1 to ${MOST_POSITIONS} positions, not ${length}.`);
  }
  const tipoPendenza = tipoPendenzaOf(settings, request.kind);
  const pendenze = request.positions.map((position) =>
    allineamento(
      'Pendenza',
      [
        ...headPendenza(position.idPendenza, request.payer.fiscalCode, settings),
        insert(request.kind, position, identity.createdAt, settings),
      ],
      { TipoPendenza: tipoPendenza, TipoOperazione: 'Insert' },
    ),
  );
  return alignment([idpOtf(request), allineamento('IdpBody', pendenze)], identity, settings);
}

export function writeDelete(request: DeleteRequest, identity: MessageIdentity, settings: IrisSettings): string {
  const pendenza = allineamento('Pendenza', headPendenza(request.idPendenza, request.payerFiscalCode, settings), {
    TipoPendenza: tipoPendenzaOf(settings, request.kind),
    TipoOperazione: 'Delete',
  });
  return alignment([allineamento('IdpBody', [pendenza])], identity, settings);
}

const alignment = (content: readonly Outgoing[], identity: MessageIdentity, settings: IrisSettings): string =>
  writeSoap(
    proxy('IdpAllineamentoPendenzeEnteOTF', [
      allineamento(
        'IdpAllineamentoPendenzeOTF',
        [writeHeader('IdpAllineamentoPendenze', identity, settings), ...content],
        { Versione: settings.version },
      ),
    ]),
  );

function idpOtf({ payer, urlBack, urlCancel }: OpenRequest): Outgoing {
  const fiscalCode = checkedFiscalCode(payer.fiscalCode);
  return header('IdpOTF', [
    header('URL_BACK', returnUrl('URL_BACK', urlBack)),
    header('URL_CANCEL', returnUrl('URL_CANCEL', urlCancel)),
    header('DATI_VERSANTE', [
      header('TIPO_SOGGETTO', fiscalCode.length === 16 ? 'F' : 'G'),
      header('ID_FISCALE', fiscalCode),
      // A name is mandatory here, and we hold none.
      header('ANAGRAFICA', fiscalCode),
      header('E_MAIL', payerText('E_MAIL', payer.email, 256)),
    ]),
  ]);
}

const headPendenza = (idPendenza: string, fiscalCode: string, settings: IrisSettings): Outgoing[] => [
  allineamento('IdPendenza', identifier('IdPendenza', idPendenza)),
  allineamento('Mittente', [allineamento('Id', settings.senderId)]),
  allineamento('Destinatari', [
    allineamento('Destinatario', [allineamento('Id', checkedFiscalCode(fiscalCode))], {
      Tipo: 'Cittadino', // companies too: "Altro" is not used by clients in service
    }),
  ]),
];

function insert(kind: ChargeKind, position: OpenPosition, createdAt: Date, settings: IrisSettings): Outgoing {
  const payableUntil = daysAfter(createdAt, VALIDITY_DAYS);
  const amount = importo(position.amountCents);
  return allineamento('Insert', [
    allineamento('DescrizioneCausale', payerText('DescrizioneCausale', position.description, 512)),
    allineamento('DataCreazione', dateTimeOf(createdAt)),
    allineamento('DataEmissione', dateTimeOf(createdAt)),
    // Of this position, not of the debt: it serves one attempt, and after its validity nothing is due on it.
    allineamento('DataPrescrizione', dateTimeOf(payableUntil)),
    allineamento('AnnoRiferimento', romeDateOf(createdAt).slice(0, 4)),
    allineamento('Stato', 'Aperta'),
    allineamento('ImportoTotale', amount),
    allineamento('Divisa', 'EUR'),
    allineamento(
      'InfoPagamento',
      [
        allineamento('DettaglioPagamento', [
          allineamento('IdPagamento', identifier('IdPagamento', position.idPagamento)),
          allineamento('DataScadenza', romeDateOf(payableUntil)),
          allineamento('DataInizioValidita', romeDateOf(createdAt)),
          allineamento('DataFineValidita', romeDateOf(payableUntil)),
          allineamento('Stato', 'Non Pagato'),
          allineamento('Importo', amount),
          allineamento('DettaglioImporto', [voce(kind, amount)]),
          ...(position.stamp === null ? [] : [stampAttachment(position.stamp, settings.stampHash)]),
        ]),
      ],
      { TipoPagamento: 'Pagamento Unico' },
    ),
  ]);
}

/** The schema lets it be left out, but then IRIS answers "errore database"; these codes are what it is used to. */
const voce = (kind: ChargeKind, amount: string): Outgoing =>
  allineamento(
    'Voce',
    [
      allineamento('Codice', '000'),
      allineamento('Descrizione', VOCE_DESCRIPTION[kind]),
      allineamento('Importo', amount),
    ],
    { Tipo: 'ONERI' },
  );
