import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Bench } from './bench.fixture.js';
import { Identifiers, isReturnToken } from './identifiers.js';

let bench: Bench;
beforeEach(async () => {
  bench = await Bench.open();
});
afterEach(() => bench.close());

/** A pool that counts its queries, and fails while it is told to. */
function countingPool() {
  const counting = { queries: 0, failure: null as Error | null };
  const query = (text: string) => {
    counting.queries += 1;
    return counting.failure ? Promise.reject(counting.failure) : bench.pool.query(text);
  };
  return { counting, pool: { query } as unknown as ConstructorParameters<typeof Identifiers>[0] };
}

describe('identifiers', () => {
  it('are unique over two processes at once, at one query a hundred', async () => {
    const { counting, pool } = countingPool();
    const processes = [new Identifiers(pool, '47'), new Identifiers(pool, '47')];
    const attempts = await Promise.all(
      processes.flatMap((identifiers) => Array.from({ length: 1_000 }, () => identifiers.attempt(5))),
    );
    const positions = attempts.flatMap((attempt) => attempt.positions);
    expect(new Set(positions.map((position) => position.idPagamento)).size).toBe(10_000);
    expect(new Set(positions.map((position) => position.idPendenza)).size).toBe(10_000);
    expect(new Set(attempts.map((attempt) => attempt.returnToken)).size).toBe(2_000);
    expect(counting.queries).toBe(100);
  });

  it('are what pagoPA and IRIS expect: 17 digits that begin with the segregation code', async () => {
    const { returnToken, positions } = await new Identifiers(bench.pool, '47').attempt(2);
    expect(isReturnToken(returnToken)).toBe(true);
    for (const { idPagamento, idPendenza, iuv } of positions) {
      expect(iuv).toMatch(/^47\d{15}$/);
      expect([idPagamento, idPendenza]).toEqual([iuv, `P${iuv}`]);
    }
  });

  it('that could not be had fail the ones who wait, and are had again later', async () => {
    const { counting, pool } = countingPool();
    const identifiers = new Identifiers(pool, '47');
    counting.failure = new Error('connection terminated');
    const waiting = await Promise.allSettled([1, 2, 3].map(() => identifiers.attempt(1)));
    expect(waiting.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
    expect(counting.queries).toBe(1);
    counting.failure = null;
    expect((await identifiers.attempt(1)).positions).toHaveLength(1);
  });

  it('are never given again by a database that was made anew', async () => {
    const [row] = await bench.rows(
      "select start_value::text as start from pg_sequences where sequencename = 'iuv_base'",
    );
    expect(Number(row?.['start'])).toBeGreaterThan(Date.parse('2026-01-01'));
  });
});
