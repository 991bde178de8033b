import { readdir, readFile } from 'node:fs/promises';
import type { Ground } from './ground.js';

/** What one measured stretch of work cost. Null where this machine cannot tell. */
export interface Cost {
  readonly seconds: number;
  /** CPU of this process in milliseconds: engine, driver and in-process gateway together. */
  readonly nodeCpuMs: number;
  readonly postgresCpuMs: number | null;
  readonly redisCpuMs: number | null;
  readonly walBytes: number;
  /** Flushes of the log to disk. */
  readonly walSyncs: number | null;
}

/** Measures what `work` costs. */
export async function measure(ground: Ground, work: () => Promise<unknown>): Promise<Cost> {
  const before = await read(ground);
  await work();
  const after = await read(ground);
  return {
    seconds: (after.atMs - before.atMs) / 1_000,
    nodeCpuMs: after.nodeCpuMs - before.nodeCpuMs,
    postgresCpuMs: difference(after.postgresCpuMs, before.postgresCpuMs),
    redisCpuMs: difference(after.redisCpuMs, before.redisCpuMs),
    walBytes: after.walBytes - before.walBytes,
    walSyncs: difference(after.walSyncs, before.walSyncs),
  };
}

/**
 * Transactions of the measured database so far, reading ones included. A server process reports its own when it ends,
 * or a while later: so this is asked when everybody has disconnected, and waits until they have.
 */
export async function committedTransactions({ watcher, databaseName }: Ground): Promise<number> {
  const deadline = performance.now() + 10_000;
  for (;;) {
    const { rows } = await watcher.query<{ connected: number; committed: string }>(
      `select (select count(*)::int from pg_stat_activity
               where datname = $1 and backend_type = 'client backend') as connected,
              (select xact_commit from pg_stat_database where datname = $1) as committed`,
      [databaseName],
    );
    const [row] = rows;
    if (row?.connected === 0) return Number(row.committed);
    if (performance.now() > deadline) throw new Error('somebody stays connected to the measured database');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

const difference = (after: number | null, before: number | null): number | null =>
  after === null || before === null ? null : after - before;

async function read(ground: Ground) {
  const { rows } = await ground.watcher.query<{ pid: number; wal: string }>(
    `select pg_backend_pid() as pid, pg_current_wal_insert_lsn() - '0/0'::pg_lsn as wal`,
  );
  const [row] = rows;
  if (!row) throw new Error('the database did not answer');
  const [postgresCpuMs, redisCpuMs, walSyncs] = await Promise.all([
    cpuOfServer(row.pid),
    cpuOfRedis(ground),
    syncsOfWal(ground),
  ]);
  const { user, system } = process.cpuUsage();
  const nodeCpuMs = (user + system) / 1_000;
  return { atMs: performance.now(), nodeCpuMs, postgresCpuMs, redisCpuMs, walBytes: Number(row.wal), walSyncs };
}

/** A tick of the kernel's accounting (USER_HZ, 100 on every Linux in use). */
const TICK_MS = 10;

/**
 * CPU of a PostgreSQL on this machine: its postmaster, the children that ended, and those that live, whose own account
 * is kept in nanoseconds. Null elsewhere.
 * @param backend the process id of any of its connections.
 */
async function cpuOfServer(backend: number): Promise<number | null> {
  try {
    const own = await statOf(backend);
    if (!own.name.startsWith('postgres')) return null; // a server on another machine, whose number means nothing here
    const postmaster = await statOf(own.parent);
    const processes = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
    const living = await Promise.all(processes.map((pid) => cpuOfChild(pid, own.parent)));
    return postmaster.cpuMs + living.reduce((sum, cpuMs) => sum + cpuMs, 0);
  } catch {
    return null;
  }
}

async function cpuOfChild(pid: number, parent: number): Promise<number> {
  try {
    if ((await statOf(pid)).parent !== parent) return 0;
    return Number((await readFile(`/proc/${pid}/schedstat`, 'utf8')).split(' ')[0]) / 1e6;
  } catch {
    return 0; // it has ended meanwhile
  }
}

/** /proc/<pid>/stat, see proc(5): name, parent, and CPU of the process and of its children that ended. */
async function statOf(pid: number): Promise<{ name: string; parent: number; cpuMs: number }> {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8');
  const name = text.slice(text.indexOf('(') + 1, text.lastIndexOf(')'));
  const fields = text
    .slice(text.lastIndexOf(')') + 2)
    .split(' ')
    .map(Number);
  const ticks = fields.slice(11, 15).reduce((sum, field) => sum + field, 0);
  return { name, parent: fields[1] ?? 0, cpuMs: ticks * TICK_MS };
}

async function cpuOfRedis({ redis }: Ground): Promise<number | null> {
  if (!redis) return null;
  const info = await redis.client.info('cpu');
  const seconds = ['used_cpu_sys', 'used_cpu_user'].map((name) =>
    Number(new RegExp(`^${name}:(.*)$`, 'm').exec(info)?.[1]),
  );
  return seconds.reduce((sum, value) => sum + value, 0) * 1_000;
}

/** PostgreSQL 18 counts them beside other input and output, earlier ones with the log; both a while later. */
async function syncsOfWal({ watcher }: Ground): Promise<number | null> {
  const { rows } = await watcher.query<{ version: number }>(
    `select current_setting('server_version_num')::int as version`,
  );
  const text =
    (rows[0]?.version ?? 0) >= 180_000
      ? `select sum(fsyncs) as syncs from pg_stat_io where object = 'wal'`
      : 'select wal_sync as syncs from pg_stat_wal';
  const { rows: counted } = await watcher.query<{ syncs: string }>(text);
  return Number(counted[0]?.syncs);
}
