import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildIfStale } from './build.mjs';
import { installIfMissing } from './install.mjs';
import { withLock } from './lock.mjs';

export const root = dirname(dirname(dirname(dirname(fileURLToPath(import.meta.url)))));

/** Packages and build are as the sources want them when this resolves. One process at a time; others wait for it. */
export async function prepare() {
  mkdirSync(join(root, 'dist'), { recursive: true });
  await withLock(join(root, 'dist', '.lock'), async () => {
    await installIfMissing(root);
    await buildIfStale(root);
  });
}
