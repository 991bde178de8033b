import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { ApiKeyRegister, migrateAll } from '#libs/payments';
import { createPool } from '#libs/platform';
import { createTestDatabase } from '#libs/testkit';
import { main } from './keys.js';

const before = process.env['DATABASE_URL'];
const said: Record<'log' | 'error', string[]> = { log: [], error: [] };
let close: () => Promise<void>;
let register: ApiKeyRegister;

beforeAll(async () => {
  const database = await createTestDatabase({ name: 'payments', migrate: migrateAll });
  const pool = createPool(database.url, { max: 2, applicationName: 'keys' });
  register = new ApiKeyRegister(pool);
  process.env['DATABASE_URL'] = database.url;
  close = async () => {
    await pool.end();
    await database.drop();
  };
}, 60_000);

afterAll(async () => {
  if (before === undefined) delete process.env['DATABASE_URL'];
  else process.env['DATABASE_URL'] = before;
  await close();
});

beforeEach(() => {
  for (const stream of ['log', 'error'] as const) {
    jest.spyOn(console, stream).mockImplementation((line: string) => void said[stream].push(line));
  }
});

afterEach(() => {
  jest.restoreAllMocks();
  said.log = [];
  said.error = [];
});

describe('the keys', () => {
  it('are made, and shown once: the key alone on its line, for a pipe', async () => {
    expect(await main(['create', '--name', 'portos', '--role', 'service'])).toBe(0);
    const [text = ''] = said.log;
    expect(said.log).toHaveLength(1);
    expect(await register.find(text)).toMatchObject({ name: 'portos', role: 'service', revokedAt: null });
  });

  it('are listed without their secrets, and revoked', async () => {
    const { key, text } = await register.create('desk', 'operator');
    expect(await main(['revoke', key.keyId])).toBe(0);
    expect(await register.find(text)).toBeNull();
    expect(await main(['list'])).toBe(0);
    expect(said.log.find((line) => line.startsWith(`${key.keyId}  operator`))).toMatch(
      /^\w{12} {2}operator {2}desk .* revoked 2/,
    );
    expect(said.log.join('\n')).not.toContain(text.slice(16));
  });

  it.each([
    [['create', '--name', 'x', '--role', 'god'], 'a role is one of service, viewer, operator, admin, not "god"'],
    [['create', '--name', 'Mario Rossi', '--role', 'viewer'], 'no person'],
    [['create', '--role', 'viewer'], 'usage:'],
    [['revoke'], 'usage:'],
    [['revoke', '000000000000'], 'there is no key 000000000000'],
    [['forget', 'x'], 'usage:'],
    [['list', '--all'], 'usage:'],
  ])('%j is refused in plain words', async (args, words) => {
    expect(await main(args)).toBe(2);
    expect(said.error.join('\n')).toContain(words);
    expect(said.log).toEqual([]);
  });
});
