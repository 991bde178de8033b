import {
  BadRequestException,
  Body,
  ConflictException,
  Controller,
  Get,
  HttpCode,
  NotFoundException,
  Param,
  Post,
  UnprocessableEntityException,
} from '@nestjs/common';
import { Clock } from '../clock.js';
import { Ledger, settlementOf } from '../ledger.js';
import { amountOf } from '../money.js';
import { stateOf } from '../position-state.js';
import { isScenarioName, Scenarios, SCENARIOS, type ScenarioName } from '../scenarios.js';
import { Play } from './play.js';

interface PlayedPosition {
  readonly idPagamento: string;
  readonly state: string;
}

/** The hand of the tester: plays the payer without a browser, chooses scenarios, reads the ledger. */
@Controller('sandbox')
export class SandboxController {
  constructor(
    private readonly ledger: Ledger,
    private readonly scenarios: Scenarios,
    private readonly player: Play,
    private readonly clock: Clock,
  ) {}

  /** Plays the scenario in force for the position over its whole session, or over the position alone. */
  @Post('pay/:idPagamento')
  @HttpCode(200)
  pay(
    @Param('idPagamento') idPagamento: string,
    @Body() body: unknown,
  ): { idPagamento: string; session: string; scenario: ScenarioName; positions: readonly PlayedPosition[] } {
    const only = flag(objectIn(body ?? {}), 'only', false);
    const position = this.ledger.position(idPagamento);
    const session = position === null ? null : this.ledger.session(position.session);
    if (position === null || session === null || position.deleted) {
      throw new NotFoundException(`Nessuna posizione ha idPagamento ${idPagamento}`);
    }
    if (settlementOf(position) !== null) throw new ConflictException(`La posizione ${idPagamento} è già pagata`);
    const choice = this.scenarios.inForce(idPagamento, session.token);
    const played = only ? [position] : session.positions;
    const { ending } = this.player.play(session, played, choice);
    if (!only && ending !== 'hesitated') this.ledger.markUsed(session.token);
    const now = this.clock.now();
    const positions = played.map((one) => ({ idPagamento: one.idPagamento, state: stateOf(one, now).stato }));
    return { idPagamento, session: session.token, scenario: choice.scenario, positions };
  }

  /** Chooses what the payer will do: for one position, for the next session opened, or by default. */
  @Post('scenario')
  @HttpCode(200)
  setScenario(@Body() body: unknown): ReturnType<Scenarios['all']> {
    const given = objectIn(body);
    const { idPagamento, scenario } = given;
    if (typeof idPagamento !== 'string' || !/^[a-zA-Z0-9._]{1,35}$/.test(idPagamento)) {
      throw new BadRequestException('idPagamento deve essere un identificativo, "next" oppure "default"');
    }
    if (typeof scenario !== 'string') throw new BadRequestException('scenario deve essere il nome di uno scenario');
    if (!isScenarioName(scenario)) {
      throw new UnprocessableEntityException(
        `Scenario sconosciuto: ${scenario}. Scenari disponibili: ${Object.keys(SCENARIOS).join(', ')}`,
      );
    }
    this.scenarios.set(idPagamento, { scenario, push: flag(given, 'push', true) });
    return this.scenarios.all();
  }

  @Get('scenario')
  showScenarios(): ReturnType<Scenarios['all']> & { known: Readonly<Record<string, string>> } {
    const known = Object.entries(SCENARIOS).map(([name, { description }]) => [name, description]);
    return { ...this.scenarios.all(), known: Object.fromEntries(known) as Record<string, string> };
  }

  /** What IRIS and E-Bollo really took, and how every position stands. `total` is the money taken. */
  @Get('ledger')
  showLedger() {
    const positions = this.ledger.positions();
    const now = this.clock.now();
    const settled = positions.flatMap((position) => {
      const settlement = settlementOf(position);
      return settlement === null ? [] : [{ position, settlement }];
    });
    return {
      items: settled.map(({ position, settlement }) => ({
        idPagamento: position.idPagamento,
        idPendenza: position.idPendenza,
        tipoPendenza: position.tipoPendenza,
        amount: amountOf(position.amountCents),
        idTransazione: settlement.idTransazione,
        paidAt: settlement.reachedAt.toISOString(),
        session: position.session,
      })),
      total: amountOf(settled.reduce((sum, { position }) => sum + position.amountCents, 0)),
      positions: positions.map((position) => {
        const { stato, descrizione } = stateOf(position, now);
        const { idPagamento, idPendenza, tipoPendenza, amountCents, session } = position;
        const amount = amountOf(amountCents);
        return { idPagamento, idPendenza, tipoPendenza, amount, session, state: stato, description: descrizione };
      }),
    };
  }
}

function objectIn(body: unknown): Readonly<Record<string, unknown>> {
  if (typeof body === 'object' && body !== null && !Array.isArray(body)) return body as Record<string, unknown>;
  throw new BadRequestException('Il corpo deve essere un oggetto JSON (Content-Type: application/json)');
}

function flag(body: Readonly<Record<string, unknown>>, name: string, fallback: boolean): boolean {
  const value = body[name] ?? fallback;
  if (typeof value === 'boolean') return value;
  throw new BadRequestException(`${name} deve essere true o false`);
}
