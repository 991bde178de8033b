import { createHash } from 'node:crypto';
import type pg from 'pg';

/** A digest of every table of the engine and the payments: two are equal as long as nothing that is kept has changed. */
export async function keptRows(pool: pg.Pool, except: readonly string[] = []): Promise<Record<string, string>> {
  const { rows } = await pool.query<{ name: string }>(
    `select format('%I.%I', schemaname, tablename) as name from pg_tables
     where schemaname in ('engine', 'payments') and not tablename = any($1::text[])`,
    [except],
  );
  const contents = rows.map(async ({ name }): Promise<[string, string]> => {
    const all = await pool.query(`select t::text as row from ${name} t order by 1`);
    return [name, createHash('sha256').update(JSON.stringify(all.rows)).digest('hex')];
  });
  return Object.fromEntries(await Promise.all(contents));
}
