import { randomBytes } from 'node:crypto';
import { chmod, mkdir, readdir, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { type Account, canReach, isDenied } from './account.js';
import { DataFolderUnusable, systemCode } from './faults.js';

const LOCATION_FILE = 'postgres.location';
const ELSEWHERE = '/var/lib/portos-payments';

/**
 * The folder that holds the cluster. It is the data folder itself, unless root's PORTOS lies below a folder that the lent
 * account may not enter (such as /root): then a folder of its own under /var/lib, and a file in the data folder that names it.
 */
export async function findHome(dataDir: string): Promise<string> {
  const elsewhere = await readFile(join(dataDir, LOCATION_FILE), 'utf8').catch(() => '');
  return elsewhere.trim() || (await realpath(dataDir).catch(() => resolve(dataDir)));
}

/** Makes the home where there is none yet. */
export async function prepareHome(dataDir: string, account: Account | null): Promise<string> {
  try {
    await makePassable(resolve(dataDir), account);
    const home = await findHome(dataDir);
    if (account === null) return home;
    // An empty folder that root has just made for us, as mkdtemp does, hides nothing yet.
    if (home === (await realpath(dataDir)) && (await readdir(home)).length === 0) await chmod(home, 0o711);
    if (await canReach(home, account)) return home;
    const elsewhere = join(ELSEWHERE, randomBytes(6).toString('hex'));
    await makePassable(elsewhere, account);
    await writeFile(join(dataDir, LOCATION_FILE), `${elsewhere}\n`);
    return elsewhere;
  } catch (error) {
    if (!isDenied(error)) throw error;
    throw new DataFolderUnusable(
      dataDir,
      `it is not writable (${systemCode(error) ?? ''}); set PORTOS_DATA_DIR to one that is`,
    );
  }
}

/** Folders we make may be passed through, not listed, whatever the umask is. Folders that were there stay as they are. */
async function makePassable(folder: string, account: Account | null): Promise<void> {
  const firstMade = await mkdir(folder, { recursive: true });
  if (firstMade === undefined || account === null) return;
  for (let made = folder; made.length >= firstMade.length; made = dirname(made)) await chmod(made, 0o711);
}

/** Forgets a home that lies elsewhere. */
export async function forgetHome(dataDir: string, home: string): Promise<void> {
  const isElsewhere = await rm(join(dataDir, LOCATION_FILE)).then(
    () => true,
    () => false,
  );
  if (isElsewhere) await rm(home, { recursive: true, force: true });
}
