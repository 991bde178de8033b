/** `IdpAllineamentoPendenzeEnteOTF.Esito`: what became of positions we wanted opened or taken back (IdP.Esito.xsd). */
import { deleteAnswerOf, failureOf, type IrisEsito, readEsito } from './codes.js';
import { IrisOutcomeUnknown } from './errors.js';
import type { DeleteAnswer, OpenedSession } from './gateway.js';
import { isHttpUrl } from './settings.js';
import { ESITO, PROXY } from './vocabularies.js';
import type { Incoming } from './xml-reading.js';

interface Verdict {
  /** Processed as a whole, and no detail of it discarded. */
  readonly isClean: boolean;
  readonly esiti: readonly IrisEsito[];
}

/**
 * A session was opened if, and only if, IRIS names one. One that comes together with errors is not believed: some
 * positions may be open and others not.
 */
export function readOpening(body: Incoming): OpenedSession {
  const answer = readAnswer(body);
  const { isClean, esiti } = readVerdict(answer);
  const session = answer.optional(ESITO, 'IdpOTF');
  if (session === null) throw failureOf(esiti);
  if (!isClean) throw new IrisOutcomeUnknown('IRIS opened a session and reported errors in the same answer.');
  const redirectUrl = session.only(ESITO, 'UrlGW').text(2048);
  if (!isHttpUrl(redirectUrl)) throw new IrisOutcomeUnknown('IRIS opened a session whose address is not a URL.');
  return { sessionId: session.only(ESITO, 'IdSessioneGW').text(512), redirectUrl };
}

export function readDeletion(body: Incoming): DeleteAnswer {
  const { isClean, esiti } = readVerdict(readAnswer(body));
  const refusal = deleteAnswerOf(esiti);
  if (refusal !== null) return refusal;
  if (!isClean) throw failureOf(esiti);
  return 'deleted';
}

const readAnswer = (body: Incoming): Incoming => {
  if (!body.is(PROXY, 'IdpAllineamentoPendenzeEnteOTF.Esito')) body.refuse('this is not the answer to the message');
  return body.only(PROXY, 'IdpEsitoOTF');
};

function readVerdict(answer: Incoming): Verdict {
  const idpBody = answer.only(ESITO, 'IdpBody');
  const message = idpBody.only(ESITO, 'InfoMessaggio');
  const details = idpBody.optional(ESITO, 'InfoDettaglio')?.all(ESITO, 'Dettaglio') ?? [];
  const stato = message.only(ESITO, 'Stato').matching(/^Elaborato (Correttamente|con Errori)$/, 40);
  return {
    isClean: stato === 'Elaborato Correttamente' && details.length === 0,
    esiti: [message, ...details]
      .flatMap((part) => part.optional(ESITO, 'Esiti')?.all(ESITO, 'Esito') ?? [])
      .map(readEsito),
  };
}
