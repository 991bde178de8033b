import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { TestDatabase } from '#libs/testkit';
import { createTestDatabase } from '#libs/testkit';
import { Client } from 'pg';
import { migrate } from './migrate.js';
import { engineMigrations } from './migrations/index.js';

describe('migrate', () => {
  let database: TestDatabase;
  let client: Client;
  beforeAll(async () => {
    database = await createTestDatabase({ name: 'empty', migrate: () => Promise.resolve() });
    client = new Client({ connectionString: database.url });
    await client.connect();
  });
  afterAll(async () => {
    await client.end();
    await database.drop();
  });

  it('lets two migrators at once both succeed, and does everything once', async () => {
    const run = () => migrate(database.url, engineMigrations, { queue: true });
    await Promise.all([run(), run(), run()]);

    const { rows } = await client.query<{ name: string }>('select name from migration order by id');
    expect(rows.map((row) => row.name)).toEqual(engineMigrations.map((migration) => migration.name));
  });

  it('keeps transitions append only, but for an erasure that says so', async () => {
    await client.query(`
      insert into engine.transition (instance_id, seq, event_id, type, payload, source, decision, to_state, at)
      values ('a', 1, 'e', 't', '{}', 'api', 'applied', 's', engine.clock())`);
    await expect(client.query(`update engine.transition set reason = 'nicer'`)).rejects.toThrow('append only');
    await expect(client.query('delete from engine.transition')).rejects.toThrow('append only');

    await client.query(`begin; set local engine.allow_erasure = 'on'; delete from engine.transition; commit`);
    const { rowCount } = await client.query('select from engine.transition');
    expect(rowCount).toBe(0);
  });
});
