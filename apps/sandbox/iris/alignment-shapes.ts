import { idpHeader, idpOtf } from './header-shapes.js';
import { NAMESPACES } from './namespaces.js';
import {
  base64,
  boolean,
  date,
  dateTime,
  identificativoIdp,
  importo,
  maxText,
  oneOf,
  pattern,
  versione,
  year,
} from './simple-types.js';
import { anyNumber, many, one, optional, shapesOf, type Shape } from './structure.js';

/**
 * IdP.AllineamentoPendenze.xsd, as far as the OTF service goes. The content of UpdateStatus is left out: the service
 * refuses the operation, so its content is never read.
 */
const shape = shapesOf(NAMESPACES.alignment);
const include = shapesOf(NAMESPACES.include);

const tipoPagamento = oneOf('Pagamento a Rate', 'Pagamento Unico');

const allegato = shape(
  'Allegato',
  [
    optional(include('Titolo', maxText(70))),
    one(
      include(
        'Codifica',
        oneOf('GIF_', 'HTML', 'JPEG', 'LNK_', 'MSWD', 'MSEX', 'MSPP', 'PDF_', 'PNG_', 'TEXT', 'XML_'),
      ),
    ),
    one(include('Contenuto', base64)),
    optional(include('IdAntifalsificazione', maxText(4096))),
  ],
  { Tipo: oneOf('Documento', 'Ricevuta', 'Quietanza', 'NdC') },
);

const cip = shape('CIP', [one(include('Codice', maxText(256)))], { Tipo: maxText(10) });

const voce = shape(
  'Voce',
  [
    one(shape('Codice', maxText(35))),
    one(shape('Descrizione', maxText(256))),
    one(shape('Importo', importo)),
    optional(shape('CapitoloBilancio', maxText(35))),
    optional(shape('Accertamento', maxText(35))),
  ],
  { Tipo: maxText(35) },
);

const dettaglioTransazione = shape('DettaglioTransazione', [
  one(shape('DataPagamento', dateTime)),
  one(shape('CanalePagamento', maxText(35))),
  optional(shape('MezzoPagamento', maxText(35))),
  optional(shape('ImportoPagamento', importo)),
  optional(shape('NotePagamento', maxText(256))),
]);

const accreditoPagamento = shape('AccreditoPagamento', [
  one(include('CodiceIBAN', pattern(/[a-zA-Z]{2}[0-9]{2}[a-zA-Z0-9]{1,30}/))),
  one(include('Beneficiario', maxText(70))),
]);

const dettaglioPagamento = shape('DettaglioPagamento', [
  one(shape('IdPagamento', identificativoIdp)),
  optional(cip),
  one(shape('DataScadenza', date)),
  optional(shape('DataInizioValidita', date)),
  one(shape('DataFineValidita', date)),
  one(shape('Stato', oneOf('Non Pagato', 'Pagato', 'Non Pagabile', 'Pagamento Irregolare', 'Pagamento Rimborsato'))),
  one(shape('Importo', importo)),
  optional(shape('DettaglioImporto', [many(voce)])),
  optional(dettaglioTransazione),
  anyNumber(allegato),
  optional(shape('CausalePagamento', maxText(256))),
  optional(accreditoPagamento),
]);

const infoPagamento = shape('InfoPagamento', [many(dettaglioPagamento)], { TipoPagamento: tipoPagamento });

const insertOrReplace = (name: 'Insert' | 'Replace'): Shape =>
  shape(name, [
    one(shape('DescrizioneCausale', maxText(512))),
    optional(shape('Riscossore', [one(shape('Id', maxText(35))), one(shape('Riferimento', maxText(35)))])),
    one(shape('DataCreazione', dateTime)),
    one(shape('DataEmissione', dateTime)),
    one(shape('DataPrescrizione', dateTime)),
    one(shape('AnnoRiferimento', year)),
    optional(shape('DataModificaEnte', dateTime)),
    one(shape('Stato', oneOf('Aperta', 'Chiusa'))),
    one(shape('ImportoTotale', importo)),
    one(shape('Divisa', oneOf('EUR'))),
    many(infoPagamento),
    optional(allegato),
  ]);

const datiDestinatario = shape('DatiDestinatario', [
  one(shape('TipoSoggetto', oneOf('F', 'G'))),
  one(shape('Anagrafica', maxText(70))),
  optional(shape('EMail', maxText(256))),
  optional(shape('Indirizzo', maxText(70))),
  optional(shape('NumeroCivico', maxText(16))),
  optional(shape('Cap', maxText(16))),
  optional(shape('Localita', maxText(35))),
  optional(shape('Provincia', maxText(35))),
  optional(shape('Nazione', pattern(/[A-Z]{2}/))),
]);

const identificativoAlternativo = shape('IdentificativoAlternativo', [
  one(shape('TipoCodiceIdenficativoAlternativo', maxText(10))),
  one(shape('CodiceIdenficativoAlternativo', maxText(50))),
]);

const destinatario = shape(
  'Destinatario',
  [
    one(shape('Id', identificativoIdp)),
    optional(shape('Descrizione', maxText(70))),
    optional(datiDestinatario),
    optional(identificativoAlternativo),
  ],
  { Tipo: oneOf('Cittadino', 'Delegato', 'Altro') },
);

const pendenza = shape(
  'Pendenza',
  [
    one(shape('IdPendenza', identificativoIdp)),
    one(shape('Mittente', [one(shape('Id', identificativoIdp)), optional(shape('Descrizione', maxText(70)))])),
    one(shape('Destinatari', [many(destinatario)])),
    optional(shape('CartellaDiPagamento', boolean)),
    optional(shape('Note', maxText(2000))),
    optional(insertOrReplace('Insert')),
    optional(insertOrReplace('Replace')),
  ],
  { TipoPendenza: maxText(35), TipoOperazione: oneOf('Insert', 'UpdateStatus', 'Replace', 'Delete') },
);

/** The body of IdpAllineamentoPendenzeEnteOTF, inside its wrapper of proxy.xsd. */
export const alignmentRequest = shape(
  'IdpAllineamentoPendenzeOTF',
  [one(idpHeader), optional(idpOtf), one(shape('IdpBody', [many(pendenza)]))],
  { Versione: versione },
);
