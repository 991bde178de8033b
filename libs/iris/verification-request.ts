import type { AskedPosition, ChargeKind } from './gateway.js';
import { type MessageIdentity, writeHeader } from './message-header.js';
import { identifier } from './outgoing-text.js';
import { type IrisSettings, tipoPendenzaOf } from './settings.js';
import { writeSoap } from './soap.js';
import { informativa, proxy } from './vocabularies.js';

/** The most positions of one poll. */
export const MOST_POSITIONS = 50;

/**
 * `IdpVerificaStatoPagamenti` (IdP.InformativaPagamento.xsd). The detailed form is always asked for, because the compact
 * one says "Posizione non presente" of a payment in progress. The header's ServiceName is that of the notification:
 * the schema knows none for the poll.
 */
export function writeVerification(
  kind: ChargeKind,
  positions: readonly AskedPosition[],
  identity: MessageIdentity,
  settings: IrisSettings,
): string {
  const ids = new Set(positions.map(({ idPagamento }) => identifier('IdPagamento', idPagamento)));
  const attributes = { TipoPendenza: tipoPendenzaOf(settings, kind) };
  return writeSoap(
    proxy('IdpVerificaStatoPagamenti', [
      informativa(
        'IdpVerificaStatoPagamento',
        [
          writeHeader('IdpInformativaPagamento', identity, settings),
          informativa('IdpBody', [
            ...[...ids].map((id) => informativa('IdPagamento', id, attributes)),
            informativa('richiestaInformazioniPagamento', 'true'),
          ]),
        ],
        { Versione: settings.version },
      ),
    ]),
  );
}
