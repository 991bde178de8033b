import { Pool } from 'pg';
import { createStore, engineMigrations, migrate } from '#libs/engine';
import { createTestDatabase } from '../database.js';
import { setClockAhead } from './clock.js';
import { CREATE_SIDE_TABLE } from './exemplar.js';
import type { Label, StoreGround } from './ground.js';

/** A migrated database of its own, as a suite is given it. */
export interface EngineDatabase extends StoreGround {
  readonly url: string;
  readonly pool: Pool;
}

/** @param options `queue`: with the tables of BullMQ's PostgreSQL backend. */
export async function createEngineDatabase(options: { readonly queue?: boolean } = {}): Promise<EngineDatabase> {
  const database = await createTestDatabase({
    name: options.queue ? 'engine and queue' : 'engine',
    migrate: (template) => migrate(template, engineMigrations, options),
  });
  const pool = new Pool({ connectionString: database.url, max: 12, pipeline: true });
  pool.on('error', () => undefined); // a suite cuts idle connections on purpose
  const close = async () => {
    await pool.end();
    await database.drop();
  };
  return { url: database.url, pool, close, ...groundOn(pool) };
}

const groundOn = (pool: Pool): Omit<StoreGround, 'close'> => ({
  freshStore: async () => {
    await pool.query(CREATE_SIDE_TABLE);
    await pool.query(
      'truncate engine.instance, engine.transition, engine.effect, engine.effect_log, engine_test.label',
    );
    await setClockAhead(pool, 0);
    return createStore(pool);
  },
  setClockAhead: (ms) => setClockAhead(pool, ms),
  hold: async (instanceId) => {
    const holder = await pool.connect();
    await holder.query('begin');
    await holder.query('select from engine.instance where id = $1 for update', [instanceId]);
    return async () => {
      await holder.query('commit');
      holder.release();
    };
  },
  labels: async () => {
    const text = 'select code, note from engine_test.label order by code';
    return (await pool.query<Label>(text)).rows;
  },
});
