import type { Pool } from 'pg';
import type { EffectRequest, Instance, Registry, TransitionRecord } from '#libs/engine';
import { advance } from '#libs/engine';
import { createPool } from '#libs/platform';
import { practiceInstanceId } from '#machines/payment';
import { practiceRequest } from './build.js';
import type { Ground } from './ground.js';
import type { Cost } from './meter.js';
import { measure } from './meter.js';
import { OurBuild } from './ours.js';

export interface RawRun extends Cost {
  readonly lifecycles: number;
  readonly perSecond: number;
}

type Row = Readonly<Record<string, unknown>>;

/** The rows that one transaction of a lifecycle writes. */
interface Step {
  readonly created: readonly Row[];
  readonly changed: readonly Row[];
  /** Table -> rows. */
  readonly inserted: Readonly<Record<string, readonly Row[]>>;
  readonly removed: readonly Row[];
}

const GROUP = 64;
/** Groups written at once, each on its own connection. */
const CONNECTIONS = 2;

/**
 * The ceiling: the very rows that a lifecycle of ours writes, written again by `pg` in transactions of 64 lifecycles each,
 * by nobody who would read, decide, lock, wake or claim.
 */
export class RawWriter {
  static #written = 0;

  private constructor(
    private readonly steps: readonly Step[],
    /** What in the recorded rows names this lifecycle. */
    private readonly names: readonly string[],
  ) {}

  /** Lives one lifecycle and reads off what it wrote. */
  static async record(ground: Ground): Promise<RawWriter> {
    const build = await OurBuild.openWorking(ground);
    try {
      const practiceId = `BENCH-RECORDED-${(RawWriter.#written += 1)}`;
      const payment = await build.open(practiceRequest(practiceId));
      await build.redirect(payment);
      void build.iris.pay(payment.idPagamento);
      await build.payerReturned(payment);
      await build.ended(practiceId);
      const { store, registry } = build.payments;
      const ids = [practiceInstanceId(practiceId), payment.paymentId];
      const records = (await Promise.all(ids.map((id) => store.readTransitions(id, 0, 200)))).flat();
      const sideRows = await readSideRows(build.pool, payment.paymentId, practiceId);
      const steps = stepsOf(records, registry, sideRows);
      const identifiers = Object.values(sideRows).flatMap((rows) =>
        rows.flatMap(({ id_pagamento: id, return_token: token }) =>
          [id, token].filter((name) => typeof name === 'string'),
        ),
      );
      return new RawWriter(steps, [payment.paymentId, practiceId, ...identifiers]);
    } finally {
      await build.close();
    }
  }

