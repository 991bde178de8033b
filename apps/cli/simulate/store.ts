import type { Asked, Found, Page, Store, StoredEffect, StoredInstance } from '#libs/engine';
import type { SimulatedDatabase } from './database.js';
import type { EffectRow } from './effect-rows.js';
import type { Line } from './process.js';

/** How long somebody waits for a lock, and how often it looks, in milliseconds. */
const LOCK_TIMEOUT_MS = 500;
const LOOK_EVERY_MS = 20;

/** What a process's store needs beside the database. */
export interface StoreOptions {
  readonly owner: string;
  readonly line: Line;
  readonly pause: (ms: number) => Promise<void>;
  /** Tells the relays of all processes. */
  readonly announce: () => void;
  readonly listen: (onDue: () => void) => () => void;
}

/** The port as one process has it: every answer comes over its line. */
export function simulatedStore(database: SimulatedDatabase, options: StoreOptions): Store {
  const { line, announce, listen } = options;
  const read = <Answer>(work: () => Answer): Promise<Answer> => line.call(work);
  return {
    takeIn: async (asked, decide) => {
      const id = database.begin(options.owner);
      try {
        const decided = decide(await lock(database, options, id, asked));
        return { decided, isDueNow: await line.call(() => database.commit(id, decided.writes)) };
      } catch (error) {
        database.rollback(id);
        throw error;
      }
    },
    announceDue: announce,
    listenForDue: (onDue) => {
      const stop = listen(onDue);
      return {
        close: () => {
          stop();
          return Promise.resolve();
        },
      };
    },
    claim: (refs, lease) => line.call(() => database.effects.claim(refs, lease, (id) => database.instances.get(id))),
    ring: (quota) => line.call(() => database.effects.ring(quota)),
    oldestOverdueMs: () => read(() => database.effects.oldestOverdueMs()),
    rearm: async (ref) => {
      while (await read(() => database.isHeld(ref.instanceId))) await options.pause(LOOK_EVERY_MS);
      return line.call(() => database.effects.rearm(ref));
    },
    readInstance: (id) => read(() => database.stored(id)),
    readInstances: (ids) => read(() => ids.flatMap((id) => database.stored(id) ?? [])),
    readTransitions: (id, afterSeq, limit) =>
      read(() =>
        database
          .recordsOf(id)
          .filter(({ seq }) => seq > afterSeq)
          .slice(0, limit),
      ),
    readTransition: (id, eventId) =>
      read(() => database.recordsOf(id).find((record) => record.eventId === eventId) ?? null),
    readTransitionsOfType: (ids, type) =>
      read(() => [...ids].sort().flatMap((id) => database.recordsOf(id).filter(({ event }) => event.type === type))),
    readTimers: (ids) => read(() => ids.flatMap((id) => timersOf(database, id))),
    readNextDue: (ids, type) => read(() => new Map(ids.flatMap((id) => nextDue(database, id, type)))),
    readEffects: (id) => read(() => database.effects.ofInstance(id).sort(byDue).map(stored)),
    countByState: (machine) => read(() => countByState(database, machine)),
    listInstances: (machine, query) => read(() => list(database, machine, query.limit)),
    parkedEffects: (limit) =>
      read(() =>
        database.effects
          .all()
          .filter(({ status }) => status === 'parked')
          .slice(0, limit)
          .map(stored),
      ),
    pruneLog: () => Promise.resolve(0),
    assertMachinesUnchanged: () => Promise.resolve(),
  };
}

async function lock(
  database: SimulatedDatabase,
  { line, pause }: StoreOptions,
  id: number,
  asked: Asked,
): Promise<Found> {
  for (let waited = 0; waited <= LOCK_TIMEOUT_MS; waited += LOOK_EVERY_MS) {
    const found = await line.call(() => database.lock(id, asked));
    if (found) return found;
    await pause(LOOK_EVERY_MS);
  }
  throw Object.assign(new Error('canceling statement due to lock timeout'), { code: '55P03' });
}

const byDue = (one: EffectRow, other: EffectRow): number => one.dueAt - other.dueAt || (one.key < other.key ? -1 : 1);

const stored = ({
  instanceId,
  key,
  type,
  class: name,
  payload,
  lane,
  armedSeq,
  status,
  tries,
  dueAt,
  leaseUntil,
  lastError,
  requestId,
}: EffectRow): StoredEffect => ({
  instanceId,
  key,
  type,
  class: name,
  payload,
  lane,
  armedSeq,
  status,
  tries,
  dueAt: new Date(dueAt),
  leaseUntil: leaseUntil === null ? null : new Date(leaseUntil),
  lastError,
  requestId,
});

const timersOf = (database: SimulatedDatabase, id: string) =>
  database.effects
    .ofInstance(id)
    .filter(({ type }) => type === 'timer')
    .sort(byDue)
    .map(({ payload, dueAt }) => ({
      instanceId: id,
      timerId: (payload as { readonly timerId: string }).timerId,
      dueAt: new Date(dueAt),
      dueInMs: dueAt - database.now(),
    }));

function nextDue(database: SimulatedDatabase, id: string, type: string): [string, Date][] {
  const [first] = database.effects
    .ofInstance(id)
    .filter((row) => row.type === type && row.status === 'pending')
    .sort(byDue);
  return first ? [[id, new Date(first.dueAt)]] : [];
}

function countByState(database: SimulatedDatabase, machine: string): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const instance of database.instances.values()) {
    if (instance.machine === machine) counts[instance.state] = (counts[instance.state] ?? 0) + 1;
  }
  return counts;
}

/** The first page alone: nobody in the simulation turns pages. */
const list = (database: SimulatedDatabase, machine: string, limit: number): Page<StoredInstance> => ({
  items: [...database.instances.values()].filter((instance) => instance.machine === machine).slice(0, limit),
  nextCursor: null,
});
