import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { type Account, processOptions } from './account.js';
import type { Binaries } from './binaries.js';
import type { Cluster } from './cluster.js';
import { ServerDidNotStart } from './faults.js';
import { findPostmaster } from './postmaster.js';

/** Where the launcher tells what it does. Any pino logger fits. */
export interface LauncherLog {
  debug(facts: Readonly<Record<string, unknown>>, message: string): void;
  info(facts: Readonly<Record<string, unknown>>, message: string): void;
  warn(facts: Readonly<Record<string, unknown>>, message: string): void;
}

/** Everything that starting and stopping one server needs. */
export interface Site {
  readonly dataDir: string;
  readonly cluster: Cluster;
  readonly binaries: Binaries;
  readonly account: Account | null;
  readonly log: LauncherLog;
}

const run = promisify(execFile);
const READY = 'database system is ready to accept connections';
const READY_WITHIN_MS = 60_000;
const KEPT_LINES = 20;

/**
 * Starts the server's process and waits until it takes connections.
 * @throws ServerDidNotStart with the server's last lines.
 */
export async function launch(site: Site, port: number, fsync: boolean): Promise<void> {
  const { cluster, binaries, account } = site;
  const server = spawn(binaries.postgres, ['-D', cluster.dataFolder, ...settings(port, fsync)], {
    ...processOptions(account),
    // A group of its own: Ctrl-C in the terminal must reach us first, or the server would go before those who use it.
    detached: true,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  await untilReady(server, site);
}

function settings(port: number, fsync: boolean): string[] {
  const values = {
    listen_addresses: '127.0.0.1',
    port,
    unix_socket_directories: '',
    max_connections: 200,
    password_encryption: 'scram-sha-256',
    timezone: 'UTC',
    log_timezone: 'UTC',
    // Values of rows may be personal data: neither statements nor the details of errors are written.
    log_min_messages: 'log',
    log_min_error_statement: 'panic',
    log_error_verbosity: 'terse',
    log_checkpoints: 'off',
    ...(fsync ? {} : { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' }),
  };
  return Object.entries(values).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}

function untilReady(server: ChildProcess, { log }: Site): Promise<void> {
  const lastLines: string[] = [];
  return new Promise((resolve, reject) => {
    const fail = (): void => {
      clearTimeout(deadline);
      reject(new ServerDidNotStart(lastLines));
    };
    const deadline = setTimeout(() => {
      lastLines.push(`it was not ready after ${READY_WITHIN_MS / 1000} s`);
      server.kill('SIGINT');
      fail();
    }, READY_WITHIN_MS);
    server.once('error', (error) => {
      lastLines.push(error.message);
      fail();
    });
    server.once('close', fail);
    // An end of the pipe without listeners would stop the server's writing, so lines are read as long as it lives.
    if (server.stderr !== null) {
      createInterface({ input: server.stderr }).on('line', (line) => {
        lastLines.push(line);
        if (lastLines.length > KEPT_LINES) lastLines.shift();
        log.debug({ line }, 'postgres');
        if (!line.includes(READY)) return;
        clearTimeout(deadline);
        resolve();
      });
    }
  });
}

/** Stops the server of the folder, if one runs: sessions are ended and everything is written; if that takes too long, by recovery at the next start. */
export async function stopServer({ binaries, cluster, account, log }: Site): Promise<void> {
  if ((await findPostmaster(cluster.dataFolder)) === null) return;
  const stop = (mode: 'fast' | 'immediate', seconds: number): Promise<unknown> =>
    run(
      binaries.pgCtl,
      ['stop', '-D', cluster.dataFolder, '-m', mode, '-w', '-t', String(seconds), '-s'],
      processOptions(account),
    );
  try {
    await stop('fast', 5);
  } catch (error) {
    log.warn({ err: error }, 'the database did not stop in time and is stopped at once');
    await stop('immediate', 3);
  }
}
