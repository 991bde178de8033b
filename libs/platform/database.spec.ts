import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { createTestDatabase, type TestDatabase } from '#libs/testkit';
import { createPool } from './database.js';

let database: TestDatabase;
let pool: pg.Pool;
const broken: Error[] = [];

beforeAll(async () => {
  database = await createTestDatabase({ name: 'nothing', migrate: () => Promise.resolve() });
  pool = createPool(database.url, { max: 2, applicationName: 'pool-spec', onError: (error) => broken.push(error) });
});

afterAll(async () => {
  await pool.end();
  await database.drop();
});

describe('a pool', () => {
  it('gives bigint as text, since a number would round', async () => {
    const { rows } = await pool.query('select 9007199254740993::bigint as large');
    expect(rows).toEqual([{ large: '9007199254740993' }]);
  });

  it('says who it is and waits for nothing without end', async () => {
    const { rows } = await pool.query(
      `select current_setting('application_name') as name, current_setting('statement_timeout') as statement,
              current_setting('lock_timeout') as lock, current_setting('idle_in_transaction_session_timeout') as idle`,
    );
    expect(rows).toEqual([{ name: 'pool-spec', statement: '15s', lock: '5s', idle: '15s' }]);
  });

  it('survives the loss of an idle connection and tells of it', async () => {
    const client = await pool.connect();
    const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid');
    client.release();
    const told = new Promise((resolve) => pool.once('error', resolve));
    const killer = new pg.Client({ connectionString: database.url });
    await killer.connect();
    await killer.query('select pg_terminate_backend($1)', [rows[0]?.pid]);
    await killer.end();
    await told;
    expect(broken).toHaveLength(1);
    expect((await pool.query('select 1 as one')).rows).toEqual([{ one: 1 }]);
  });
});
