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
 * Stops the engine's time in this database; it then moves by what this answers only. What falls due is carried out as
 * ever, and a lease never ends by itself. The time lies in a table, so that moving it costs no plan that is prepared.
 */
export async function stopClock(pool: Pool): Promise<(at: Date) => Promise<void>> {
  await pool.query(`
    create table engine.stopped_clock as select clock_timestamp() as at;
    create or replace function engine.clock() returns timestamptz language sql volatile parallel safe
      as 'select at from engine.stopped_clock'`);
  return async (at) => {
    await pool.query('update engine.stopped_clock set at = $1', [at]);
  };
}
