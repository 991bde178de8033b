import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';
import { explained } from './npm.mjs';

const LOOK_EVERY_MS = 200;
const PATIENCE_MS = 10 * 60_000;

/**
 * Holds a lock file with our process id while the work is done. A lock whose process is gone is taken over. Should two
 * do so in the same instant, both install or build the same things: slow and untidy, but never half of anything, since
 * what is finished is stamped last.
 */
export async function withLock(path, work) {
  const deadline = performance.now() + PATIENCE_MS;
  let hasSpoken = false;
  while (!tryToLock(path)) {
    const holder = holderOf(path);
    if (holder === null) rmSync(path, { force: true });
    else if (performance.now() > deadline) {
      throw explained(`process ${holder} has been installing or building for too long: stop it, or delete ${path}`);
    } else {
      if (!hasSpoken) console.log(`waiting for process ${holder}, which installs or builds`);
      hasSpoken = true;
      await pause(LOOK_EVERY_MS);
    }
  }
  try {
    return await work();
  } finally {
    rmSync(path, { force: true });
  }
}

function tryToLock(path) {
  try {
    writeFileSync(path, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw explained(`${path} cannot be written (${error.code}): PORTOS must be able to write in its own folder`);
  }
}

/** The living process that holds the lock, else null. */
function holderOf(path) {
  try {
    const pid = Number(readFileSync(path, 'utf8'));
    // Just created and not yet written, by a process that is surely alive.
    if (pid === 0) return 'unknown';
    // A container gives the same ids again: a lock with our own id is an old one.
    if (pid === process.pid) return null;
    process.kill(pid, 0);
    return pid;
  } catch (error) {
    return error.code === 'EPERM' ? 'of another account' : null;
  }
}
