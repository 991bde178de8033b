import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { Pool } from 'pg';
import { migrateAll } from '#libs/payments';
import { createPool } from '#libs/platform';
import { createTestDatabase } from '#libs/testkit';
import { main as erase } from './erase.js';
import { main as retain } from './retention.js';

const before = { ...process.env };
const said: Record<'log' | 'error', string[]> = { log: [], error: [] };
let pool: Pool;
let close: () => Promise<void>;

beforeAll(async () => {
  const database = await createTestDatabase({ name: 'payments', migrate: migrateAll });
  pool = createPool(database.url, { max: 2, applicationName: 'erase' });
  process.env['DATABASE_URL'] = database.url;
  close = async () => {
    await pool.end();
    await database.drop();
  };
}, 60_000);

afterAll(async () => {
  process.env = before;
  await close();
});

beforeEach(async () => {
  await pool.query('truncate engine.instance, payments.payer, payments.charge, payments.erasure');
  for (const stream of ['log', 'error'] as const) {
    jest.spyOn(console, stream).mockImplementation((line: string) => void said[stream].push(line));
  }
});

afterEach(() => {
  jest.restoreAllMocks();
  delete process.env['PAYER_DATA_KEPT'];
  said.log = [];
  said.error = [];
});

/** A practice that ended so many days ago, with one payment in a state. */
async function practice(practiceId: string, state: string, daysAgo: number): Promise<void> {
  await pool.query(
    `insert into engine.instance (id, machine, version, seq, state, snapshot, timers, created_at, updated_at)
     select id, machine, 1, 1, state, '{}'::jsonb, '{}'::jsonb, at, at
     from (values ('practice/' || $1, 'practice', 'settled'), ('pay_' || $1, 'payment', $2)) as made(id, machine, state),
          (select engine.clock() - $3 * interval '1 day' as at) as moment`,
    [practiceId, state, daysAgo],
  );
  await pool.query(
    `insert into payments.charge (payment_id, practice_id, kind, amount_cents, sealed)
     values ('pay_' || $1, $1, 'bolli', 1600, '\\x01')`,
    [practiceId],
  );
  await pool.query(`insert into payments.payer (practice_id, sealed) values ($1, '\\x01')`, [practiceId]);
}

const erasures = async (): Promise<unknown[]> =>
  (await pool.query<object>('select practice_id, because, erased_by from payments.erasure order by 1')).rows;

describe('npm run erase', () => {
  it('erases one practice and says how much, and under whose name', async () => {
    await practice('P-1', 'paid.receipted', 1);
    expect(await erase(['P-1', '--by', 'ufficio-privacy'])).toBe(0);
    expect(said.log).toEqual(['Erased of P-1: 1 payer, 1 contents of charges, 0 documents of attestations.']);
    expect(await erasures()).toEqual([{ practice_id: 'P-1', because: 'request', erased_by: 'ufficio-privacy' }]);
    expect(await erase(['P-1'])).toBe(0);
    expect(said.log.at(-1)).toBe('Nothing personal is left of P-1.');
  });

  it('says what stands in the way, and erases nothing', async () => {
    await practice('P-2', 'redirected.inProgress', 1);
    expect(await erase(['P-2'])).toBe(2);
    expect(said.error.join('\n')).toContain('pay_P-2 is redirected.inProgress: it may still be paid');
    expect(await erasures()).toEqual([]);
  });

  it.each([
    [[], 'usage:'],
    [['P-1', 'P-2'], 'usage:'],
    [['P-1', '--all'], 'usage:'],
    [['P-1', '--by', 'Mario Rossi'], 'no person'],
    [['P-unknown'], 'there is no such practice'],
  ])('%j is refused in plain words', async (args, words) => {
    expect(await erase(args)).toBe(2);
    expect(said.error.join('\n')).toContain(words);
    expect(said.log).toEqual([]);
  });
});

describe('npm run retention', () => {
  it('erases what was kept for as long as is set, and says how much', async () => {
    await practice('P-old', 'paid.receipted', 31);
    await practice('P-new', 'paid.receipted', 29);
    await practice('P-alive', 'redirected.inProgress', 400);
    process.env['PAYER_DATA_KEPT'] = 'P30D';
    expect(await retain([])).toBe(0);
    expect(said.log).toEqual([
      'Payers and contents of charges are kept P30D: 1 and 1 erased.',
      'Documents of attestations are kept P3650D: 0 erased.',
      '1 erasures were written down.',
    ]);
    expect(await erasures()).toEqual([{ practice_id: 'P-old', because: 'retention', erased_by: 'retention' }]);
  });

  it('erases nothing that is to be kept for good', async () => {
    await practice('P-old', 'paid.receipted', 3000);
    process.env['PAYER_DATA_KEPT'] = 'never';
    expect(await retain([])).toBe(0);
    expect(said.log[0]).toBe('Payers and contents of charges are kept for good: 0 and 0 erased.');
  });

  it('is refused with a setting that cannot be, or with arguments', async () => {
    process.env['PAYER_DATA_KEPT'] = 'a year';
    expect(await retain([])).toBe(2);
    expect(said.error.join('\n')).toContain('PAYER_DATA_KEPT must be a duration');
    expect(await retain(['--now'])).toBe(2);
  });
});
