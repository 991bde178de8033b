import { Injectable } from '@nestjs/common';
import { Clock } from '../clock.js';
import { Ledger, settlementOf, type Position, type Running, type Session } from '../ledger.js';
import { isPayable, stateOf } from '../position-state.js';
import { Push } from '../push.js';
import { SCENARIOS, type Choice, type Scenario } from '../scenarios.js';
import { Settings } from '../settings.js';

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
   * are passed over. Answers what the scenario says, so that the pages know where to send the browser.
   */
  play(session: Session, positions: readonly Position[], choice: Choice): Scenario {
    const scenario = SCENARIOS[choice.scenario];
    const { first, later } = scenario;
    if (first === null) return scenario;
    const now = this.clock.now();
    const open = positions.filter((position) => isPayable(position, now) || isUnderWay(position, now));
    const running = this.ledger.start(open, now);
    this.move(session, running, first, choice);
    if (later !== null) {
      this.clock.after(this.settings.slowMs, () => this.move(session, running, later, choice));
    }
    return scenario;
  }

  private move(
    session: Session,
    running: readonly Running[],
    to: NonNullable<Scenario['first']>,
    choice: Choice,
  ): void {
    for (const one of running) {
      const hasMoved = this.ledger.move(one, to, this.clock.now());
      const settlement = settlementOf(one.position);
      if (hasMoved && settlement !== null && choice.push) this.push.announce(session, one.position, settlement);
    }
  }
}

/** In progress or confirming: a scenario played now decides how that very payment goes on. */
function isUnderWay(position: Position, now: Date): boolean {
  return ['POSIZIONE_CON_PAG_IN_CORSO', 'POSIZIONE_PAGATA_SBF'].includes(stateOf(position, now).stato);
}
