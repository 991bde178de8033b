import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmod, chown, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type Account, isDenied, processOptions } from './account.js';
import type { Binaries } from './binaries.js';
import { DataFolderUnusable, systemCode } from './faults.js';

/** A database cluster on disk and the password that opens it. */
export interface Cluster {
  /** PostgreSQL's own folder. */
  readonly dataFolder: string;
  readonly password: string;
}

const run = promisify(execFile);
export const CLUSTER_FOLDER = 'postgres';
export const USER = 'portos';

export const dataFolderOf = (home: string): string => join(home, CLUSTER_FOLDER, 'data');

/** The cluster of a home, or null when there is none yet. */
export async function findCluster(home: string): Promise<Cluster | null> {
  try {
    await readFile(join(dataFolderOf(home), 'PG_VERSION'));
    const password = await readFile(join(home, CLUSTER_FOLDER, 'password'), 'utf8');
    return { dataFolder: dataFolderOf(home), password: password.trim() };
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return null;
    if (!isDenied(error)) throw error;
    throw new DataFolderUnusable(home, 'it belongs to another account; run PORTOS as that one, or set PORTOS_DATA_DIR');
  }
}

/**
 * Makes a cluster in one step: everything is prepared beside and then renamed, so a crash or a second process in the
 * middle leaves either no cluster or a whole one with its password.
 */
export async function createCluster(
  home: string,
  binaries: Binaries,
  account: Account | null,
  options: { readonly sync: boolean },
): Promise<Cluster> {
  const unfinished = join(home, `${CLUSTER_FOLDER}.new-${randomBytes(4).toString('hex')}`);
  try {
    await mkdir(unfinished);
    await chmod(unfinished, 0o711);
    await runInitdb(unfinished, binaries, account, options.sync);
    await rename(unfinished, join(home, CLUSTER_FOLDER));
  } catch (error) {
    await rm(unfinished, { recursive: true, force: true });
    if (isDenied(error)) throw new DataFolderUnusable(home, `it is not writable (${systemCode(error) ?? ''})`);
    // Another process may have finished a moment before: then its cluster is the one.
    if (!['ENOTEMPTY', 'EEXIST'].includes(systemCode(error) ?? '')) throw error;
  }
  const cluster = await findCluster(home);
  if (cluster === null) {
    throw new DataFolderUnusable(home, `its folder ${CLUSTER_FOLDER} is no PostgreSQL cluster; move it away`);
  }
  return cluster;
}

async function runInitdb(folder: string, binaries: Binaries, account: Account | null, sync: boolean): Promise<void> {
  const dataFolder = join(folder, 'data');
  const passwordForInitdb = join(folder, 'initdb-password');
  const password = randomBytes(24).toString('base64url');
  await writeFile(join(folder, 'password'), password, { mode: 0o600 });
  await writeFile(passwordForInitdb, password, { mode: 0o600 });
  await mkdir(dataFolder, { mode: 0o700 });
  if (account !== null) {
    await chown(passwordForInitdb, account.uid, account.gid);
    await chown(dataFolder, account.uid, account.gid);
  }
  const settings = ['--auth=scram-sha-256', '--encoding=UTF8', '--locale=C', ...(sync ? [] : ['--no-sync'])];
  await run(
    binaries.initdb,
    ['-D', dataFolder, `--username=${USER}`, `--pwfile=${passwordForInitdb}`, ...settings],
    processOptions(account),
  );
  await rm(passwordForInitdb);
}

/** A cluster is written by one major version and read by that one only. */
export async function assertVersion(cluster: Cluster, binaries: Binaries): Promise<void> {
  const written = (await readFile(join(cluster.dataFolder, 'PG_VERSION'), 'utf8')).trim();
  if (written === String(binaries.major)) return;
  throw new DataFolderUnusable(
    cluster.dataFolder,
    `PostgreSQL ${written} wrote it and this is PostgreSQL ${binaries.major}; ` +
      'move the data with pg_dump, start with --fresh, or set PORTOS_DATA_DIR to another folder',
  );
}
