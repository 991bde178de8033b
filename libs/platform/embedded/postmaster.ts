import { execFile } from 'node:child_process';
import { readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { systemCode } from './faults.js';

/** A server process that has a data folder open. */
export interface Postmaster {
  readonly pid: number;
  readonly port: number;
}

const run = promisify(execFile);

/**
 * The server that serves this folder at this moment, or null. After a kill -9 of its launcher a server lives on.
 * A file left by a machine that lost power may name a process that is now another program of this account: PostgreSQL
 * would take that for a running server and refuse to start for ever, so such a file is put away here. (A file that names
 * no living process is left for PostgreSQL to replace: it does so without a race.)
 */
export async function findPostmaster(dataFolder: string): Promise<Postmaster | null> {
  const path = join(dataFolder, 'postmaster.pid');
  const content = await readFile(path, 'utf8').catch((error: unknown) => {
    if (systemCode(error) === 'ENOENT') return null;
    throw error;
  });
  if (content === null) return null;
  // The first four lines: process id, data folder, start time, port.
  const [pid = 0, , , port = 0] = content.split('\n').map(Number);
  const commandLine = await commandLineOf(pid);
  if (commandLine === null) return null;
  if (commandLine.includes('postgres') && (await worksIn(pid, commandLine, dataFolder))) return { pid, port };
  await putAway(path, content);
  return null;
}

/** Removes the file only if it still says what was judged; a server that began meanwhile gets its file back. */
async function putAway(path: string, judged: string): Promise<void> {
  const aside = `${path}.stale`;
  await rename(path, aside);
  if ((await readFile(aside, 'utf8')) === judged) await rm(aside);
  else await rename(aside, path);
}

/** A server's working folder is its data folder: asked by identity on Linux, since one folder may have several paths. */
async function worksIn(pid: number, commandLine: string, dataFolder: string): Promise<boolean> {
  if (process.platform !== 'linux') return commandLine.includes(dataFolder);
  const [there, here] = await Promise.all([stat(`/proc/${pid}/cwd`), stat(dataFolder)]);
  return there.dev === here.dev && there.ino === here.ino;
}

/** The command of a living process, null when there is none. */
async function commandLineOf(pid: number): Promise<string | null> {
  if (!(pid > 0)) return null;
  try {
    if (process.platform === 'linux')
      return (await readFile(`/proc/${pid}/cmdline`, 'utf8')).replaceAll('\0', ' ') || null;
    if (process.platform !== 'win32') return (await run('ps', ['-ww', '-o', 'command=', '-p', String(pid)])).stdout;
    const query = `(Get-CimInstance Win32_Process -Filter 'ProcessId=${pid}').CommandLine`;
    return (await run('powershell', ['-NoProfile', '-Command', query])).stdout.trim() || null;
  } catch {
    return null;
  }
}
