import type { Config } from '#libs/platform';
import { readConfig } from '#libs/platform';
import { configuredMachines } from '#libs/payments';
import { archiveOf } from './archive.js';
import { Chance } from './chance.js';
import { SimulatedDatabase } from './database.js';
import { SimulatedIris } from './iris.js';
import type { Build } from './node.js';
import { Doorbell, Node } from './node.js';
import { People } from './people.js';
import type { Action, Plan } from './plan.js';
import { BUSY_MS } from './plan.js';
import { GOOD_LINE } from './process.js';
import { SimulatedQueue } from './queue.js';
import { Schedule } from './schedule.js';
import { Trace } from './trace.js';

const HOUR = 3_600_000;
const NO_QUEUE_FAULTS = { lost: 0, runTwice: 0, stalled: 0 };
const NO_IRIS_FAULTS = { unclear: 0, unreached: 0, slow: 0, refused: 0, misconfigured: 0 };
const PROCESSES = 2;

/** Short enough to be lived through to the end of every watch. */
const SETTINGS = {
  CHOICE_TIMEOUT: 'PT15M',
  READY_TIMEOUT: 'PT60M',
  CONFIRM_TIMEOUT: 'PT2H',
  WATCH_WINDOW: 'PT4H',
  POLL_SCHEDULE: 'PT5S,PT30S,PT1M,PT3M,PT5M',
  WATCH_SCHEDULE: 'PT5M,PT10M,PT20M,PT30M',
  PUSH_CONFIRM_TIMEOUT: 'PT10M',
} as const;
/** When the last watch of the last attempt has long ended. */
export const END_MS = BUSY_MS + 8 * HOUR;

/** How an installation is set up in the world of a seed. */
export const configFrom = (chance: Chance): Config =>
  readConfig({
    ...SETTINGS,
    IRIS_DELETE: chance.fork('settings').happens(0.3) ? 'whenIdle' : 'never',
    ENCRYPTION_KEY: Buffer.alloc(32).toString('base64'),
  });

/** A world made from a plan: everything that is ours is real, everything around it is simulated. */
export class World {
  readonly schedule = new Schedule();
  readonly trace = new Trace();
  readonly database = new SimulatedDatabase(() => this.schedule.now);
  readonly archive = archiveOf(this.database);
  readonly iris: SimulatedIris;
  readonly people: People;
  readonly nodes: Node[] = [];
  readonly config;
  readonly #machines;
  #isQuiet = false;
  #build: Build = 'former';
  #born = 0;
  readonly #queue: SimulatedQueue;
  readonly #doorbell: Doorbell;
  readonly #chance: Chance;

  /** @param chance what decides all that the plan leaves open; that of the seed unless given */
  constructor(
    readonly plan: Plan,
    chance = new Chance(plan.seed),
  ) {
    this.#chance = chance;
    this.config = configFrom(chance);
    this.#machines = configuredMachines(this.config);
    this.#queue = new SimulatedQueue(this.schedule, this.#chance.fork('queue'), () =>
      this.#isQuiet ? NO_QUEUE_FAULTS : plan.queue,
    );
    this.iris = new SimulatedIris(
      this.schedule,
      this.#chance.fork('iris'),
      () => (this.#isQuiet ? { ...plan.iris, ...NO_IRIS_FAULTS } : plan.iris),
      this.config.iris.timeoutMs,
    );
    this.#doorbell = new Doorbell(this.schedule, this.#chance.fork('doorbell'));
    this.people = new People({
      ...{ schedule: this.schedule, iris: this.iris, archive: this.archive, trace: this.trace },
      chance: this.#chance.fork('people'),
      node: () => this.#someNode(),
      badAttestations: () => (this.#isQuiet ? 0 : plan.badAttestations),
    });
  }

  /** Lives through the plan, then without any fault until nothing is left to wait for. */
  async live(): Promise<void> {
    for (let index = 0; index < PROCESSES; index += 1) this.nodes.push(this.#start(index));
    for (const action of this.plan.actions) this.schedule.at(action.at, () => this.#happen(action));
    await this.schedule.runUntil(BUSY_MS);
    this.#calmDown();
    await this.schedule.runUntil(BUSY_MS + HOUR);
    this.people.resolveAll();
    await this.schedule.runUntil(END_MS);
    this.people.resolveAll();
    await this.schedule.runUntil(END_MS + HOUR);
    for (const node of this.nodes) node.kill();
    this.trace.finish(this.database);
  }

  #happen(action: Action): void {
    this.trace.note(this.schedule.now, JSON.stringify(action));
    switch (action.does) {
      case 'crash': {
        this.#crash(action.process, action.forMs);
        return;
      }
      case 'freeze': {
        const node = this.nodes[action.process];
        if (node) node.process.frozenUntil = this.schedule.now + action.forMs;
        return;
      }
      case 'wipe': {
        this.#queue.wipe();
        return;
      }
      case 'restartDatabase': {
        this.database.restart();
        return;
      }
      case 'outage':
        this.iris.downUntil = Math.max(this.iris.downUntil, this.schedule.now + action.forMs);
        return;
      case 'deploy':
        // One process after the other, so that for a while both builds run.
        this.#build = 'latter';
        this.#crash(0, 1_000);
        {
          this.schedule.after(5 * 60_000, () => this.#crash(1, 1_000));
          return;
        }
      default: {
        this.people.do(action);
        return;
      }
    }
  }

  #crash(index: number, forMs: number): void {
    const node = this.nodes[index];
    if (!node?.process.isAlive) return;
    node.kill();
    this.schedule.after(50, () => this.database.forget(node.process.name));
    this.schedule.after(forMs, () => {
      if (this.nodes[index] === node) this.nodes[index] = this.#start(index);
    });
  }

  /** Nothing fails any more, and whoever was down is up. */
  #calmDown(): void {
    this.#isQuiet = true;
    this.iris.downUntil = 0;
    for (const position of this.iris.positions.values()) position.attestation = 'good';
    this.nodes.forEach((node, index) => {
      const isOutdated = this.#build === 'latter';
      node.process.frozenUntil = 0;
      if (node.process.isAlive && !isOutdated) return;
      node.kill();
      this.database.forget(node.process.name);
      this.nodes[index] = this.#start(index);
    });
  }

  #start(index: number): Node {
    this.#born += 1;
    const name = `process-${index}-${this.#born}`;
    const { config, schedule, database, iris } = this;
    const log = {
      debug: () => undefined,
      info: () => undefined,
      warn: (fields: unknown, message: string) =>
        this.trace.note(schedule.now, `${name} ${message} ${JSON.stringify(fields)}`),
      error: (fields: unknown, message: string) =>
        this.trace.note(schedule.now, `${name} ${message} ${JSON.stringify(fields)}`),
    };
    return new Node(
      name,
      this.#build,
      {
        ...{ config, schedule, database, iris, log },
        machines: this.#machines,
        queue: this.#queue,
        doorbell: this.#doorbell,
        lineFaults: () => (this.#isQuiet ? GOOD_LINE : this.plan.line),
        onFatal: (node) => this.#crash(this.nodes.indexOf(node), this.#chance.between(0, 60_000)),
      },
      this.#chance.fork(name),
    );
  }

  #someNode(): Node | null {
    const alive = this.nodes.filter(({ process }) => process.isAlive);
    return alive.length > 0 ? this.#chance.pick(alive) : null;
  }
}
