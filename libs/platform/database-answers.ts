import pg from 'pg';

/** The database of DATABASE_URL cannot be used as it is: its message says why, and what to do. */
export class DatabaseUnusable extends Error {
  override readonly name = 'DatabaseUnusable';
}

const CONNECT_WITHIN_MS = 5_000;

/** Codes of PostgreSQL (appendix A of its manual), and what a person does about them. */
const REFUSALS: Readonly<Record<string, (url: URL) => string>> = {
  '28P01': () => 'the password is not the one of its user; correct it',
  '28000': () => 'its user may not come in from here, or not without a password or TLS; correct it',
  '3D000': ({ pathname }) =>
    `there is no database "${decodeURIComponent(pathname.slice(1))}"; create it, or correct its name`,
  '57P03': () => 'its server is just starting or stopping; try again',
};

/**
 * Connects once, so that what is wrong with the address is said before anything else begins.
 * @throws DatabaseUnusable in plain words, without the password
 */
export async function assertDatabaseAnswers(databaseUrl: string): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl, connectionTimeoutMillis: CONNECT_WITHIN_MS });
  client.on('error', () => undefined); // the end of a connection that was refused is told by connect
  try {
    await client.connect();
  } catch (error) {
    const { code = 'no answer' } = error as { readonly code?: string };
    const url = new URL(databaseUrl);
    const refusal = REFUSALS[code]?.(url);
    const silence = `no PostgreSQL answers at ${url.host} (${code}); start it, or correct the address`;
    throw new DatabaseUnusable(`DATABASE_URL: ${refusal ?? silence}`, { cause: error });
  } finally {
    await client.end().catch(() => undefined);
  }
}
