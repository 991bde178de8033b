import { execFile } from 'node:child_process';
import { copyFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** What the client imports; it takes them in the versions it is tested with here. */
export const CLIENT_PACKAGES = ['bullmq', 'ioredis', 'openapi-fetch', 'pg', 'standardwebhooks'];

/** The part of the repository's package.json that the client's repeats. */
interface RootManifest {
  readonly version: string;
  readonly license: string;
  readonly engines: Readonly<Record<string, string>>;
  readonly dependencies: Readonly<Record<string, string>>;
}

/**
 * `npm run client`: makes of libs/client a package of its own in dist/client, ready for `npm pack` or `npm publish`.
 * @returns the exit code
 */
export async function main(args: readonly string[], root = process.cwd()): Promise<number> {
  if (args.length > 0) {
    console.error('usage: npm run client');
    return 2;
  }
  const folder = join(root, 'dist', 'client');
  await buildClient(root, folder);
  console.log(`The client is in ${relative(root, folder)}; npm pack ./${relative(root, folder)} makes one file of it.`);
  return 0;
}

/**
 * Compiles the client, with its declarations, and writes what a package needs beside it. Its package.json is made here,
 * because one in libs/client would be the nearest to its specs, and would hide the imports of this repository from them.
 * @param folder is emptied first
 */
export async function buildClient(root: string, folder: string): Promise<void> {
  const source = join(root, 'libs', 'client');
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  const compiler = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  const settings = ['--project', join(source, 'tsconfig.package.json'), '--outDir', folder];
  await run(process.execPath, [compiler, ...settings]).catch((error: unknown) => {
    const { stdout = '' } = error as { readonly stdout?: string };
    throw new Error(`The client does not compile:\n${stdout}`, { cause: error });
  });
  const manifest = clientManifest(JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as RootManifest);
  await writeFile(join(folder, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
  await copyFile(join(source, 'README.md'), join(folder, 'README.md'));
  await copyFile(join(root, 'LICENSE'), join(folder, 'LICENSE'));
}

function clientManifest({ version, license, engines, dependencies }: RootManifest): object {
  return {
    name: 'portos-payments-client',
    version,
    description: 'Client of PORTOS Payments: its API, its webhooks and its command queue',
    license,
    type: 'module',
    engines,
    types: './index.d.ts',
    exports: { '.': { types: './index.d.ts', default: './index.js' }, './package.json': './package.json' },
    sideEffects: false,
    dependencies: Object.fromEntries(CLIENT_PACKAGES.map((name) => [name, dependencies[name]])),
  };
}
