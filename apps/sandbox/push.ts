import { Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import { Clock } from './clock.js';
import { Faults } from './faults.js';
import { Attestations } from './iris/attestations.js';
import { envelopeAround, SoapFault, soapBodyOf, unwrapped } from './iris/envelope.js';
import { informativa } from './iris/informativa.js';
import { NAMESPACES } from './iris/namespaces.js';
import { textAt } from './iris/reading.js';
import { maxText, oneOf } from './iris/simple-types.js';
import { many, one, optional, shapesOf, violationOf } from './iris/structure.js';
import type { Payment, Position, Session } from './ledger.js';
import { Settings } from './settings.js';

/** The pauses before the second and the later tries, about three minutes in all. After the tenth try IRIS gives up. */
export const PUSH_PAUSES_MS = [500, 1000, 2000, 4000, 8000, 16_000, 30_000, 60_000, 60_000] as const;

const LONGEST_TRY_MS = 12_000;

/** What the receiver's answer means: stored, refused for good, or to be sent again. */
type Reception = 'stored' | 'refused' | 'unclear';

/**
 * Tells the creditor, by IdpInformativaPagamento, that a position was paid. Only positive facts are told. A fault, a 5xx,
 * silence and an answer that cannot be read are all tried again with the same message; any other answer is final.
 */
@Injectable()
export class Push implements OnApplicationShutdown {
  private readonly log = new Logger(Push.name);
  private readonly closing = new AbortController();

  constructor(
    private readonly attestations: Attestations,
    private readonly faults: Faults,
    private readonly settings: Settings,
    private readonly clock: Clock,
  ) {}

  /** What is forgotten is told to nobody. */
  announce(session: Session, position: Position, payment: Payment): void {
    if (position.forgotten) return;
    const attestation = this.attestations.of(position, payment);
    const told = informativa(session, { position, payment, attestation }, this.clock.now());
    const message = envelopeAround(told);
    const { isTwice, delayMs } = this.faults.nextFate();
    for (let copy = 0; copy < (isTwice ? 2 : 1); copy += 1) this.dispatch(message, position.idPagamento, delayMs);
  }

  private dispatch(message: string, idPagamento: string, delayMs: number): void {
    if (delayMs === 0) void this.deliver(message, idPagamento, 0);
    else this.clock.after(delayMs, () => void this.deliver(message, idPagamento, 0));
  }

  onApplicationShutdown(): void {
    this.closing.abort();
  }

  private async deliver(message: string, idPagamento: string, failures: number): Promise<void> {
    const reception = await this.send(message);
    if (this.closing.signal.aborted) return;
    if (reception !== 'unclear') {
      this.log.debug(`notification of ${idPagamento} ${reception} at try ${failures + 1}`);
      return;
    }
    const pauseMs = PUSH_PAUSES_MS[failures];
    if (pauseMs === undefined) {
      this.log.warn(`notification of ${idPagamento} given up after ${failures + 1} tries`);
      return;
    }
    this.clock.after(pauseMs, () => void this.deliver(message, idPagamento, failures + 1));
  }

  private async send(message: string): Promise<Reception> {
    const { notifyUrl, notifyAs } = this.settings;
    const headers: Record<string, string> = {
      'Content-Type': 'text/xml; charset=utf-8',
      SOAPAction: '"IdpInformativaPagamento"',
    };
    if (notifyAs !== null) {
      headers['Authorization'] = `Basic ${Buffer.from(`${notifyAs.user}:${notifyAs.password}`).toString('base64')}`;
    }
    // `AbortSignal.any` would leave an entry for each try with the signal that lives as long as the process (Node 20).
    const ending = new AbortController();
    const end = (): void => ending.abort();
    const timer = setTimeout(end, LONGEST_TRY_MS);
    this.closing.signal.addEventListener('abort', end, { once: true });
    if (this.closing.signal.aborted) end();
    try {
      const { signal } = ending;
      const answer = await fetch(notifyUrl, { method: 'POST', headers, body: message, signal, redirect: 'error' });
      const body = new Uint8Array(await answer.arrayBuffer());
      if (answer.status >= 500) return 'unclear';
      return answer.ok ? receptionIn(body) : 'refused';
    } catch {
      // Refused connection, reset, time out: nobody can tell what the receiver did, so it hears the message again.
      return 'unclear';
    } finally {
      clearTimeout(timer);
      this.closing.signal.removeEventListener('abort', end);
    }
  }
}

const esito = shapesOf(NAMESPACES.esito);

/** InfoMessaggio of IdP.Esito.xsd under the unqualified name that the notification's WSDL gives it. */
const infoMessaggio = shapesOf('')('infoMessaggio', [
  one(esito('Stato', oneOf('Elaborato Correttamente', 'Elaborato con Errori'))),
  optional(
    esito('Esiti', [
      many(
        esito('Esito', [
          one(esito('Codice', maxText(8))),
          one(esito('Descrizione', maxText(256))),
          optional(esito('Elemento', { expected: 'testo', accepts: () => true })),
          optional(esito('Note', { expected: 'testo', accepts: () => true })),
        ]),
      ),
    ]),
  ),
  optional(esito('Note', maxText(2000))),
]);

function receptionIn(body: Uint8Array): Reception {
  try {
    const answer = unwrapped(soapBodyOf(body), 'IdpInformativaPagamentoResponse');
    if (violationOf(answer, infoMessaggio) !== null) return 'unclear';
    return textAt(answer, 'Stato') === 'Elaborato Correttamente' ? 'stored' : 'refused';
  } catch (error) {
    if (error instanceof SoapFault) return 'unclear';
    throw error;
  }
}
