import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { createTestDatabase } from '#libs/testkit';
import { main } from './migrate.js';

const before = process.env['DATABASE_URL'];
const said: string[] = [];

beforeEach(() => {
  for (const stream of ['log', 'error'] as const) {
    jest.spyOn(console, stream).mockImplementation((line: string) => void said.push(line));
  }
});

afterEach(() => {
  jest.restoreAllMocks();
  said.length = 0;
  if (before === undefined) delete process.env['DATABASE_URL'];
  else process.env['DATABASE_URL'] = before;
});

describe('the migration', () => {
  it('of an empty database makes what the processes need, and a second one finds nothing to do', async () => {
    const database = await createTestDatabase({ name: 'migrate', migrate: () => Promise.resolve() });
    try {
      process.env['DATABASE_URL'] = database.url;
      expect(await main()).toBe(0);
      expect(await main()).toBe(0);
      expect(said).toEqual(['The database is up to date.', 'The database is up to date.']);
    } finally {
      await database.drop();
    }
  });

  it('of no database is refused in plain words', async () => {
    process.env['DATABASE_URL'] = '';
    expect(await main()).toBe(2);
    expect(said).toEqual([expect.stringMatching(/^One setting is wrong:\n {2}DATABASE_URL must be set/)]);
  });
});
