import { setImmediate } from 'node:timers/promises';
import type { Waits } from '#libs/engine';
import { Relay, Runner } from '#libs/engine';
import type { AssembledPayments } from '#libs/payments';
import { assemblePayments, configuredRegistry } from '#libs/payments';
import type { Config } from '#libs/platform';
import type { Chance } from '../../apps/cli/simulate/chance.js';
import { SimulatedIris } from '../../apps/cli/simulate/iris.js';
import type { Reached } from '../../apps/cli/simulate/people.js';
import { People } from '../../apps/cli/simulate/people.js';
import type { Action, Plan } from '../../apps/cli/simulate/plan.js';
import { BUSY_MS } from '../../apps/cli/simulate/plan.js';
import { SimulatedProcess } from '../../apps/cli/simulate/process.js';
import { Schedule } from '../../apps/cli/simulate/schedule.js';
import { configFrom, END_MS } from '../../apps/cli/simulate/world.js';
import type { Ground, Ports } from './ground.js';
import { RealArchive } from './real-archive.js';

const HOUR = 3_600_000;
/** A Monday, nine o'clock in Tuscany. */
export const START_MS = Date.parse('2026-03-02T08:00:00Z');
/** A relay hears of every commit, so it never has to look by itself. */
const TICK_MS = 24 * HOUR;
const NO_IRIS_FAULTS = { unclear: 0, unreached: 0, slow: 0, refused: 0, misconfigured: 0 };
/** No time passes on the way to IRIS, and nothing is lost there. */
export const STRAIGHT = { lostRequest: 0, lostAnswer: 0, slowestMs: 0, fatal: 0, frozen: 0 };

const nothing = (): void => undefined;
const SILENT = { debug: nothing, info: nothing, warn: nothing, error: nothing };

interface Process extends Reached {
  readonly payments: AssembledPayments;
  readonly relay: Relay;
}

/**
 * A plan that is lived through on real ports: PostgreSQL holds the rows, BullMQ hands over the jobs. Only IRIS and the
 * people are simulated, as in a simulated world. Time stands still while anything is under way, and then passes to
 * the next moment at which something is to happen.
 */
export class RealWorld {
  readonly schedule = new Schedule();
  readonly archive: RealArchive;
  readonly iris: SimulatedIris;
  readonly people: People;
  /** What nobody expects, in words. */
  readonly unexpected: string[] = [];
  readonly #processes: readonly Process[];
  #isQuiet = false;
  #turns = 0;

  constructor(
    private readonly ground: Ground,
    private readonly plan: Plan,
    makeChance: (now: () => number) => Chance,
  ) {
    const chance = makeChance(() => this.schedule.now);
    const config = configFrom(chance);
    const faults = () => (this.#isQuiet ? { ...plan.iris, ...NO_IRIS_FAULTS } : plan.iris);
    this.iris = new SimulatedIris(this.schedule, chance.fork('iris'), faults, config.iris.timeoutMs);
    this.#processes = ground.ports.map((ports, index) => {
      const name = `process-${index}`;
      return this.#start(ports, config, name, chance.fork(name));
    });
    const [first] = ground.ports;
    if (!first) throw new RangeError('a ground has at least one process');
    this.archive = new RealArchive(first);
    this.people = new People({
      ...{
        schedule: this.schedule,
        iris: this.iris,
        archive: this.archive,
        trace: { note: (_: number, text: string) => void this.unexpected.push(text) },
      },
      chance: chance.fork('people'),
      node: () => this.#nextProcess(),
      badAttestations: () => (this.#isQuiet ? 0 : plan.badAttestations),
    });
  }

  /** As `World.live`. */
  async live(): Promise<void> {
    await this.ground.clear();
    await this.ground.moveTo(new Date(START_MS));
    for (const { relay } of this.#processes) relay.start();
    try {
      for (const action of this.plan.actions) this.schedule.at(action.at, () => this.#happen(action));
      await this.#runUntil(BUSY_MS);
      this.#isQuiet = true;
      this.iris.downUntil = 0;
      for (const { process } of this.#processes) process.frozenUntil = 0;
      for (const position of this.iris.positions.values()) position.attestation = 'good';
      for (const rest of [BUSY_MS + HOUR, END_MS]) {
        await this.#runUntil(rest);
        await this.archive.refresh();
        this.people.resolveAll();
      }
      await this.#runUntil(END_MS + HOUR);
      for (const { relay } of this.#processes) relay.kick(); // what fell due since they last looked
      await this.ground.underWay.idle();
      await this.archive.refresh();
    } finally {
      for (const { relay } of this.#processes) await relay.stop();
    }
  }

  #happen(action: Action): void {
    if (action.does === 'outage') this.iris.downUntil = Math.max(this.iris.downUntil, action.at + action.forMs);
    else this.people.do(action);
  }

  async #runUntil(end: number): Promise<void> {
    await this.ground.underWay.idle();
    for (let next = this.schedule.nextAt; next !== null && next <= end; next = this.schedule.nextAt)
      await this.#moveTo(next);
    await this.#moveTo(end);
  }

  async #moveTo(at: number): Promise<void> {
    const { underWay } = this.ground;
    if (this.plan.actions.some((action) => action.at === at)) await this.archive.refresh();
    const { begun } = underWay;
    await this.ground.moveTo(new Date(START_MS + at));
    const isDisturbed = underWay.begun !== begun;
    await this.schedule.runUntil(at);
    // A relay that looked while the clock was moved may have reckoned with the time before.
    if (isDisturbed) for (const { relay } of this.#processes) relay.kick();
    await this.ground.underWay.idle();
  }

  #start(ports: Ports, config: Config, name: string, chance: Chance): Process {
    const { store, wakeQueue, opened } = ports;
    // Only its line to IRIS is simulated, and only there may it stand still: past its leases, if need be.
    const process = new SimulatedProcess(name, this.schedule, () => undefined);
    const line = process.line(chance.fork('line'), () => (this.#isQuiet ? STRAIGHT : this.plan.line));
    const { records, sealer } = opened;
    const draws = chance.fork('pauses');
    const waits: Waits = {
      pause: this.schedule.pause,
      nextTurn: () => this.ground.underWay.until('a turn', setImmediate()),
    };
    const registry = configuredRegistry(config, {
      ...{ records, iris: this.iris.reachedBy(line) },
      chance: () => draws.draw(),
      now: () => this.schedule.now,
    });
    const payments = assemblePayments({ registry, store, records, sealer, waits });
    const { intake } = payments;
    const runner = new Runner({ ...{ store, registry, log: SILENT, waits, intake }, chance: () => draws.draw() });
    ports.run = (refs) => runner.run(refs);
    return { process, payments, relay: new Relay({ store, wakeQueue, log: SILENT, tickMs: TICK_MS, waits }) };
  }

  /** The API has two processes as well, and people come to one after the other. */
  #nextProcess(): Reached | null {
    this.#turns += 1;
    return this.#processes[this.#turns % this.#processes.length] ?? null;
  }
}
