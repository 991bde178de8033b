import { parseArgs } from 'node:util';
import { ErasureBook, ErasureRefused, NotFound } from '#libs/payments';
import { createPool, holdsPersonalData, readConfig } from '#libs/platform';
import { databaseUrlOf } from './database-url.js';
import { EXIT_REFUSED, toldPlainly } from './refusal.js';

const USAGE = 'usage: [DATABASE_URL=…] npm run erase -- <practiceId> [--by <name of a desk or a system>]';

/** As keys are named; it is written down with the erasure. */
const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,39}$/;

/**
 * `npm run erase`: erases the personal data of one practice that is settled or withdrawn, in a database (`databaseUrlOf`).
 * @returns the exit code: 0 when nothing personal of it is left, 2 when it is refused
 */
export async function main(args: readonly string[]): Promise<number> {
  const asked = read(args);
  if (typeof asked === 'string') {
    console.error(asked);
    return EXIT_REFUSED;
  }
  return toldPlainly(async () => erase(asked.practiceId, asked.by, await databaseUrlOf(readConfig(process.env))));
}

function read(args: readonly string[]): { readonly practiceId: string; readonly by: string } | string {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: { by: { type: 'string' } },
      allowPositionals: true,
    });
    const [practiceId, ...others] = positionals;
    const { by = 'console' } = values;
    if (practiceId === undefined || others.length > 0) return USAGE;
    if (!NAME.test(by) || holdsPersonalData(by))
      return 'a name is 1 to 40 letters, digits or any of . _ - and names a desk or a system, no person';
    return { practiceId, by };
  } catch (error) {
    return `${(error as Error).message}\n${USAGE}`;
  }
}

async function erase(practiceId: string, by: string, databaseUrl: string): Promise<number> {
  const pool = createPool(databaseUrl, { max: 1, applicationName: 'erase' });
  try {
    const { payers, charges, attestations } = await new ErasureBook(pool).erase(practiceId, by);
    console.log(
      payers + charges + attestations === 0
        ? `Nothing personal is left of ${practiceId}.`
        : `Erased of ${practiceId}: ${payers} payer, ${charges} contents of charges, ${attestations} documents of attestations.`,
    );
    return 0;
  } catch (error) {
    if (error instanceof NotFound) console.error('there is no such practice; nothing was erased');
    else if (error instanceof ErasureRefused) console.error(inWords(error));
    else throw error;
    return EXIT_REFUSED;
  } finally {
    await pool.end();
  }
}

const inWords = ({ practiceId, obstacles }: ErasureRefused): string =>
  [`${practiceId} may still need its payer, so nothing was erased:`, ...obstacles.map((line) => `  - ${line}`)].join(
    '\n',
  );
