import type { Pool, PoolClient, QueryConfig, QueryResult } from 'pg';

/** A prepared statement of ours: its name, its text and its values. */
export type Statement = QueryConfig;

/**
 * Opens a transaction in which every row is looked up by its key. Left to itself the planner prepares, while the
 * tables are still small, to read all of them and join by hash, and keeps to that plan while they grow, until they are
 * next analyzed: on a fresh database, measured, ten times the cost within a minute. With that settled one plan serves
 * all values, and none is made anew for a call.
 */
export const BEGIN: Statement = {
  text: `begin; set local enable_seqscan = off; set local enable_hashjoin = off; set local enable_mergejoin = off;
         set local plan_cache_mode = force_generic_plan`,
};
export const COMMIT: Statement = { text: 'commit' };

/**
 * Sends statements one after the other. On a connection opened with `pipeline: true` none waits for the answer of the
 * one before, so a group of them costs one round trip; each still runs after the former, on a snapshot of its own.
 */
export async function send(client: PoolClient, statements: readonly Statement[]): Promise<QueryResult<never>[]> {
  if (client.pipeline) return sendTogether(client, statements);
  const results: QueryResult<never>[] = [];
  for (const statement of statements) results.push(await client.query<never>(statement));
  return results;
}

/** In one packet: left to itself `pg` makes a system call for each statement. */
function sendTogether(client: PoolClient, statements: readonly Statement[]): Promise<QueryResult<never>[]> {
  const { stream } = client.connection;
  stream.cork();
  try {
    return Promise.all(statements.map((statement) => client.query<never>(statement)));
  } finally {
    stream.uncork();
  }
}

/**
 * Gives `work` a connection of its own. Work opens and commits its transaction itself, as parts of what it sends;
 * if it fails, whatever is open is rolled back, and a connection that cannot even do that is thrown away.
 */
export async function onConnection<T>(pool: Pool, work: (client: PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  // A connection that dies while nobody waits on it says so by an event; unheard, that would end the process.
  const ignore = () => undefined;
  client.on('error', ignore);
  let broken = false;
  try {
    return await work(client);
  } catch (error) {
    await client.query('rollback').catch(() => {
      broken = true;
    });
    throw error;
  } finally {
    client.off('error', ignore);
    client.release(broken);
  }
}

/** Statements whose values do not depend on each other's results, in one transaction and one round trip. */
export function inTransaction(pool: Pool, statements: readonly Statement[]): Promise<QueryResult<never>[]> {
  return onConnection(pool, async (client) => (await send(client, [BEGIN, ...statements, COMMIT])).slice(1, -1));
}
