import type { RegisteredMachine, Registry } from '#libs/engine';
import type { IrisGateway } from '#libs/iris';
import { deletePosition } from './effects/delete-position.js';
import { attachmentFromPoll, fetchAttestation } from './effects/fetch-attestation.js';
import { openIncident } from './effects/open-incident.js';
import { openPositions } from './effects/open-positions.js';
import { pollPositions } from './effects/poll-positions.js';
import { tell } from './effects/tell.js';
import { eventRows } from './events/projection.js';
import { sideTables } from './postgres/entities.js';
import type { Records } from './records.js';

export interface RegistryDependencies {
  readonly machines: readonly RegisteredMachine[];
  readonly iris: IrisGateway;
  /** The deadline of one question to IRIS, and of all the questions of one effect. */
  readonly irisTimeoutMs: number;
  readonly lookup: Records['lookup'];
  readonly incidents: Records['incidents'];
  readonly shelf: Records['shelf'];
  readonly identifiers: Records['identifiers'];
  readonly publicUrl: string;
  readonly pollScheduleMs: readonly number[];
  readonly watchScheduleMs: readonly number[];
  /** A draw in [0, 1) for the jitter of pauses. */
  readonly chance?: () => number;
  /** Milliseconds of a clock that only goes forward. */
  readonly now?: () => number;
}

/** Where the two halves meet: the machines, and for each effect they ask for the handler that carries it out. */
export function createRegistry(deps: RegistryDependencies): Registry {
  const chance = deps.chance ?? Math.random;
  const { machines, iris, lookup, incidents, shelf, identifiers, publicUrl } = deps;
  const leaseMs = leaseFor(deps.irisTimeoutMs);
  const poll = { iris, chance, timeoutMs: deps.irisTimeoutMs, leaseMs, now: deps.now ?? (() => performance.now()) };
  return {
    machines,
    sideTables,
    project: eventRows(machines),
    handlers: {
      'iris.open': openPositions({ iris, lookup, identifiers, publicUrl, leaseMs }),
      'iris.poll': pollPositions({ ...poll, scheduleMs: deps.pollScheduleMs }, 'poll'),
      'iris.watch': pollPositions({ ...poll, scheduleMs: deps.watchScheduleMs }, 'watch'),
      'iris.delete': deletePosition({ iris, lookup, leaseMs }),
      'attestation.fetch': fetchAttestation({ source: attachmentFromPoll(iris), lookup, shelf, chance, leaseMs }),
      'incident.open': openIncident(incidents),
      tell,
    },
  };
}

/** Twice what a handler may need for IRIS, and a second for the database: 11 s, so a dead worker's work waits no longer. */
const leaseFor = (timeoutMs: number): number => 2 * timeoutMs + 1_000;
