import { setImmediate } from 'node:timers/promises';
import type { Pause, Waits } from '#libs/engine';
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
import { Schedule } from '../../apps/cli/simulate/schedule.js';
import { configFrom, END_MS } from '../../apps/cli/simulate/world.js';
import type { Lane, Ports } from './lane.js';
import { RealArchive } from './real-archive.js';

const HOUR = 3_600_000;
/** A Monday, nine o'clock in Tuscany. */
export const START_MS = Date.parse('2026-03-02T08:00:00Z');
/** No notification is lost here, so a relay need not look by itself. */
const TICK_MS = 24 * HOUR;
const NO_IRIS_FAULTS = { unclear: 0, unreached: 0, slow: 0, refused: 0, misconfigured: 0 };
/** What reaches IRIS in this process, at once. */
const STRAIGHT = { call: <Answer>(work: () => Answer): Promise<Answer> => Promise.resolve().then(work) };

const SILENT = { warn: () => undefined, error: () => undefined };

interface Process {
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
  /** Moments that were left though something was due that nobody had in hand. */
  lapses = 0;
  readonly #processes: readonly Process[];
  readonly #alarms = new Alarms(() => this.schedule.now);
  #isQuiet = false;
  #turns = 0;

  constructor(
    private readonly lane: Lane,
    private readonly plan: Plan,
    makeChance: (now: () => number) => Chance,
  ) {
    const chance = makeChance(() => this.schedule.now);
    const config = configFrom(chance);
    const faults = () => (this.#isQuiet ? { ...plan.iris, ...NO_IRIS_FAULTS } : plan.iris);
    this.iris = new SimulatedIris(this.schedule, chance.fork('iris'), faults, config.iris.timeoutMs);
    this.#processes = lane.ports.map((ports, index) => this.#start(ports, config, chance.fork(`process-${index}`)));
    const [first] = lane.ports;
    if (!first) throw new RangeError('a lane has at least one process');
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
      badAttestations: plan.badAttestations,
    });
  }

  /** As `World.live`. */
  async live(): Promise<void> {
    await this.lane.clear();
    await this.lane.moveTo(new Date(START_MS));
    for (const { relay } of this.#processes) relay.start();
    try {
      for (const action of this.plan.actions) this.schedule.at(action.at, () => this.#happen(action));
      await this.#runUntil(BUSY_MS);
      this.#isQuiet = true;
      this.iris.downUntil = 0;
      for (const position of this.iris.positions.values()) position.attestation = 'good';
      await this.#runUntil(END_MS);
      await this.archive.refresh();
      this.people.resolveAll();
      await this.#quiet();
      await this.#runUntil(END_MS + HOUR);
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
    await this.#quiet();
    for (let next = this.#nextAt(); next <= end; next = this.#nextAt()) await this.#moveTo(next);
    await this.#moveTo(end);
  }

  #nextAt(): number {
    return Math.min(this.schedule.nextAt ?? Infinity, this.#alarms.nextAt);
  }

  async #moveTo(at: number): Promise<void> {
    const { activity } = this.lane;
    if (this.plan.actions.some((action) => action.at === at)) await this.archive.refresh();
    const { begun } = activity;
    await this.lane.moveTo(new Date(START_MS + at));
    const isDisturbed = activity.begun !== begun;
    await this.schedule.runUntil(at);
    this.#alarms.ring();
    // A relay that looked while the clock was moved may have reckoned with the time before.
    if (isDisturbed) for (const { relay } of this.#processes) relay.kick();
    await this.#quiet();
  }

  /** Nothing is under way but what waits for an answer of IRIS, and nothing is due that nobody has in hand. */
  async #quiet(): Promise<void> {
    const { activity } = this.lane;
    for (let begun = -1; begun !== activity.begun;) {
      await activity.idle();
      begun = activity.begun;
      const lying = await this.lane.lying();
      // A row that was locked when somebody came for it: it is rung again after a while, as ever.
      if (lying > 0 && begun === activity.begun) { this.lapses += 1; if (process.env.LAPSE) console.log('lapse', this.schedule.now, JSON.stringify((await this.lane.pool.query("select key, type, armed_seq, tries, wakes, extract(epoch from clock.now - due_at) late, extract(epoch from wake_at-clock.now) wake, extract(epoch from woken_at-clock.now) woken, lane from engine.effect, (select engine.clock() as now) clock where status='pending' and due_at<=clock.now and (lease_until is null or lease_until <= clock.now)")).rows)); }
    }
  }

  #start(ports: Ports, config: Config, chance: Chance): Process {
    const { store, wakeQueue, opened } = ports;
    const { records, sealer } = opened;
    const draws = chance.fork('pauses');
    const waits: Waits = {
      pause: this.#alarms.pause,
      nextTurn: () => this.lane.activity.until('a turn', setImmediate()),
    };
    const registry = configuredRegistry(config, {
      ...{ records, iris: this.iris.reachedBy(STRAIGHT) },
      chance: () => draws.draw(),
      now: () => this.schedule.now,
    });
    const payments = assemblePayments({ registry, store, records, sealer, waits });
    const { intake } = payments;
    const runner = new Runner({ ...{ store, registry, log: SILENT, waits, intake }, chance: () => draws.draw() });
    ports.run = (refs) => runner.run(refs);
    return { payments, relay: new Relay({ store, wakeQueue, log: SILENT, tickMs: TICK_MS, waits }) };
  }

  /** The API has two processes as well, and people come to one after the other. */
  #nextProcess(): Reached | null {
    this.#turns += 1;
    const { payments } = this.#processes[this.#turns % this.#processes.length] ?? {};
    return payments ? { process: { frozenUntil: 0 }, payments } : null;
  }
}

/** The waits of relays and runners, by the clock of the sequence; one that was ended is forgotten. */
class Alarms {
  readonly #pending = new Set<{ readonly at: number; readonly ring: () => void }>();

  constructor(private readonly now: () => number) {}

  get nextAt(): number {
    return Math.min(...[...this.#pending].map(({ at }) => at));
  }

  readonly pause: Pause = (ms, signal) =>
    new Promise((resolve) => {
      const ring = (): void => {
        this.#pending.delete(alarm);
        resolve();
      };
      const alarm = { at: this.now() + Math.ceil(ms), ring };
      this.#pending.add(alarm);
      if (signal?.aborted) ring();
      else signal?.addEventListener('abort', ring, { once: true });
    });

  /** All that are due. */
  ring(): void {
    for (const { at, ring } of [...this.#pending]) if (at <= this.now()) ring();
  }
}
