import { Injectable } from '@nestjs/common';
import { Clock } from '../clock.js';
import { Ledger, settlementOf, type Position, type Running, type Session } from '../ledger.js';
import { isUnpaid, stateOf } from '../position-state.js';
import { Push } from '../push.js';
import { SCENARIOS, type Choice, type Scenario, type Step } from '../scenarios.js';
import { Settings } from '../settings.js';

/** A scenario under way over the positions of one session. */
interface Performance {
  readonly session: Session;
  readonly scenario: Scenario;
  readonly choice: Choice;
}

/** Plays a scenario: the one place where the payment of a position begins, moves and is told to the creditor. */
@Injectable()
export class Play {
  constructor(
    private readonly ledger: Ledger,
    private readonly push: Push,
    private readonly settings: Settings,
    private readonly clock: Clock,
  ) {}

  /**
   * Plays the scenario over the positions that can still be paid or are being paid, all in one transaction; the others
   * are passed over, unless `again` says that what is paid is paid once more. Answers what the scenario says, so that
   * the pages know where to send the browser.
   */
  play(session: Session, positions: readonly Position[], choice: Choice, again = false): Scenario {
    const scenario: Scenario = SCENARIOS[choice.scenario];
    const [first, ...later] = scenario.steps;
    if (first === undefined) return scenario;
    const performance = { session, scenario, choice };
    const now = this.clock.now();
    const open = positions.filter((position) => again || isUnpaid(position, now) || isUnderWay(position, now));
    const running = this.begin(performance, open);
    this.move(performance, running, first);
    for (const step of later) this.clock.after(this.pauseMs(step, choice), () => this.goOn(performance, running, step));
    return scenario;
  }

  /**
   * The receipt of the latest payment of a position arrives, and says that it was done: the last word, whatever stood
   * there. False when there is no payment it could be about.
   */
  receive(session: Session, position: Position, choice: Choice): boolean {
    const latest = position.payments.at(-1);
    if (latest === undefined) return false;
    const step = { after: 'now', to: 'ESEGUITO' } as const;
    const performance = { session, scenario: SCENARIOS.paid, choice };
    return this.move(performance, [{ position, idTransazione: latest.idTransazione }], step) > 0;
  }

  /** What was begun since is left alone: it belongs to another play. */
  private goOn(performance: Performance, running: readonly Running[], step: Step): void {
    const own = running.filter((one) => this.ledger.isLatest(one));
    const positions = own.map(({ position }) => position);
    this.move(performance, step.anew ? this.begin(performance, positions) : own, step);
  }

  private begin({ scenario }: Performance, positions: readonly Position[]): readonly Running[] {
    return this.ledger.start(positions, this.clock.now(), scenario.surplusCents);
  }

  private move({ session, scenario, choice }: Performance, running: readonly Running[], { to }: Step): number {
    const moved = running.filter((one) => this.ledger.move(one, to, this.clock.now()));
    if (to !== 'ESEGUITO' || !choice.push) return moved.length;
    for (const { position } of moved) {
      const settlement = settlementOf(position);
      for (let telling = 0; settlement !== null && telling < (scenario.tellings ?? 1); telling += 1) {
        this.push.announce(session, position, settlement);
      }
    }
    return moved.length;
  }

  private pauseMs({ after }: Step, { afterMs }: Choice): number {
    return afterMs ?? (after === 'late' ? this.settings.lateMs : this.settings.slowMs);
  }
}

/** In progress or confirming: a scenario played now decides how that very payment goes on. */
function isUnderWay(position: Position, now: Date): boolean {
  return ['POSIZIONE_CON_PAG_IN_CORSO', 'POSIZIONE_PAGATA_SBF'].includes(stateOf(position, now).stato);
}
