import { romeDateTime } from '../clock.js';
import type { Payment, Position, Session } from '../ledger.js';
import { markup, type Markup } from '../markup.js';
import { amountOf } from '../money.js';
import { openingHeader } from './header.js';

/**
 * The content of a Pagamento (IdP.InformativaPagamento.xsd), the same in the poll's answer and in a notification; only
 * the element around it differs in namespace. DataOraPagamento is when the payment began, DataOraTransazione when it
 * was done, and ImportoTransato is what the payer gave for all positions paid together.
 */
export function pagamentoContent(position: Position, payment: Payment, attestation: Markup | null): Markup {
  const amount = amountOf(payment.amountCents);
  const transacted = amountOf(payment.transactionCents);
  const causale = Array.from(position.description).slice(0, 256).join('');
  return markup`
    <p:RiferimentoPagamento TipoPagamento="Pagamento Unico">
      <p:IdPagamento>${position.idPagamento}</p:IdPagamento>
    </p:RiferimentoPagamento>
    <p:DataOraPagamento>${romeDateTime(payment.startedAt)}</p:DataOraPagamento>
    <p:Importo>${amount}</p:Importo>
    <p:RiferimentoDebitore>${position.payerId}</p:RiferimentoDebitore>
    <p:Esito>ESEGUITO</p:Esito>
    <p:Pagante Tipo="CodiceFiscale">
      <p:IdPagante>${position.payerId}</p:IdPagante>
    </p:Pagante>
    <p:Transazione>
      <p:CanalePagamento Tipo="WEB"/>
      <p:MezzoPagamento Tipo="CARTA">
        <p:Descrizione>Carta di pagamento</p:Descrizione>
      </p:MezzoPagamento>
      <p:IdTransazione>${payment.idTransazione}</p:IdTransazione>
      <p:DataOraTransazione>${romeDateTime(payment.paidAt ?? payment.reachedAt)}</p:DataOraTransazione>
      <p:ImportoTransato>${transacted}</p:ImportoTransato>
      <p:DettaglioImportoTransato>
        <p:Voce Tipo="ImportoTransato">
          <p:Descrizione>Importo</p:Descrizione>
          <p:Importo>${transacted}</p:Importo>
        </p:Voce>
      </p:DettaglioImportoTransato>
    </p:Transazione>
    ${attestation}
    <p:RiferimentoDebito TipoDebito="${position.tipoPendenza}">
      <p:Pendenza>${position.idPendenza}</p:Pendenza>
    </p:RiferimentoDebito>
    <p:DescrizioneCausale>${causale}</p:DescrizioneCausale>
    <p:IdentificativoUnivocoVersamento>${position.idPagamento}</p:IdentificativoUnivocoVersamento>
  `;
}

/** What a notification tells of. */
export interface PaidPosition {
  readonly position: Position;
  readonly payment: Payment;
  readonly attestation: Markup | null;
}

/** The SOAP body of the notification that a position was paid. */
export function informativa(session: Session, { position, payment, attestation }: PaidPosition, at: Date): Markup {
  const header = openingHeader('IdpInformativaPagamento', session.openedBy, at);
  const pagamento = markup`<p:Pagamento>${pagamentoContent(position, payment, attestation)}</p:Pagamento>`;
  return markup`
    <proxy:IdpInformativaPagamento>
      <p:IdpInformativaPagamento Versione="${session.version}">
        ${header}
        <p:IdpBody>${pagamento}</p:IdpBody>
      </p:IdpInformativaPagamento>
    </proxy:IdpInformativaPagamento>
  `;
}
