import { Injectable } from '@nestjs/common';
import type { Element } from '@xmldom/xmldom';
import { Clock } from '../clock.js';
import { Ledger, settlementOf, type Position } from '../ledger.js';
import { markup, type Markup } from '../markup.js';
import { ABSENT, stateOf, type DetailedState } from '../position-state.js';
import { Settings } from '../settings.js';
import { Attestations } from './attestations.js';
import { esito, structureRefusal } from './esiti.js';
import { answerHeader, readHeader, versionOf } from './header.js';
import { pagamentoContent } from './informativa.js';
import { childrenOf, elementAt, isTrue } from './reading.js';
import { violationOf } from './structure.js';
import { verificationRequest } from './verification-shapes.js';

interface Asked {
  readonly idPagamento: string;
  readonly tipoPendenza: string;
}

/** The compact form. It calls absent whatever is under way: who wants to know must ask for the details. */
const COMPACT: Readonly<Record<DetailedState, string>> = {
  POSIZIONE_NON_PRESENTE: 'Posizione non presente',
  POSIZIONE_NON_PAGATA: 'Pagamento non eseguito',
  POSIZIONE_NON_PAGABILE: 'Posizione non pagabile',
  POSIZIONE_PAGATA: 'Pagamento eseguito',
  POSIZIONE_PAGATA_SBF: 'Posizione non presente',
  POSIZIONE_CON_PAG_IN_CORSO: 'Posizione non presente',
};

/** IdpVerificaStatoPagamenti: the poll. One answer for each position asked, in the order of the request. */
@Injectable()
export class Verification {
  constructor(
    private readonly ledger: Ledger,
    private readonly attestations: Attestations,
    private readonly settings: Settings,
    private readonly clock: Clock,
  ) {}

  /** The content of the SOAP body of the answer. */
  answer(request: Element): Markup {
    const header = answerHeader('IdpInformativaPagamento', readHeader(request), this.clock.now());
    return markup`
      <proxy:IdpVerificaStatoPagamenti.Esito>
        <e:IdpEsitoVerifica Versione="${versionOf(request)}">
          ${header}
          <e:IdpBody>${this.states(request)}</e:IdpBody>
        </e:IdpEsitoVerifica>
      </proxy:IdpVerificaStatoPagamenti.Esito>
    `;
  }

  private states(request: Element): Markup | readonly Markup[] {
    const violation = violationOf(request, verificationRequest);
    if (violation !== null) return esito(structureRefusal(violation));
    const body = elementAt(request, 'IdpBody');
    const asked = childrenOf(body, 'IdPagamento').map((element) => ({
      idPagamento: element.textContent ?? '',
      tipoPendenza: element.getAttributeNS(null, 'TipoPendenza') ?? '',
    }));
    const known = [this.settings.tipoPendenzaBolli, this.settings.tipoPendenzaIstruttoria];
    const stranger = asked.find(({ tipoPendenza }) => !known.includes(tipoPendenza));
    // One bad id spoils the whole list: the answer then holds an Esito and no position at all.
    if (stranger !== undefined) {
      const description = `Tipo debito ${stranger.tipoPendenza} sconosciuto`;
      return esito({ code: 'BS000006', description, element: 'TipoPendenza' });
    }
    const isDetailed = isTrue(body, 'richiestaInformazioniPagamento');
    return asked.map((one) => (isDetailed ? this.detailed(one) : this.compact(one)));
  }

  private detailed(asked: Asked): Markup {
    const position = this.find(asked);
    const { stato, descrizione } = position === null ? ABSENT : stateOf(position, this.clock.now());
    return markup`
      <e:InformazioniPagamento>
        <e:IdPagamento>${asked.idPagamento}</e:IdPagamento>
        <e:TipoPendenza>${asked.tipoPendenza}</e:TipoPendenza>
        <e:Stato>${stato}</e:Stato>
        <e:DescrizioneStato>${descrizione}</e:DescrizioneStato>
        ${position === null ? null : this.pagamento(position)}
      </e:InformazioniPagamento>
    `;
  }

  private pagamento(position: Position): Markup | null {
    const settlement = settlementOf(position);
    if (settlement === null) return null;
    const attestation = this.attestations.of(position, settlement);
    return markup`<e:Pagamento>${pagamentoContent(position, settlement, attestation)}</e:Pagamento>`;
  }

  private compact(asked: Asked): Markup {
    const position = this.find(asked);
    const { stato } = position === null ? ABSENT : stateOf(position, this.clock.now());
    return markup`
      <e:StatoPagamento IdPagamento="${asked.idPagamento}" TipoPendenza="${asked.tipoPendenza}">${COMPACT[stato]}</e:StatoPagamento>
    `;
  }

  /** A position is known by its id and its type together, until it is forgotten. */
  private find({ idPagamento, tipoPendenza }: Asked): Position | null {
    const position = this.ledger.position(idPagamento);
    return position?.tipoPendenza === tipoPendenza && !position.forgotten ? position : null;
  }
}
