import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Options } from '@swc/core';
import { transform } from '@swc/core';
import type { PlantedBug } from './planted-bugs.js';

/** A copy of the build with one bug in it. */
export interface MutantBuild {
  /** Where its modules are, as `dist` is to the project. */
  readonly dist: string;
  remove(): Promise<void>;
}

/** @throws when the bug's place is not there exactly once: the code has moved on, and the bug must follow it. */
export async function buildWith(root: string, bug: PlantedBug): Promise<MutantBuild> {
  const source = await readFile(join(root, bug.file), 'utf8');
  const places = source.split(bug.instead).length - 1;
  if (places !== 1) throw new Error(`"${bug.name}": its place stands ${places} times in ${bug.file}`);
  const options = JSON.parse(await readFile(join(root, '.swcrc'), 'utf8')) as Options;
  const { code } = await transform(source.replace(bug.instead, bug.planted), {
    ...options,
    filename: bug.file,
    swcrc: false,
  });
  const folder = await mkdtemp(join(tmpdir(), 'portos-mutant-'));
  await cp(join(root, 'dist'), join(folder, 'dist'), { recursive: true });
  await cp(join(root, 'package.json'), join(folder, 'package.json'));
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'));
  await writeFile(join(folder, 'dist', bug.file.replace(/\.ts$/, '.js')), code);
  return { dist: join(folder, 'dist'), remove: () => rm(folder, { recursive: true }) };
}
