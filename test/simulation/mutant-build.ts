import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { transform } from '@swc/core';
import type { PlantedBug } from './planted-bugs.js';

/** A build of our own with one bug in it. */
export interface MutantBuild {
  /** Its simulation's worker. */
  readonly worker: URL;
  remove(): Promise<void>;
}

/**
 * Copies the build at `root` and plants the bug in the copy.
 * @throws RangeError when the text to change does not stand exactly once in its file
 */
export async function buildMutant(root: string, bug: PlantedBug): Promise<MutantBuild> {
  const mutated = await mutatedSource(root, bug);
  const folder = await mkdtemp(join(tmpdir(), 'portos-planted-'));
  await cp(join(root, 'dist'), join(folder, 'dist'), { recursive: true });
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'));
  await cp(join(root, 'package.json'), join(folder, 'package.json')); // its `imports` point into the copied build
  await writeFile(join(folder, 'dist', bug.file.replace(/\.ts$/, '.js')), mutated);
  return {
    worker: pathToFileURL(join(folder, 'dist/apps/cli/simulate/worker.js')),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

async function mutatedSource(root: string, { file, text, replacement, name }: PlantedBug): Promise<string> {
  const source = await readFile(join(root, file), 'utf8');
  const [before = '', after, ...more] = source.split(text);
  if (after === undefined || more.length > 0) {
    throw new RangeError(`"${name}": its text stands ${after === undefined ? 'nowhere' : 'more than once'} in ${file}`);
  }
  const { exclude: _, ...options } = JSON.parse(await readFile(join(root, '.swcrc'), 'utf8')) as { exclude?: unknown };
  const { code } = await transform(`${before}${replacement}${after}`, { ...options, swcrc: false, filename: file });
  return code;
}
