/**
 * `IdpVerificaStatoPagamenti.Esito` (IdP.Esito.Verifica.xsd). The answer names no creditor, so it is tied to the
 * question by IdPagamento and TipoPendenza. Each position is believed or doubted on its own: one that cannot be read
 * says nothing against the others.
 */
import { readAttachment, type Attachment } from './attachment.js';
import { readEsito, shown } from './codes.js';
import { IrisBatchRejected, IrisMalformed } from './errors.js';
import { esitoOf } from './esito.js';
import type { AskedPosition, PositionReport, Receipt } from './gateway.js';
import { instantOf } from './instants.js';
import { readPayment } from './payment-block.js';
import { ESITO, INFORMATIVA, PROXY } from './vocabularies.js';
import type { Incoming } from './xml-reading.js';

export function readVerification(
  body: Incoming,
  positions: readonly AskedPosition[],
  tipoPendenza: string,
): PositionReport[] {
  if (!body.is(PROXY, 'IdpVerificaStatoPagamenti.Esito')) body.refuse('this is not the answer to the poll');
  const idpBody = body.only(ESITO, 'IdpEsitoVerifica').only(ESITO, 'IdpBody');
  const answers = idpBody.all(ESITO, 'InformazioniPagamento');
  const failure = idpBody.optional(ESITO, 'Esito');
  if (failure !== null && answers.length === 0) throw rejectionOf(failure);
  const named = answers.map((answer) => ({ idPagamento: idOf(answer), answer }));
  return positions.map(({ idPagamento }) => {
    const own = named.filter((candidate) => candidate.idPagamento === idPagamento);
    return reportOn(
      idPagamento,
      own.map(({ answer }) => answer),
      tipoPendenza,
    );
  });
}

/** What IRIS puts into this `Esito` is not always what the schema says, so what can be read of it is enough. */
function rejectionOf(failure: Incoming): IrisBatchRejected {
  try {
    const { codice, descrizione } = readEsito(failure);
    return new IrisBatchRejected(shown(descrizione), codice);
  } catch (error) {
    if (error instanceof IrisMalformed) return new IrisBatchRejected('IRIS gave no readable reason.');
    throw error;
  }
}

const idOf = (answer: Incoming): string | null => whatIsReadable(() => answer.only(ESITO, 'IdPagamento').text(35));

function reportOn(idPagamento: string, answers: readonly Incoming[], tipoPendenza: string): PositionReport {
  const [answer, second] = answers;
  if (answer === undefined) return doubted(idPagamento, '', '', 'IRIS did not answer for this position.');
  const stato = shown(whatIsReadable(() => answer.only(ESITO, 'Stato').text(256)) ?? '');
  const description = shown(whatIsReadable(() => answer.only(ESITO, 'DescrizioneStato').text(256)) ?? '');
  if (second) return doubted(idPagamento, stato, description, 'IRIS answered more than once for this position.');
  try {
    return believed(idPagamento, answer, tipoPendenza);
  } catch (error) {
    if (error instanceof IrisMalformed) return doubted(idPagamento, stato, description, error.message);
    throw error;
  }
}

function believed(idPagamento: string, answer: Incoming, tipoPendenza: string): PositionReport {
  if (answer.only(ESITO, 'TipoPendenza').text(35) !== tipoPendenza) answer.refuse('the TipoPendenza is another one');
  const stato = answer.only(ESITO, 'Stato').text(256);
  const descrizioneStato = answer.only(ESITO, 'DescrizioneStato').text(256);
  const esito = esitoOf(stato, descrizioneStato);
  const payment = answer.optional(ESITO, 'Pagamento');
  if (esito === 'paid' && payment === null && descrizioneStato === 'PAG_ESEGUITO_IDP') {
    answer.refuse('paid through IRIS, and no Pagamento says how much');
  }
  const receipt = esito === 'paid' && payment !== null ? receiptOf(payment, idPagamento) : null;
  return { idPagamento, esito, stato: shown(stato), description: shown(descrizioneStato), receipt, doubt: null };
}

function receiptOf(payment: Incoming, idPagamento: string): Receipt {
  const { amountCents, idTransazione, ...named } = readPayment(payment);
  if (named.idPagamento !== idPagamento) payment.refuse('the Pagamento is of another position');
  return {
    idTransazione,
    amountCents,
    paidAt: instantOf(whatIsReadable(() => payment.only(INFORMATIVA, 'DataOraPagamento').text(64)) ?? ''),
    attachment: attachmentOf(payment),
  };
}

const attachmentOf = (payment: Incoming): Attachment | null =>
  whatIsReadable(() => {
    const allegato = payment.optional(INFORMATIVA, 'Allegato');
    return allegato === null ? null : readAttachment(allegato);
  });

const doubted = (idPagamento: string, stato: string, description: string, doubt: string): PositionReport => ({
  idPagamento,
  esito: 'unknown',
  stato,
  description,
  receipt: null,
  doubt,
});

/** For what a report can do without: `null` if it cannot be read. */
function whatIsReadable<Value>(read: () => Value): Value | null {
  try {
    return read();
  } catch (error) {
    if (error instanceof IrisMalformed) return null;
    throw error;
  }
}
