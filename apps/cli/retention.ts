import { ErasureBook } from '#libs/payments';
import type { Config } from '#libs/platform';
import { databaseUrlOf } from './database-url.js';
import { createPool, formatDuration, readConfig } from '#libs/platform';
import { EXIT_REFUSED, toldPlainly } from './refusal.js';

/** A hundred practices at a time, each with what may stand in its way. */
const STATEMENT_TIMEOUT_MS = 60_000;

/**
 * `npm run retention`: erases the personal data that was kept for long enough, in a database (`databaseUrlOf`). To be run daily;
 * safe to run twice at once, and while payments are made. What may still be needed is left for a later run.
 */
export async function main(args: readonly string[] = []): Promise<number> {
  if (args.length > 0) {
    console.error('usage: [DATABASE_URL=…] npm run retention');
    return EXIT_REFUSED;
  }
  return toldPlainly(async () => {
    const config = readConfig(process.env);
    await retain(config.retention, await databaseUrlOf(config));
    return 0;
  });
}

async function retain(terms: Config['retention'], databaseUrl: string): Promise<void> {
  const options = { max: 1, applicationName: 'retention', statementTimeoutMs: STATEMENT_TIMEOUT_MS };
  const pool = createPool(databaseUrl, options);
  try {
    const { practices, payers, charges, attestations } = await new ErasureBook(pool).retain(terms);
    console.log(
      `Payers and contents of charges are kept ${words(terms.payerDataKeptMs)}: ${payers} and ${charges} erased.`,
    );
    console.log(`Documents of attestations are kept ${words(terms.attestationsKeptMs)}: ${attestations} erased.`);
    console.log(`${practices} erasures were written down.`);
  } finally {
    await pool.end();
  }
}

const words = (keptMs: number | null): string => (keptMs === null ? 'for good' : formatDuration(keptMs));
