import { createPool, readConfig } from '#libs/platform';
import { databaseUrlOf } from './database-url.js';
import { brokenInvariants, inWords, readInvariants } from './invariants.js';
import { EXIT_REFUSED, toldPlainly } from './refusal.js';

const EXIT_BROKEN = 1;
/** The questions look at every row. */
const STATEMENT_TIMEOUT_MS = 300_000;

/**
 * `npm run audit`: asks a database (`databaseUrlOf`) whether every invariant holds. It only reads, in one snapshot, and
 * may be run while payments are made.
 * @returns the exit code: 0 when all hold
 */
export async function main(args: readonly string[] = []): Promise<number> {
  if (args.length > 0) {
    console.error('usage: [DATABASE_URL=…] npm run audit');
    return EXIT_REFUSED;
  }
  return toldPlainly(async () => audit(await databaseUrlOf(readConfig(process.env))));
}

async function audit(databaseUrl: string): Promise<number> {
  const pool = createPool(databaseUrl, { max: 1, applicationName: 'audit', statementTimeoutMs: STATEMENT_TIMEOUT_MS });
  try {
    const asked = (await readInvariants()).filter(({ isAtRest }) => !isAtRest);
    const broken = await brokenInvariants(pool, false);
    for (const { id, claim } of asked) {
      const fault = broken.find((found) => found.id === id);
      console.log(fault ? inWords(fault) : `${id.padEnd(5)} holds: ${claim}`);
    }
    console.log(
      broken.length === 0
        ? `All ${asked.length} invariants hold.`
        : `${broken.length} of ${asked.length} invariants are broken.`,
    );
    return broken.length === 0 ? 0 : EXIT_BROKEN;
  } finally {
    await pool.end();
  }
}
