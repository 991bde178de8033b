import pg from 'pg';
import { type Cluster, USER } from './cluster.js';
import { systemCode } from './faults.js';

/**
 * Whose server it is. The launcher that uses a server holds an advisory lock in it, on a connection that lives as long as
 * the launcher: when that is killed, the server lets go of the lock by itself. So "in use" and "orphan" are told apart
 * without process ids that mean something else after a restart, and two launchers can never both win.
 */
export interface Ownership {
  /** Resolves when the server is gone, for whatever reason. */
  readonly lost: Promise<void>;
  readonly fsync: boolean;
  release(): Promise<void>;
}

/** Any number that no advisory lock of the application uses: these are the letters PORTOS. */
const LOCK = 0x504f52544f53;
const DATABASE = 'portos';

export const urlOf = (cluster: Cluster, port: number, database = DATABASE): string =>
  `postgres://${USER}:${cluster.password}@127.0.0.1:${port}/${database}`;

/**
 * Connects and takes the lock.
 * @returns `taken` when another launcher holds it, `starting` when the server takes no connections yet, `silent` when what
 * listens there is not our cluster or does not answer.
 */
export async function takeOwnership(
  cluster: Cluster,
  port: number,
): Promise<Ownership | 'taken' | 'starting' | 'silent'> {
  const client = new pg.Client({
    connectionString: urlOf(cluster, port, 'postgres'),
    application_name: 'portos launcher',
    connectionTimeoutMillis: 5_000,
    query_timeout: 5_000,
    keepAlive: true,
  });
  const lost = new Promise<void>((resolve) => {
    client.once('end', resolve);
  });
  // The end of the connection is what counts, and it is announced by 'end' as well.
  client.on('error', () => undefined);
  try {
    await client.connect();
    const { rows } = await client.query<{ folder: string; fsync: string; mine: boolean }>(
      `select current_setting('data_directory') as folder, current_setting('fsync') as fsync, pg_try_advisory_lock($1) as mine`,
      [LOCK],
    );
    const [answer] = rows;
    if (answer?.folder === cluster.dataFolder && answer.mine) {
      return { lost, fsync: answer.fsync === 'on', release: () => client.end() };
    }
    await client.end();
    return answer?.folder === cluster.dataFolder ? 'taken' : 'silent';
  } catch (error) {
    void client.end().catch(() => undefined);
    return refusalOf(error);
  }
}

function refusalOf(error: unknown): 'taken' | 'starting' | 'silent' {
  const code = systemCode(error);
  // No connection is left: it is alive and busy, and so somebody uses it.
  if (code === '53300') return 'taken';
  return code === '57P03' || code === 'ECONNREFUSED' ? 'starting' : 'silent';
}

/** The database of the application beside PostgreSQL's own. */
export async function ensureDatabase(cluster: Cluster, port: number): Promise<void> {
  const client = new pg.Client({ connectionString: urlOf(cluster, port, 'postgres'), connectionTimeoutMillis: 5_000 });
  await client.connect();
  try {
    await client.query(`create database ${DATABASE}`);
  } catch (error) {
    // It exists since an earlier start.
    if (systemCode(error) !== '42P04') throw error;
  } finally {
    await client.end();
  }
}
