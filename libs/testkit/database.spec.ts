import { afterEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { createTestDatabase, type TestDatabase } from './database.js';

const databases: TestDatabase[] = [];

afterEach(async () => {
  for (const database of databases.splice(0)) await database.drop();
});

async function open(name: string, migrate: (url: string) => Promise<void>): Promise<TestDatabase> {
  const database = await createTestDatabase({ name, migrate });
  databases.push(database);
  return database;
}

async function query(url: string, text: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(text)).rows;
  } finally {
    await client.end();
  }
}

describe('test databases', () => {
  it('four that are asked for at once are migrated once and share nothing', async () => {
    let migrations = 0;
    const migrate = async (url: string): Promise<void> => {
      migrations += 1;
      await query(url, 'create table note (text text)');
    };
    const [first, ...others] = await Promise.all(['n', 'n', 'n', 'n'].map((name) => open(name, migrate)));
    await query(first?.url ?? '', `insert into note values ('mine')`);
    expect(migrations).toBe(1);
    for (const other of others) expect(await query(other.url, 'select * from note')).toEqual([]);
  });

  it('migrations that fail leave no template behind', async () => {
    await expect(open('faulty', () => Promise.reject(new Error('syntax')))).rejects.toThrow('syntax');
    const { url } = await open('faulty', async (fresh) => {
      await query(fresh, 'create table repaired ()');
    });
    expect(await query(url, 'select * from repaired')).toEqual([]);
  });

  it('a dropped database is gone, whoever is still connected', async () => {
    const database = await createTestDatabase({ name: 'n2', migrate: () => Promise.resolve() });
    const client = new pg.Client({ connectionString: database.url });
    client.on('error', () => undefined);
    await client.connect();
    await database.drop();
    await expect(query(database.url, 'select 1')).rejects.toThrow('does not exist');
  });
});
