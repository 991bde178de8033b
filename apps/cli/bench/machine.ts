import { cpus, loadavg, totalmem } from 'node:os';
import type { Ground } from './ground.js';

/** Where it was measured: figures of two machines are not to be compared. */
export interface MachineFacts {
  readonly cores: number;
  readonly cpu: string;
  readonly memoryGigabytes: number;
  /** Processes that wanted a core, on average over the last minute, before we began. */
  readonly loadBefore: number;
  readonly node: string;
  readonly postgres: string;
  readonly fsync: string;
  readonly synchronousCommit: string;
  /** Null: the queues live in PostgreSQL. */
  readonly redis: string | null;
}

export async function describeMachine(ground: Ground): Promise<MachineFacts> {
  const { rows } = await ground.watcher.query<{ version: string; fsync: string; synchronous: string }>(
    `select current_setting('server_version') as version, current_setting('fsync') as fsync,
            current_setting('synchronous_commit') as synchronous`,
  );
  const [row] = rows;
  const info = await ground.redis?.client.info('server');
  return {
    cores: cpus().length,
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    memoryGigabytes: Math.round(totalmem() / 2 ** 30),
    loadBefore: loadavg()[0] ?? 0,
    node: process.versions.node,
    postgres: row?.version ?? 'unknown',
    fsync: row?.fsync ?? 'unknown',
    synchronousCommit: row?.synchronous ?? 'unknown',
    redis: info ? (/redis_version:(\S+)/.exec(info)?.[1] ?? 'unknown') : null,
  };
}