  async write(ground: Ground, groups: number): Promise<RawRun> {
    const pool = createPool(ground.databaseUrl, { max: CONNECTIONS, applicationName: 'bench-raw' });
    try {
      // Composed beforehand: only the writing is measured.
      const waiting = Array.from({ length: groups }, () => this.#composeGroup());
      await this.#writeGroup(pool, this.#composeGroup());
      const cost = await measure(ground, () =>
        Promise.all(
          Array.from({ length: CONNECTIONS }, async () => {
            for (let group = waiting.pop(); group; group = waiting.pop()) await this.#writeGroup(pool, group);
          }),
        ),
      );
      const lifecycles = groups * GROUP;
      return { ...cost, lifecycles, perSecond: lifecycles / cost.seconds };
    } finally {
      await pool.end();
    }
  }

  /** For each step the statements of one transaction. */
  #composeGroup(): readonly (readonly Composed[])[] {
    const renamings = Array.from({ length: GROUP }, () => this.#rename());
    const many = (rows: readonly Row[]): string =>
      `[${renamings.flatMap((rename) => rows.map((row) => rename(JSON.stringify(row)))).join(',')}]`;
    return this.steps.map((step) => [
      ...(step.created.length > 0 ? [insertInto('engine.instance', many(step.created))] : []),
      ...(step.changed.length > 0 ? [{ ...CHANGE, values: [many(step.changed)] }] : []),
      ...(step.removed.length > 0 ? [{ ...REMOVE, values: [many(step.removed)] }] : []),
      ...Object.entries(step.inserted).map(([table, rows]) => insertInto(table, many(rows))),
    ]);
  }

  /** Gives a lifecycle names of its own, as long as those it was recorded with. */
  #rename(): (json: string) => string {
    const pairs = this.names.map((name) => {
      const digits = String(90_000_000 + (RawWriter.#written += 1));
      return [name, `${name.slice(0, -digits.length)}${digits}`] as const;
    });
    return (json) => pairs.reduce((text, [from, to]) => text.replaceAll(from, to), json);
  }

  async #writeGroup(pool: Pool, group: readonly (readonly Composed[])[]): Promise<void> {
    const client = await pool.connect();
    try {
      for (const statements of group) {
        await Promise.all([
          client.query('begin'),
          ...statements.map((one) => client.query(one)),
          client.query('commit'),
        ]);
      }
    } finally {
      client.release();
    }
  }
}

interface Composed {
  readonly name: string;
  readonly text: string;
  readonly values: string[];
}

const insertInto = (table: string, json: string) => ({
  name: `raw.${table}`,
  text: `insert into ${table} select * from json_populate_recordset(null::${table}, $1::json)`,
  values: [json],
});

const CHANGE = {
  name: 'raw.change',
  text: `
  update engine.instance i
  set seq = row.seq, state = row.state, snapshot = row.snapshot, timers = row.timers, updated_at = row.updated_at
  from json_populate_recordset(null::engine.instance, $1::json) as row where i.id = row.id`,
};

const REMOVE = {
  name: 'raw.remove',
  text: `
  with gone as (
    delete from engine.effect e using json_populate_recordset(null::engine.effect, $1::json) as row
    where e.instance_id = row.instance_id and e.key = row.key returning e.*
  )
  insert into engine.effect_log (instance_id, key, type, status, tries, finished_at)
  select instance_id, key, type, 'done', tries, clock_timestamp() from gone where type <> 'timer'`,
};

async function readSideRows(pool: Pool, paymentId: string, practiceId: string): Promise<Record<string, Row[]>> {
  const of = async (table: string, column: string, value: string): Promise<Row[]> => {
    const text = `select to_jsonb(t) as row from payments.${table} t where ${column} = $1`;
    return (await pool.query<{ row: Row }>(text, [value])).rows.map(({ row }) => row);
  };
  return {
    'payments.practice': await of('practice', 'practice_id', practiceId),
    'payments.payer': await of('payer', 'practice_id', practiceId),
    'payments.charge': await of('charge', 'payment_id', paymentId),
    'payments.id_pagamento': await of('id_pagamento', 'payment_id', paymentId),
    'payments.return_token': await of('return_token', 'payment_id', paymentId),
  };
}

/** What a worker had in hand when it brought an event, by the event's type. */
const ENDED_BY: Readonly<Record<string, string>> = {
  'attempt.opened': 'iris.open',
  'attestation.stored': 'attestation.fetch',
  'charge.paid': 'tell',
};

/** Decides the recorded events once more, and gathers the rows of each decision. */
function stepsOf(
  records: readonly TransitionRecord[],
  registry: Registry,
  sideRows: Record<string, Row[]>,
): readonly Step[] {
  const inOrder = [...records].sort((one, other) => one.at.getTime() - other.at.getTime() || one.seq - other.seq);
  const instances = new Map<string, Instance>();
  const standing = new Map<string, Row & { readonly type: string }>();
  const steps = inOrder.map((record): Step => {
    const { instanceId, eventId, event, source } = record;
    const before = instances.get(instanceId) ?? null;
    const name = before?.machine ?? (event.type === 'practice.opened' ? 'practice' : 'payment');
    const registered = registry.machines.find((machine) => machine.name === name);
    const machine = registered?.versions[registered.current];
    if (!registered || !machine) throw new RangeError(`no machine ${name}`);
    const decision = advance(machine, registered.current, before, { to: instanceId, id: eventId, event, source });
    if (decision.kind === 'dropped') throw new Error('a recorded event cannot be dropped');
    instances.set(instanceId, decision.instance);
    const applied = decision.kind === 'applied' ? decision : { effects: [], cancelled: [] };
    const armed = applied.effects.map((effect, index) => effectRow(decision.instance, effect, index, record.at));
    const gone = takeOut(standing, (key, row) => {
      const isEnded = row.type === ENDED_BY[event.type];
      const isCancelled = applied.cancelled.some((cancelled) => key === `${instanceId} ${cancelled}`);
      return isEnded || isCancelled || armed.some((effect) => key === `${instanceId} ${effect.key}`);
    });
    for (const effect of armed) standing.set(`${instanceId} ${effect.key}`, effect);
    const row = instanceRow(decision.instance, record.at);
    const isFirst = record === inOrder[0];
    return {
      created: before ? [] : [row],
      changed: before ? [row] : [],
      removed: gone.map(({ instance_id, key }) => ({ instance_id, key })),
      inserted: {
        ...(isFirst ? sideRows : {}),
        'engine.transition': [transitionRow(record)],
        ...(armed.length > 0 ? { 'engine.effect': armed } : {}),
      },
    };
  });
  if (standing.size > 0) throw new Error(`effects are left over: ${[...standing.keys()].join(', ')}`);
  return mergeCreations(steps);
}

/** The practice and its payment begin in one transaction. */
function mergeCreations(steps: readonly Step[]): readonly Step[] {
  const creations = steps.filter((step) => step.created.length > 0);
  const inserted: Record<string, Row[]> = {};
  for (const [table, rows] of creations.flatMap((step) => Object.entries(step.inserted))) {
    inserted[table] = [...(inserted[table] ?? []), ...rows];
  }
  const first = { created: creations.flatMap((step) => step.created), changed: [], removed: [], inserted };
  return [first, ...steps.filter((step) => step.created.length === 0)];
}

function takeOut<Value>(map: Map<string, Value>, isWanted: (key: string, value: Value) => boolean): Value[] {
  const taken = [...map].filter(([key, value]) => isWanted(key, value));
  for (const [key] of taken) map.delete(key);
  return taken.map(([, value]) => value);
}

const instanceRow = ({ id, machine, version, seq, state, snapshot, timers }: Instance, at: Date): Row => ({
  ...{ id, machine, version, seq, state, snapshot, timers },
  duplicates: 0,
  created_at: at,
  updated_at: at,
});

const transitionRow = (record: TransitionRecord): Row => {
  const { type, ...payload } = record.event;
  const { instanceId, seq, eventId, source, actor, decision, reason, from, to, at } = record;
  return {
    ...{ instance_id: instanceId, seq, event_id: eventId, type, payload, source, actor, decision, reason, at },
    ...{ from_state: from, to_state: to },
  };
};

const effectRow = ({ id, seq }: Instance, effect: EffectRequest, index: number, at: Date) => ({
  ...{ instance_id: id, key: effect.key, type: effect.type, class: 'poll', payload: effect.payload, lane: effect.lane },
  ...{ armed_seq: seq, armed_index: index, wakes: 0, tries: 0, status: 'pending' },
  ...{ due_at: new Date(at.getTime() + effect.afterMs), wake_at: new Date(at.getTime() + effect.afterMs) },
  created_at: at,
});
