import { migrateAll } from '#libs/payments';
import { assertDatabaseAnswers, ConfigurationFaulty, readConfig } from '#libs/platform';
import { toldPlainly } from './refusal.js';

/** `npm run migrate`: brings the database of DATABASE_URL to what this build needs. Safe to run twice at once. */
export async function main(): Promise<number> {
  return toldPlainly(async () => {
    await migrate(readDatabaseUrl());
    console.log('The database is up to date.');
    return 0;
  });
}

function readDatabaseUrl(): string {
  const { url } = readConfig(process.env).database;
  if (url !== null) return url;
  const problem = 'must be set: the database to migrate (`npm start` migrates the embedded one by itself)';
  throw new ConfigurationFaulty([{ variable: 'DATABASE_URL', problem }]);
}

/** @param databaseUrl of a PostgreSQL database, 15 or later. @throws DatabaseUnusable before anything is done */
export async function migrate(databaseUrl: string): Promise<void> {
  await assertDatabaseAnswers(databaseUrl);
  await migrateAll(databaseUrl);
}
