import { setTimeout as pause } from 'node:timers/promises';
import type { Pool } from 'pg';

const LOOK_EVERY_MS = 50;
const GIVEN_UP_AFTER_MS = 120_000;

const STILL_WAITING = `
  select exists (
    select from engine.effect where status = 'pending' and due_at < to_timestamp($1::double precision / 1000)
  ) as "isWaiting"`;

/**
 * From a failure until everything that was due then has been carried out since: each payment that was to move has
 * moved. An effect that is put off is due later, and one that is only held under lease still waits.
 * @param failedAt milliseconds of the clock on the wall, which is also the database's
 */
export async function recoveryMs(pool: Pool, failedAt: number): Promise<number> {
  for (;;) {
    const isWaiting = await pool
      .query<{ isWaiting: boolean }>(STILL_WAITING, [failedAt])
      .then(({ rows }) => rows[0]?.isWaiting ?? true)
      .catch(() => true); // the database may be what failed
    const ms = Date.now() - failedAt;
    if (!isWaiting) return ms;
    if (ms > GIVEN_UP_AFTER_MS) throw new Error(`no recovery within ${GIVEN_UP_AFTER_MS} ms`);
    await pause(LOOK_EVERY_MS);
  }
}
