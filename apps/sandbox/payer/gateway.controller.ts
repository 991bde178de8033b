import { Body, Controller, Get, Header, HttpException, Param, Post, Res } from '@nestjs/common';
import type { Response } from 'express';
import { Clock } from '../clock.js';
import { Faults } from '../faults.js';
import { Ledger, type Session } from '../ledger.js';
import { isPayable } from '../position-state.js';
import { isScenarioName, plainly, Scenarios, type Choice, type Ending } from '../scenarios.js';
import { InputReader } from './input.js';
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
    private readonly faults: Faults,
    private readonly clock: Clock,
  ) {}

  @Get()
  @Header('Content-Type', 'text/html; charset=utf-8')
  show(@Param('token') token: string): string {
    return paymentPage(this.usable(token), this.clock.now());
  }

  /** The one button that follows the scenario in force; the others say what they do. */
  @Post('pay')
  pay(@Param('token') token: string, @Res() response: Response): void {
    const session = this.usable(token);
    const ids = session.positions.map(({ idPagamento }) => idPagamento);
    this.perform(session, this.scenarios.inForceForAny(ids, session.token), response);
  }

  @Post('refuse')
  refuse(@Param('token') token: string, @Res() response: Response): void {
    this.perform(this.usable(token), plainly('rejected'), response);
  }

  @Post('cancel')
  cancel(@Param('token') token: string, @Res() response: Response): void {
    this.perform(this.usable(token), plainly('cancelled-by-payer'), response);
  }

  @Post('leave')
  leave(@Param('token') token: string, @Res() response: Response): void {
    this.perform(this.usable(token), plainly('page-closed'), response);
  }

  /** Follows the scenario chosen in the list, for the whole session. */
  @Post('choose')
  choose(@Param('token') token: string, @Body() body: unknown, @Res() response: Response): void {
    const reader = new InputReader(body);
    const scenario = reader.text('scenario', /./, 'il nome di uno scenario');
    if (!isScenarioName(scenario)) throw new HttpException(UNKNOWN_SCENARIO, 422);
    this.perform(this.usable(token), plainly(scenario), response);
  }

  private perform(session: Session, choice: Choice, response: Response): void {
    const { ending } = this.play.play(session, session.positions, choice);
    if (ending !== 'hesitated') this.ledger.markUsed(session.token);
    const { address, page } = afterwards(ending, session);
    if (address !== null) response.redirect(303, address);
    else response.status(200).type('html').send(page);
  }

  private usable(token: string): Session {
    if (this.faults.isDown()) throw new HttpException(DOWN, 503);
    const session = this.ledger.session(token);
    if (session === null) throw new HttpException(UNKNOWN, 404);
    const now = this.clock.now();
    const hasWork = session.positions.some((position) => isPayable(position, now));
    if (session.used || !hasWork) throw new HttpException(USED, 410);
    return session;
  }
}

/** Where the browser goes, or the page on which it stays. */
function afterwards(ending: Ending, { urlBack, urlCancel }: Session): { address: string | null; page: string } {
  switch (ending) {
    case 'backWithSuccess':
      return { address: withEsito(urlBack, 'OK'), page: '' };
    case 'backWithFailure':
      return { address: withEsito(urlBack, 'ERROR'), page: '' };
    case 'cancelled':
      return { address: urlCancel, page: '' };
    case 'left':
      return { address: null, page: LEFT };
    case 'paidAndLeft':
      return { address: null, page: PAID_AND_LEFT };
    case 'retrying':
      return { address: null, page: RETRYING };
    case 'hesitated':
      return { address: null, page: HESITATED };
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

const PAID_AND_LEFT = notice('Pagamento eseguito', [
  'Il pagamento è riuscito, ma chi pagava ha chiuso la pagina: nessuno torna al sito dell’ente.',
  'Questa scheda si può chiudere.',
]);

const RETRYING = notice('Pagamento rifiutato', [
  'Il primo tentativo è stato rifiutato. Chi paga riprova su questa stessa pagina: tra poco risulterà pagato.',
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

const UNKNOWN_SCENARIO = notice('Scenario sconosciuto', ['Lo scenario scelto non esiste nel simulatore.']);

const DOWN = notice('Servizio non disponibile', [
  'IRIS in questo momento non risponde: è un guasto chiesto al simulatore.',
  'Riprova tra poco.',
]);
