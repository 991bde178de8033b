import { createHash, randomBytes } from 'node:crypto';
import pg from 'pg';

/** A database of a spec's own, empty but for what its migrations made. */
export interface TestDatabase {
  readonly url: string;
  drop(): Promise<void>;
}

export interface TestDatabaseOptions {
  /** What the migrations bring, such as `engine`. Specs that give the same name share one template. */
  readonly name: string;
  /** Brings an empty database up to date and closes every connection it opened. */
  readonly migrate: (url: string) => Promise<void>;
}

/**
 * A fresh database on the server of this test run. The first spec that asks migrates a template, under a lock that holds
 * across jest's processes; all others copy it, which takes some tens of milliseconds.
 */
export async function createTestDatabase({ name, migrate }: TestDatabaseOptions): Promise<TestDatabase> {
  const admin = adminUrl();
  const template = `portos_template_${hashOf(name)}`;
  const database = `portos_test_${hashOf(name)}_${randomBytes(4).toString('hex')}`;
  await withClient(admin, async (client) => {
    await ensureTemplate(client, template, migrate);
    await client.query(`create database ${database} template ${template}`);
  });
  return {
    url: withDatabase(admin, database),
    drop: () => withClient(admin, (client) => client.query(`drop database ${database} with (force)`)),
  };
}

/** Removes the templates that this run left on a server that outlives it. */
export async function dropTemplates(): Promise<void> {
  await withClient(adminUrl(), async (client) => {
    const { rows } = await client.query<{ datname: string }>(
      `select datname from pg_database where datname like 'portos\\_t%\\_' || $1 || '%'`,
      [run()],
    );
    for (const { datname } of rows) await client.query(`drop database if exists ${datname} with (force)`);
  });
}

async function ensureTemplate(
  client: pg.Client,
  template: string,
  migrate: TestDatabaseOptions['migrate'],
): Promise<void> {
  await client.query('select pg_advisory_lock(hashtext($1))', [template]);
  try {
    const { rowCount } = await client.query('select from pg_database where datname = $1', [template]);
    if (rowCount !== 0) return;
    // Renamed when it is complete: migrations that fail leave no template that looks finished.
    const unfinished = `${template}_new`;
    await client.query(`drop database if exists ${unfinished} with (force)`);
    await client.query(`create database ${unfinished}`);
    await migrate(withDatabase(adminUrl(), unfinished));
    await client.query(`alter database ${unfinished} rename to ${template}`);
  } finally {
    await client.query('select pg_advisory_unlock(hashtext($1))', [template]);
  }
}

async function withClient(url: string, use: (client: pg.Client) => Promise<unknown>): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await use(client);
  } finally {
    await client.end();
  }
}

function adminUrl(): string {
  const url = process.env['PORTOS_TEST_DATABASE_ADMIN_URL'];
  if (url === undefined) throw new Error('there is no test server: run specs by `npm run jest`');
  return url;
}

function withDatabase(url: string, database: string): string {
  const changed = new URL(url);
  changed.pathname = `/${database}`;
  return changed.href;
}

const run = (): string => process.env['PORTOS_TEST_RUN'] ?? 'alone';

/** Names differ by run as well: migrations may have changed since the last run on a server that outlives it. */
const hashOf = (name: string): string => `${run()}_${createHash('sha256').update(name).digest('hex').slice(0, 8)}`;
