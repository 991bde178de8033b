import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Pool } from 'pg';
import { done, Relay } from '#libs/engine';
import { freshBench, RecordingQueue, recordingLog } from './bench.js';
import type { Bench } from './bench.js';
import type { EngineDatabase } from './database.js';
import { untilTrue } from './deadline.js';
import { arrive, noted, POLL_KEY, SHIP_TIMEOUT_MS, SHIP_TIMER, SIDE_TABLE } from './exemplar.js';

/** What only a real PostgreSQL can show: its locks, its connections, its constraints, its log. */
export function postgresSuite(make: () => Promise<EngineDatabase>): void {
  describe('PostgreSQL', () => {
    let database: EngineDatabase;
    let bench: Bench;
    const on = () => ({ ...bench, pool: database.pool });
    beforeAll(async () => {
      database = await make();
    });
    afterAll(() => database.close());
    beforeEach(async () => {
      bench = await freshBench(database);
    });

    locks(on);
    lostConnections(on);
    effectLog(on);
    it('refuses a row that breaks a constraint of its table, and all that came with it', async () => {
      const { intake, order, store } = bench;
      const id = await order();
      const rows = [{ table: SIDE_TABLE, key: 'code', row: { code: 'refused', note: null } }];
      const submitted = intake.submit({ arrivals: [arrive(id, 'note', noted(), { rows })] });

      await expect(submitted).rejects.toMatchObject({ code: '23502' });
      expect(await store.readInstance(id)).toMatchObject({ seq: 1 });
    });
  });
}

type PostgresBench = Bench & { readonly pool: Pool };

function locks(bench: () => PostgresBench): void {
  it('lets no unit starve: one put off too often waits for its lock', async () => {
    const { submit, order, pool, ground } = bench();
    const locked = await order();
    const letGo = await ground.hold(locked);
    const late = submit(locked, 'note', noted());
    await untilTrue(async () => {
      const text = `
        select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
      return (await pool.query(text)).rowCount === 1;
    });
    await letGo();

    expect(await late).toMatchObject([{ decision: 'applied' }]);
  });
}

function lostConnections(bench: () => PostgresBench): void {
  const queue = new RecordingQueue();
  let relay: Relay | null = null;
  afterEach(() => relay?.stop());

  it('may cut a connection in the middle of a batch: nothing is lost', async () => {
    const { submit, order, pool, store } = bench();
    const ids = await Promise.all(Array.from({ length: 20 }, () => order()));
    const work = Promise.all(ids.flatMap((id) => [1, 2, 3].map((n) => submit(id, `note-${n}`, noted()))));
    await pool.query(`
      select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and pid <> pg_backend_pid()`);
    await work;

    expect((await store.readInstances(ids)).map((instance) => instance.seq)).toEqual(Array(20).fill(4));
  });

  it('may cut the connection of a relay: it listens again', async () => {
    const { pool, store, order } = bench();
    const listeners = async () => {
      const text = `select pid from pg_stat_activity where datname = current_database() and query = 'listen engine_due'`;
      return (await pool.query<{ pid: number }>(text)).rows.map((row) => row.pid);
    };
    relay = new Relay({ store, wakeQueue: queue, log: recordingLog([]) });
    relay.start();
    await untilTrue(async () => (await listeners()).length === 1);
    const [before] = await listeners();
    await pool.query('select pg_terminate_backend($1)', [before]);
    await untilTrue(async () => (await listeners()).some((pid) => pid !== before));
    const id = await order();
    await untilTrue(() => queue.keysOf(id).length === 2);
  });
}

function effectLog(bench: () => PostgresBench): void {
  const poll = (instanceId: string) => ({ instanceId, key: POLL_KEY });
  const logOf = async (instanceId: string): Promise<string[]> => {
    const text = 'select key, status from engine.effect_log where instance_id = $1 order by finished_at, key';
    const { rows } = await bench().pool.query<{ key: string; status: string }>(text, [instanceId]);
    return rows.map((row) => `${row.key} ${row.status}`);
  };

  it('keeps a log of effects that were done', async () => {
    const { order, runner, ground } = bench();
    const id = await order();
    await runner.run([poll(id)]);
    await ground.setClockAhead(SHIP_TIMEOUT_MS + 1_000);
    const timer = `timer/${SHIP_TIMER}`;
    await runner.run([{ instanceId: id, key: timer }]);

    expect(await logOf(id)).toEqual([`${POLL_KEY} done`, `${timer} done`]);
  });

  it('keeps a log of effects that were armed anew while they ran', async () => {
    const { order, runner, world, submit } = bench();
    const id = await order();
    world.answer = async () => {
      await submit(id, 'verify', { type: 'poll.wanted' });
      return done();
    };
    await runner.run([poll(id)]);

    expect(await logOf(id)).toEqual([`${POLL_KEY} superseded`]);
  });

  it('keeps a log of effects that were wanted no more while they ran', async () => {
    const { order, submit, claim } = bench();
    const id = await order();
    await claim(poll(id));
    await submit(id, 'enough', { type: 'poll.unwanted' });

    expect(await logOf(id)).toEqual([`${POLL_KEY} cancelled`]);
  });
}
