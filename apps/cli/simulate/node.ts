import type { EngineLog, RegisteredMachine } from '#libs/engine';
import { Relay, Runner } from '#libs/engine';
import type { AssembledPayments } from '#libs/payments';
import { assemblePayments, configuredRegistry } from '#libs/payments';
import type { Config } from '#libs/platform';
import type { Chance } from './chance.js';
import type { SimulatedDatabase } from './database.js';
import type { SimulatedIris } from './iris.js';
import type { LineFaults } from './process.js';
import { SimulatedProcess } from './process.js';
import type { SimulatedQueue } from './queue.js';
import { openSealer, simulatedRecords } from './records.js';
import type { Schedule } from './schedule.js';
import { simulatedStore } from './store.js';

/** What all processes of a world share. */
export interface Surroundings {
  readonly config: Config;
  /** Those of the former build, made once: it takes longer than most of what is done with them. */
  readonly machines: readonly RegisteredMachine[];
  readonly schedule: Schedule;
  readonly database: SimulatedDatabase;
  readonly queue: SimulatedQueue;
  readonly iris: SimulatedIris;
  readonly doorbell: Doorbell;
  readonly lineFaults: () => LineFaults;
  /** Hears what the engine says to its log. */
  readonly log: EngineLog;
  /** A process is to die now. */
  readonly onFatal: (node: Node) => void;
}

/** The database's notifications: whoever listens hears of them a moment later, or not at all. */
export class Doorbell {
  readonly #listeners = new Set<() => void>();

  constructor(
    private readonly schedule: Schedule,
    private readonly chance: Chance,
  ) {}

  announce(): void {
    for (const listener of this.#listeners) {
      if (!this.chance.happens(0.1)) this.schedule.after(this.chance.between(0, 5), listener);
    }
  }

  listen(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }
}

/** What a lost notification costs here: a relay that looks each second would be most of the work. */
const TICK_MS = 300_000;
/** A build that carries one more version of each machine than the one before. */
export type Build = 'former' | 'latter';

/** One process with all the real parts: commands, intake, relay, runner and handlers; only its ports are simulated. */
export class Node {
  readonly process: SimulatedProcess;
  readonly payments: AssembledPayments;
  readonly #relay: Relay;

  constructor(name: string, build: Build, surroundings: Surroundings, chance: Chance) {
    const { config, machines, schedule, database, queue, iris, doorbell, lineFaults, log } = surroundings;
    this.process = new SimulatedProcess(name, schedule, () => surroundings.onFatal(this));
    const { waits } = this.process;
    const line = this.process.line(chance.fork('line'), lineFaults);
    const store = simulatedStore(database, {
      ...{ owner: name, line, pause: waits.pause },
      announce: () => doorbell.announce(),
      listen: (onDue) => doorbell.listen(() => this.process.hear(onDue)),
    });
    const records = simulatedRecords(database, line, chance.fork('identifiers'));
    const draws = chance.fork('pauses');
    const registry = configuredRegistry(config, {
      iris: iris.reachedBy(line),
      records,
      machines: build === 'former' ? machines : machines.map(withNextVersion),
      chance: () => draws.draw(),
      now: () => schedule.now,
    });
    this.payments = assemblePayments({ registry, store, records, sealer: openSealer, waits });
    const tokens = chance.fork('tokens');
    const runner = new Runner({
      ...{ store, registry, log, waits },
      intake: this.payments.intake,
      chance: () => draws.draw(),
      newId: () => tokens.hex(32),
    });
    queue.join({ process: this.process, run: (refs) => void runner.run(refs).catch(() => undefined) });
    this.#relay = new Relay({ store, wakeQueue: queue.reachedBy(line), log, tickMs: TICK_MS, waits });
    this.#relay.start();
  }

  /** It ends at whatever it was doing. */
  kill(): void {
    this.process.isAlive = false;
  }
}

/** The latter build starts new instances on version 2, and still carries those that began on version 1. */
function withNextVersion(machine: RegisteredMachine): RegisteredMachine {
  const [present] = Object.values(machine.versions);
  return present ? { ...machine, current: 2, versions: { ...machine.versions, 2: present } } : machine;
}
