import { readFile, realpath, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { PlatformUnsupported, systemCode } from './faults.js';

/** The account that the server's processes run as. */
export interface Account {
  readonly uid: number;
  readonly gid: number;
}

/**
 * PostgreSQL refuses to run as root, so root lends it another account: the owner of a data folder that is there already,
 * else `nobody`, which every system has. No account is created.
 * @returns null when the server may run as the account we are.
 */
export async function serverAccount(dataFolder: string): Promise<Account | null> {
  if (process.getuid?.() !== 0) return null;
  const owner = await stat(dataFolder).catch(() => null);
  return owner !== null && owner.uid !== 0 ? { uid: owner.uid, gid: owner.gid } : nobody();
}

async function nobody(): Promise<Account> {
  const accounts = await readFile('/etc/passwd', 'utf8').catch(() => '');
  const entry = /^nobody:[^:]*:(-?\d+):(-?\d+):/m.exec(accounts);
  if (entry === null)
    throw new PlatformUnsupported('it must not run as root, and there is no account named nobody to lend it');
  // macOS writes its nobody as -2, which the system calls mean as an unsigned number.
  return { uid: Number(entry[1]) >>> 0, gid: Number(entry[2]) >>> 0 };
}

/** Whether the account may pass through every folder on the way, the last one included. A 0700 home such as root's stops it. */
export async function canReach(folder: string, account: Account): Promise<boolean> {
  let here = await realpath(folder);
  for (;;) {
    const { mode, uid, gid } = await stat(here);
    const passBit = uid === account.uid ? 0o100 : gid === account.gid ? 0o010 : 0o001;
    if ((mode & passBit) === 0) return false;
    const parent = dirname(here);
    if (parent === here) return true;
    here = parent;
  }
}

/** Where and as whom the server's programs run: in a folder that everybody may enter, in English, and free of PG* variables. */
export function processOptions(account: Account | null): {
  cwd: string;
  env: NodeJS.ProcessEnv;
  uid?: number;
  gid?: number;
  windowsHide: boolean;
} {
  const inherited = Object.fromEntries(['PATH', 'SystemRoot', 'TEMP'].map((name) => [name, process.env[name]]));
  return { cwd: '/', env: { ...inherited, LC_ALL: 'C', TZ: 'UTC' }, windowsHide: true, ...(account ?? {}) };
}

/** Whether an error says that the file system, not the content, is in the way. */
export function isDenied(error: unknown): boolean {
  return ['EACCES', 'EPERM', 'EROFS', 'ENOSPC', 'ENOTDIR'].includes(systemCode(error) ?? '');
}
