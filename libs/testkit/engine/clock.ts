import type { Pool } from 'pg';

/**
 * Moves the engine's time in this database: every date the engine writes or compares comes from `engine.clock()`,
 * which runs `aheadMs` before the real one from now on. Tests never sleep through a timeout.
 */
export async function setClockAhead(pool: Pool, aheadMs: number): Promise<void> {
  if (!Number.isInteger(aheadMs)) throw new RangeError('whole milliseconds only');
  await pool.query(`
    create or replace function engine.clock() returns timestamptz language sql volatile parallel safe
      as 'select clock_timestamp() + interval ''${aheadMs} milliseconds'''`);
}

/**
 * Stops the engine's time in this database: from now on it is `at`, until it is set anew. What falls due is carried out
 * as ever; a lease that is taken never ends by itself.
 */
export async function stopClockAt(pool: Pool, at: Date): Promise<void> {
  await pool.query(`
    create or replace function engine.clock() returns timestamptz language sql volatile parallel safe
      as 'select timestamptz ''${at.toISOString()}'''`);
}
