import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { explained, npm, seconds } from './npm.mjs';

const SOURCE_FOLDERS = ['apps', 'libs', 'machines'];
const SETTINGS = /^(?:\.swcrc|.*\.json)$/;
const NOT_BUILT = /(?:^|[\\/])(?:node_modules|dist)[\\/]|\.spec\.ts$/;

/** Builds when the sources are not those of the last build. Compared by content: checkouts and copies change dates. */
export async function buildIfStale(root) {
  const stamp = join(root, 'dist', '.built');
  const hash = hashOfSources(root);
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === hash) return;
  console.log('building');
  const startedAt = performance.now();
  const { ok, output } = await npm(root, ['run', 'build', '--silent']);
  if (!ok) throw explained(`${output}\nThe build failed; its words are above.`);
  writeFileSync(stamp, hash);
  console.log(`built in ${seconds(startedAt)}`);
}

function hashOfSources(root) {
  const hash = createHash('sha256');
  const settings = readdirSync(root).filter((name) => SETTINGS.test(name));
  const sources = SOURCE_FOLDERS.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name)),
  ).filter((path) => !NOT_BUILT.test(path));
  for (const path of [...settings.map((name) => join(root, name)), ...sources].sort()) {
    hash.update(path.slice(root.length)).update('\0').update(readFileSync(path)).update('\0');
  }
  return hash.digest('hex');
}
