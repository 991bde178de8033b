import { Pool } from 'pg';
import { engineMigrations, migrate } from '#libs/engine';
import { createTestDatabase } from '../database.js';

/** A migrated database of its own, as a suite is given it. */
export interface EngineDatabase {
  readonly url: string;
  readonly pool: Pool;
  readonly close: () => Promise<void>;
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
  return { url: database.url, pool, close };
}
