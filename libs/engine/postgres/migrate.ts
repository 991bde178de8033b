import { Client, Pool } from 'pg';
import { DataSource } from 'typeorm';
import type { MigrationInterface } from 'typeorm';
import { runQueueMigrations } from '../bullmq/queue-migrations.js';

/** A TypeORM migration. */
export type MigrationClass = new () => MigrationInterface;

/** The advisory lock that two migrators contend for; the number spells PRTS. */
const MIGRATION_LOCK = 0x50525453;

/**
 * Brings a database up to date. Two may run at once: the second waits for the first and finds nothing left to do.
 * TypeORM takes no lock of its own, and two of its runs at once fail on a duplicate catalogue row.
 * @param url of a PostgreSQL database, 15 or later.
 * @param options `queue`: also the tables of BullMQ's PostgreSQL backend.
 */
export async function migrate(
  url: string,
  migrations: readonly MigrationClass[],
  options: { readonly queue?: boolean } = {},
): Promise<void> {
  const session = new Client({ connectionString: url });
  await session.connect();
  try {
    await session.query('select pg_advisory_lock($1)', [MIGRATION_LOCK]);
    await runMigrations(url, migrations);
    if (options.queue) await runQueueTables(url);
  } finally {
    await session.end(); // ends the lock too
  }
}

async function runMigrations(url: string, migrations: readonly MigrationClass[]): Promise<void> {
  const source = new DataSource({
    type: 'postgres',
    url,
    migrations: [...migrations],
    migrationsTableName: 'migration',
    synchronize: false,
    extra: { max: 1 },
  });
  await source.initialize();
  try {
    await source.runMigrations({ transaction: 'each' });
  } finally {
    await source.destroy();
  }
}

async function runQueueTables(url: string): Promise<void> {
  const pool = new Pool({ connectionString: url, max: 1 });
  try {
    await runQueueMigrations(pool);
  } finally {
    await pool.end();
  }
}
