import { Controller, Get, Header } from '@nestjs/common';
import { Clock } from '../clock.js';
import { Ledger, type Session } from '../ledger.js';
import { markup, type Markup } from '../markup.js';
import { isPayable } from '../position-state.js';
import { SCENARIOS } from '../scenarios.js';
import { page } from './layout.js';
import { STYLESHEET } from './stylesheet.js';

const ENDPOINTS = [
  ['POST /iris/services/IdpAllineamentoPendenzeEnteOTF', 'apre o cancella posizioni (SOAP)'],
  ['POST /iris/services/IdpVerificaStatoPagamenti', 'dice lo stato delle posizioni (SOAP)'],
  ['GET /iris/gateway/{token}', 'la pagina di chi paga'],
  [
    'POST /sandbox/pay/{idPagamento}',
    'paga senza browser tutta la sessione; con {"only": true} la sola posizione, con {"again": true} anche se già pagata',
  ],
  ['POST /sandbox/receipt/{idPagamento}', 'fa arrivare adesso la ricevuta positiva, anche dopo un annullamento'],
  ['POST /sandbox/refund/{idPagamento}', 'rimborsa un pagamento: l’ultimo, o quello di {"idTransazione": "…"}'],
  [
    'POST /sandbox/scenario',
    'sceglie che cosa farà chi paga: {"idPagamento": "…" | "next" | "default", "scenario": "…"}, e con "attestation" quale attestato riceverà',
  ],
  ['GET /sandbox/scenario', 'gli scenari scelti e quelli disponibili'],
  [
    'POST /sandbox/faults',
    'guasti di IRIS: {"latencyMs", "errorRate", "duplicateRate", "reorderRate", "downForSeconds", "seed", "onDelete"}; {} li toglie tutti',
  ],
  ['GET /sandbox/faults', 'i guasti in corso, e quante volte hanno colpito'],
  ['GET /sandbox/ledger', 'quello che IRIS ed E-Bollo hanno incassato davvero'],
  ['GET /health/live', 'dice che il simulatore è acceso'],
] as const;

/** The first page, its stylesheet and the sign of life. */
@Controller()
export class HomeController {
  constructor(
    private readonly ledger: Ledger,
    private readonly clock: Clock,
  ) {}

  @Get()
  @Header('Content-Type', 'text/html; charset=utf-8')
  home(): string {
    const now = this.clock.now();
    const open = this.ledger
      .sessions()
      .filter(({ used, positions }) => !used && positions.some((position) => isPayable(position, now)));
    return page(
      'Simulatore',
      markup`
        <section class="card"><h1>Simulatore di IRIS</h1>${sessionList(open)}</section>
        <section class="card"><h2>Indirizzi</h2><dl class="index">${ENDPOINTS.map(([name, use]) => described(name, use))}</dl></section>
        <section class="card">
          <h2>Scenari</h2>
          <dl class="index">${Object.entries(SCENARIOS).map(([name, { description }]) => described(name, description))}</dl>
        </section>
      `,
    );
  }

  @Get('sandbox.css')
  @Header('Content-Type', 'text/css; charset=utf-8')
  stylesheet(): string {
    return STYLESHEET;
  }

  @Get('health/live')
  live(): { status: 'ok' } {
    return { status: 'ok' };
  }
}

function sessionList(sessions: readonly Session[]): Markup {
  if (sessions.length === 0) return markup`<p class="soft">Nessuna sessione di pagamento aspetta chi paga.</p>`;
  return markup`<p>Sessioni che aspettano chi paga:</p><ul>${sessions.map(sessionItem)}</ul>`;
}

function sessionItem({ token, positions }: Session): Markup {
  const ids = positions.map(({ idPagamento }) => idPagamento).join(', ');
  return markup`<li><a href="/iris/gateway/${token}">${ids}</a></li>`;
}

function described(name: string, use: string): Markup {
  return markup`<dt><code>${name}</code></dt><dd>${use}</dd>`;
}
