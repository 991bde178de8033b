import { Injectable } from '@nestjs/common';
import type { Element } from '@xmldom/xmldom';
import type { Response } from 'express';
import { Clock } from '../clock.js';
import { Faults } from '../faults.js';
import type { Markup } from '../markup.js';
import { Scenarios, type WireFailure } from '../scenarios.js';
import { envelopeAround, SoapFault } from './envelope.js';

/** Longer than any caller waits. */
const HANGS_MS = 40_000;
const SERVICE_UNAVAILABLE = 503;

/** Does what a message asks and gives the content of the SOAP body. */
type Work = (message: Element) => Markup;

/** Between the services and their callers: what the answers go through, and how they are lost on the way. */
@Injectable()
export class Wire {
  constructor(
    private readonly scenarios: Scenarios,
    private readonly faults: Faults,
    private readonly clock: Clock,
  ) {}

  /** Nobody is there: the message is not even read. */
  refuseWhileDown(response: Response): boolean {
    if (!this.faults.refusesNext()) return false;
    response.status(SERVICE_UNAVAILABLE).type('text/html').send('<html><body>Service Unavailable</body></html>');
    return true;
  }

  async answer(message: Element, work: Work, response: Response): Promise<void> {
    const failure = this.scenarios.wireFailure(described(message)) ?? this.faults.nextWireFailure();
    if (this.faults.latencyMs > 0) await this.pause(this.faults.latencyMs);
    if (failure === 'soap-fault') throw new SoapFault('Server', 'Errore interno');
    if (failure === 'http-500') {
      response.status(500).type('text/html').send('<html><body>Internal Server Error</body></html>');
      return;
    }
    const envelope = envelopeAround(work(message));
    if (failure === null) send(response, envelope);
    else this.lose(failure, envelope, response);
  }

  /** The work is done, and the caller never reads so. */
  private lose(failure: Exclude<WireFailure, 'soap-fault' | 'http-500'>, envelope: string, response: Response): void {
    switch (failure) {
      case 'lost-answer':
        response.destroy();
        return;
      case 'garbage':
        send(response, envelope.slice(0, Math.floor(envelope.length / 2)));
        return;
      case 'timeout':
        this.clock.after(HANGS_MS, () => response.destroy());
    }
  }

  private pause(ms: number): Promise<void> {
    return new Promise((resume) => this.clock.after(ms, resume));
  }
}

function send(response: Response, envelope: string): void {
  response.status(200).setHeader('Content-Type', 'text/xml; charset=utf-8');
  response.send(envelope);
}

/** What can be said of a message before its structure is checked. */
function described(message: Element): Parameters<Scenarios['wireFailure']>[0] {
  const has = (name: string): boolean => message.getElementsByTagNameNS('*', name).length > 0;
  const ids = Array.from(message.getElementsByTagNameNS('*', 'IdPagamento'), ({ textContent }) => textContent ?? '');
  if (message.localName === 'IdpVerificaStatoPagamento') return { idPagamenti: ids, operation: 'poll' };
  return { idPagamenti: ids, operation: has('Insert') ? 'open' : 'delete' };
}
