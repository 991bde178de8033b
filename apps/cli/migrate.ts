import { migrateAll } from '#libs/payments';
import { readConfig } from '#libs/platform';

/** `npm run migrate`: brings the database of DATABASE_URL to what this build needs. Safe to run twice at once. */
export async function main(): Promise<number> {
  const { url } = readConfig(process.env).database;
  if (url === null) {
    console.error(
      'DATABASE_URL must be set: the database to migrate. (`npm start` migrates the embedded one by itself.)',
    );
    return 2;
  }
  await migrate(url);
  console.log('The database is up to date.');
  return 0;
}

/** @param databaseUrl of a PostgreSQL database, 15 or later */
export const migrate = (databaseUrl: string): Promise<void> => migrateAll(databaseUrl);
