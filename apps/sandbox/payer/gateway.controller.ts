import { Controller, Get, Header, HttpException, Param, Post, Res } from '@nestjs/common';
import type { Response } from 'express';
import { Clock } from '../clock.js';
import { Ledger, type Session } from '../ledger.js';
import { isPayable } from '../position-state.js';
import { Scenarios, type Ending, type ScenarioName } from '../scenarios.js';
import { notice } from './layout.js';
import { paymentPage } from './payment-page.js';
import { Play } from './play.js';

/** The pages of the payment gateway. Looking at the page starts nothing; the first press decides, once. */
@Controller('iris/gateway/:token')
export class GatewayController {
  constructor(
    private readonly ledger: Ledger,
    private readonly scenarios: Scenarios,
    private readonly play: Play,
    private readonly clock: Clock,
  ) {}

  @Get()
  @Header('Content-Type', 'text/html; charset=utf-8')
  show(@Param('token') token: string): string {
    return paymentPage(this.usable(token), this.clock.now());
  }

  /** The one button that follows the scenario in force; the other three say what they do. */
  @Post('pay')
  pay(@Param('token') token: string, @Res() response: Response): void {
    const session = this.usable(token);
    const ids = session.positions.map(({ idPagamento }) => idPagamento);
    const { scenario, push } = this.scenarios.inForceForAny(ids, session.token);
    this.perform(session, scenario, push, response);
  }

  @Post('refuse')
  refuse(@Param('token') token: string, @Res() response: Response): void {
    this.perform(this.usable(token), 'rejected', true, response);
  }

  @Post('cancel')
  cancel(@Param('token') token: string, @Res() response: Response): void {
    this.perform(this.usable(token), 'cancelled-by-payer', true, response);
  }

  @Post('leave')
  leave(@Param('token') token: string, @Res() response: Response): void {
    this.perform(this.usable(token), 'page-closed', true, response);
  }

  private perform(session: Session, scenario: ScenarioName, push: boolean, response: Response): void {
    const { ending } = this.play.play(session, session.positions, { scenario, push });
    if (ending !== 'hesitated') this.ledger.markUsed(session.token);
    const address = addressAfter(ending, session);
    if (address !== null) response.redirect(303, address);
    else
      response
        .status(200)
        .type('html')
        .send(ending === 'hesitated' ? HESITATED : LEFT);
  }

  private usable(token: string): Session {
    const session = this.ledger.session(token);
    if (session === null) throw new HttpException(UNKNOWN, 404);
    const now = this.clock.now();
    const hasWork = session.positions.some((position) => isPayable(position, now));
    if (session.used || !hasWork) throw new HttpException(USED, 410);
    return session;
  }
}

/** Where the browser goes, null when it stays. */
function addressAfter(ending: Ending, { urlBack, urlCancel }: Session): string | null {
  switch (ending) {
    case 'backWithSuccess':
      return withEsito(urlBack, 'OK');
    case 'backWithFailure':
      return withEsito(urlBack, 'ERROR');
    case 'cancelled':
      return urlCancel;
    case 'left':
    case 'hesitated':
      return null;
  }
}

function withEsito(address: string, esito: 'OK' | 'ERROR'): string {
  const url = new URL(address);
  url.searchParams.append('esito', esito);
  return url.href;
}

const LEFT = notice('Pagina abbandonata', [
  'Chi pagava ha chiuso la pagina a metà: il pagamento resta in corso e nessuno torna al sito dell’ente.',
  'Questa scheda si può chiudere.',
]);

const HESITATED = notice('Tempo scaduto', [
  'Chi pagava non ha scelto in tempo: nessun pagamento è iniziato e nessuno torna al sito dell’ente.',
  'Questa scheda si può chiudere.',
]);

const UNKNOWN = notice('Sessione di pagamento non trovata', [
  'Questo indirizzo non corrisponde a nessuna sessione. Il simulatore ricorda le sessioni solo finché resta acceso.',
  'Torna al sito dell’ente e avvia di nuovo il pagamento.',
]);

const USED = notice('Sessione di pagamento già usata', [
  'Questa sessione è già servita, oppure non ha più nulla da pagare.',
  'Torna al sito dell’ente per vedere come è andata o per ripetere il pagamento.',
]);
