import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createTestDatabase } from '#libs/testkit';
import { assertDatabaseAnswers } from './database-answers.js';
import { freePort } from './embedded/port.js';

let database: Awaited<ReturnType<typeof createTestDatabase>>;
beforeAll(async () => {
  database = await createTestDatabase({ name: 'answers', migrate: () => Promise.resolve() });
});
afterAll(() => database.drop());

const faultOf = async (change: (url: URL) => unknown): Promise<string> => {
  const url = new URL(database.url);
  await change(url);
  return assertDatabaseAnswers(url.href).then(
    () => 'none',
    (error: unknown) => String(error),
  );
};

describe('a database', () => {
  it('that answers is well', async () => {
    expect(await faultOf(() => undefined)).toBe('none');
  });

  it('where nobody listens is told with its address, and what to do', async () => {
    const port = await freePort();
    const fault = await faultOf((url) => (url.port = String(port)));
    expect(fault).toBe(
      `DatabaseUnusable: DATABASE_URL: no PostgreSQL answers at ${new URL(database.url).hostname}:${port} (ECONNREFUSED); ` +
        'start it, or correct the address',
    );
  });

  it.each([
    ['of another name', (url: URL) => (url.pathname = '/no such'), 'there is no database "no such"; create it'],
    ['with another password', (url: URL) => (url.password = 'wrong'), 'the password is not the one of its user'],
    ['on a host there is not', (url: URL) => (url.hostname = 'db.invalid'), 'no PostgreSQL answers at db.invalid'],
  ])('%s is told so, without its password', async (_, change, words) => {
    const fault = await faultOf(change);
    expect(fault).toContain(words);
    expect(fault).not.toContain('wrong');
  });
});
