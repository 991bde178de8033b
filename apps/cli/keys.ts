import { parseArgs } from 'node:util';
import type { ApiKey, Role } from '#libs/payments';
import { ApiKeyRegister, isRole, ROLES } from '#libs/payments';
import { createPool, holdsPersonalData, readConfig } from '#libs/platform';
import { databaseUrlOf } from './database-url.js';
import { EXIT_REFUSED, toldPlainly } from './refusal.js';

const USAGE = `usage: [DATABASE_URL=…] npm run keys -- create --name <name> --role <${ROLES.join('|')}>
       [DATABASE_URL=…] npm run keys -- list
       [DATABASE_URL=…] npm run keys -- revoke <id>`;

/** Who holds a key: a system or a desk, as the history will name it. */
const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,39}$/;

type Asked =
  | { readonly action: 'create'; readonly name: string; readonly role: Role }
  | { readonly action: 'list' }
  | { readonly action: 'revoke'; readonly keyId: string };

/** `npm run keys`: makes, lists and revokes the API keys in a database (`databaseUrlOf`). */
export async function main(args: readonly string[]): Promise<number> {
  const asked = read(args);
  if (typeof asked === 'string') {
    console.error(asked);
    return EXIT_REFUSED;
  }
  return toldPlainly(async () => carryOut(asked, await databaseUrlOf(readConfig(process.env))));
}

/** What is asked for, or what is wrong with it. */
function read(args: readonly string[]): Asked | string {
  try {
    const options = { name: { type: 'string' }, role: { type: 'string' } } as const;
    const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true });
    const [action, keyId, ...others] = positionals;
    const { name, role } = values;
    if (action === 'list' && keyId === undefined && name === undefined && role === undefined) return { action };
    if (action === 'revoke' && keyId !== undefined && others.length === 0) return { action, keyId };
    if (action !== 'create' || keyId !== undefined || name === undefined || role === undefined) return USAGE;
    if (!isRole(role)) return `a role is one of ${ROLES.join(', ')}, not "${role}"`;
    if (!NAME.test(name) || holdsPersonalData(name))
      return 'a name is 1 to 40 letters, digits or any of . _ - and names a system or a desk, no person';
    return { action, name, role };
  } catch (error) {
    return `${(error as Error).message}\n${USAGE}`;
  }
}

async function carryOut(asked: Asked, databaseUrl: string): Promise<number> {
  const pool = createPool(databaseUrl, { max: 1, applicationName: 'keys' });
  try {
    const register = new ApiKeyRegister(pool);
    if (asked.action === 'create') {
      const { text } = await register.create(asked.name, asked.role);
      console.log(text);
      console.error('This is the key. It is shown here and never again: only its digest is kept.');
      return 0;
    }
    if (asked.action === 'list') {
      for (const key of await register.list()) console.log(lineOf(key));
      return 0;
    }
    if (await register.revoke(asked.keyId)) {
      console.log(`${asked.keyId} is revoked; no API process takes it for longer than 5 s from now.`);
      return 0;
    }
    console.error(`there is no key ${asked.keyId}; "npm run keys -- list" shows those there are`);
    return EXIT_REFUSED;
  } finally {
    await pool.end();
  }
}

function lineOf({ keyId, name, role, createdAt, revokedAt }: ApiKey): string {
  const state = revokedAt === null ? 'holds' : `revoked ${revokedAt.toISOString()}`;
  return `${keyId}  ${role.padEnd(8)}  ${name.padEnd(24)}  made ${createdAt.toISOString()}  ${state}`;
}
