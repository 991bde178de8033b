import { runMigrations } from 'bullmq';
import type { Pool } from 'pg';

/** Creates or updates the tables of BullMQ's PostgreSQL backend (schema `bullmq`); safe to run twice at once. */
export async function runQueueMigrations(pool: Pool): Promise<void> {
  const session = await pool.connect();
  try {
    await runMigrations(session);
  } finally {
    session.release();
  }
}
