import pg from 'pg';

/** How a process may use the database. */
export interface PoolOptions {
  /** Connections at most. */
  readonly max: number;
  /** Shown in pg_stat_activity, so that an operator sees who holds a lock. */
  readonly applicationName: string;
  /** How long one statement may take, 15 s unless given. */
  readonly statementTimeoutMs?: number;
  /** Hears of idle connections that broke. The pool has replaced them already. */
  readonly onError?: (error: Error) => void;
}

/**
 * A pool whose every wait ends: for a connection, for a lock, for a statement, and for a transaction left open.
 * bigint columns arrive as strings, as `pg` does by default: a number would round beyond 2^53.
 */
export function createPool(url: string, options: PoolOptions): pg.Pool {
  const pool = new pg.Pool({
    connectionString: url,
    max: options.max,
    pipeline: true, // statements that follow each other share a round trip
    application_name: options.applicationName,
    connectionTimeoutMillis: 5_000,
    idleTimeoutMillis: 30_000,
    keepAlive: true,
    statement_timeout: options.statementTimeoutMs ?? 15_000,
    lock_timeout: 5_000,
    idle_in_transaction_session_timeout: 15_000,
  });
  // Without a listener an idle connection that the server closes would end the process; the next query connects anew.
  pool.on('error', (error) => options.onError?.(error));
  return pool;
}
