import type { Config } from '#libs/platform';
import { assertDatabaseAnswers, ConfigurationFaulty, findEmbeddedPostgres } from '#libs/platform';

/**
 * The database a command works on: that of DATABASE_URL, else the one that `npm start` runs here.
 * @throws ConfigurationFaulty when there is neither, DatabaseUnusable
 */
export async function databaseUrlOf({ database }: Config): Promise<string> {
  const url = database.url ?? (await findEmbeddedPostgres(database.dataDir));
  if (url !== null) {
    await assertDatabaseAnswers(url);
    return url;
  }
  const problem = `must be set: the database to work on (without it, that of \`npm start\`, which does not run in ${database.dataDir})`;
  throw new ConfigurationFaulty([{ variable: 'DATABASE_URL', problem }]);
}
