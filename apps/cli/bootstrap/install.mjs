import { createHash } from 'node:crypto';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { explained, npm, seconds } from './npm.mjs';

/** Installs when there are no packages, or other ones than package-lock.json asks for. */
export async function installIfMissing(root) {
  const stamp = join(root, 'node_modules', '.portos-installed');
  const reason = reasonToInstall(root, stamp);
  if (reason === null) return;
  console.log(`installing packages (${reason}), this takes a minute`);
  const startedAt = performance.now();
  // NODE_ENV=production would leave out the compiler.
  const options = ['--include=dev', '--include=optional', '--no-audit', '--no-fund'];
  const strict = await npm(root, ['ci', ...options]);
  if (!strict.ok) console.log('npm ci did not succeed, trying npm install');
  const { ok, output } = strict.ok ? strict : await npm(root, ['install', ...options]);
  if (!ok) throw explained(`${strict.output}\n${output}\nThe packages could not be installed; npm's words are above.`);
  writeFileSync(stamp, lockHash(root));
  console.log(`installed in ${seconds(startedAt)}`);
}

function reasonToInstall(root, stamp) {
  const installedLock = join(root, 'node_modules', '.package-lock.json');
  if (!existsSync(installedLock)) return 'there are none';
  if (existsSync(stamp)) return readFileSync(stamp, 'utf8') === lockHash(root) ? null : 'package-lock.json has changed';
  // Somebody ran npm directly: npm writes its own record after it has read the lock file.
  const isNewer = statSync(installedLock).mtimeMs >= statSync(join(root, 'package-lock.json')).mtimeMs;
  return isNewer ? null : 'package-lock.json is newer';
}

const lockHash = (root) =>
  createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex');
