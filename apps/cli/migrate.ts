import { migrateAll } from '#libs/payments';
import { ConfigurationFaulty, readConfig } from '#libs/platform';

/** The person who runs it must act, and the message says how. */
const EXIT_REFUSED = 2;

/** `npm run migrate`: brings the database of DATABASE_URL to what this build needs. Safe to run twice at once. */
export async function main(): Promise<number> {
  try {
    await migrate(readDatabaseUrl());
    console.log('The database is up to date.');
    return 0;
  } catch (error) {
    if (!(error instanceof ConfigurationFaulty)) throw error;
    console.error(error.message);
    return EXIT_REFUSED;
  }
}

function readDatabaseUrl(): string {
  const { url } = readConfig(process.env).database;
  if (url !== null) return url;
  const problem = 'must be set: the database to migrate (`npm start` migrates the embedded one by itself)';
  throw new ConfigurationFaulty([{ variable: 'DATABASE_URL', problem }]);
}

/** @param databaseUrl of a PostgreSQL database, 15 or later */
export const migrate = (databaseUrl: string): Promise<void> => migrateAll(databaseUrl);
