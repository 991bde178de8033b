import { Body, ConflictException, Controller, Get, HttpCode, NotFoundException, Param, Post } from '@nestjs/common';
import { Clock } from '../clock.js';
import { Ledger, settlementOf, type Position, type Session } from '../ledger.js';
import { stateOf } from '../position-state.js';
import { ATTESTATION_QUALITIES, Scenarios, SCENARIOS, type ScenarioName } from '../scenarios.js';
import { InputReader } from './input.js';
import { Play } from './play.js';

interface PlayedPosition {
  readonly idPagamento: string;
  readonly state: string;
}

const LONGEST_AFTER_MS = 86_400_000;
const NAMES = Object.keys(SCENARIOS) as ScenarioName[];

/** The hand of the tester on payers and money: pays without a browser, chooses what payers do, gives money back. */
@Controller('sandbox')
export class SandboxController {
  constructor(
    private readonly ledger: Ledger,
    private readonly scenarios: Scenarios,
    private readonly player: Play,
    private readonly clock: Clock,
  ) {}

  /**
   * Plays the scenario in force for the position over its whole session, or with `only` over the position alone. With
   * `again` what is paid is paid once more, in a transaction of its own.
   */
  @Post('pay/:idPagamento')
  @HttpCode(200)
  pay(
    @Param('idPagamento') idPagamento: string,
    @Body() body: unknown,
  ): { idPagamento: string; session: string; scenario: ScenarioName; positions: readonly PlayedPosition[] } {
    const reader = new InputReader(body ?? {});
    const only = reader.flag('only', false);
    const again = reader.flag('again', false);
    reader.finish();
    const { position, session } = this.find(idPagamento);
    if (settlementOf(position) !== null && !again) {
      throw new ConflictException(`La posizione ${idPagamento} è già pagata (con {"again": true} si paga di nuovo)`);
    }
    const choice = this.scenarios.inForce(idPagamento, session.token);
    const played = only ? [position] : session.positions;
    const { ending } = this.player.play(session, played, choice, again);
    if (!only && ending !== 'hesitated') this.ledger.markUsed(session.token);
    return { idPagamento, session: session.token, scenario: choice.scenario, positions: this.states(played) };
  }

  /** The receipt of a payment arrives now and says that it was done, though it was in progress, refused or annulled. */
  @Post('receipt/:idPagamento')
  @HttpCode(200)
  receive(@Param('idPagamento') idPagamento: string): PlayedPosition | undefined {
    const { position, session } = this.find(idPagamento);
    const choice = this.scenarios.inForce(idPagamento, session.token);
    if (!this.player.receive(session, position, choice)) {
      throw new ConflictException(`La posizione ${idPagamento} non ha un pagamento di cui possa arrivare la ricevuta`);
    }
    return this.states([position])[0];
  }

  /** Gives back the money of a payment: of the one named by `idTransazione`, else of the latest that paid. */
  @Post('refund/:idPagamento')
  @HttpCode(200)
  refund(@Param('idPagamento') idPagamento: string, @Body() body: unknown): PlayedPosition | undefined {
    const reader = new InputReader(body ?? {});
    const named = reader.has('idTransazione')
      ? reader.text('idTransazione', /^[a-zA-Z0-9]{1,35}$/, 'il nome di una transazione')
      : null;
    reader.finish();
    const { position } = this.find(idPagamento);
    const idTransazione = named ?? settlementOf(position)?.idTransazione ?? '';
    if (!this.ledger.refund(idPagamento, idTransazione, this.clock.now())) {
      throw new ConflictException(`La posizione ${idPagamento} non ha un pagamento da rimborsare`);
    }
    return this.states([position])[0];
  }

  /** Chooses what the payer will do: for one position, for the next session opened, or by default. */
  @Post('scenario')
  @HttpCode(200)
  setScenario(@Body() body: unknown): ReturnType<Scenarios['all']> {
    const reader = new InputReader(body);
    const target = reader.text('idPagamento', /^[a-zA-Z0-9._]{1,35}$/, 'un identificativo, "next" oppure "default"');
    const choice = {
      scenario: this.scenarioIn(reader, target),
      push: reader.flag('push', true),
      attestation: reader.oneOf('attestation', ATTESTATION_QUALITIES, 'good'),
      afterMs: reader.number('afterMs', null, LONGEST_AFTER_MS, true),
    };
    reader.finish();
    this.scenarios.set(target, choice);
    return this.scenarios.all();
  }

  @Get('scenario')
  showScenarios(): ReturnType<Scenarios['all']> & { known: Readonly<Record<string, string>> } {
    const known = NAMES.map((name) => [name, SCENARIOS[name].description]);
    return { ...this.scenarios.all(), known: Object.fromEntries(known) as Record<string, string> };
  }

  /** An attestation may be chosen alone: the payer then does what was chosen before. */
  private scenarioIn(reader: InputReader, target: string): ScenarioName {
    if (!reader.has('attestation')) reader.text('scenario', /./, 'il nome di uno scenario');
    const session = this.ledger.position(target)?.session ?? '';
    return reader.oneOf('scenario', NAMES, this.scenarios.inForce(target, session).scenario);
  }

  /** A position that was deleted is found as long as IRIS reports on it. */
  private find(idPagamento: string): { position: Position; session: Session } {
    const position = this.ledger.position(idPagamento);
    const session = position === null ? null : this.ledger.session(position.session);
    if (position !== null && session !== null && !position.forgotten) return { position, session };
    throw new NotFoundException(`Nessuna posizione ha idPagamento ${idPagamento}`);
  }

  private states(positions: readonly Position[]): readonly PlayedPosition[] {
    const now = this.clock.now();
    return positions.map((one) => ({ idPagamento: one.idPagamento, state: stateOf(one, now).stato }));
  }
}
