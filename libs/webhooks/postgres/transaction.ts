import type { Pool, PoolClient } from 'pg';
import { onConnection } from '#libs/engine';

/** Statements that build on each other, in one transaction. */
export const inTransaction = <T>(pool: Pool, work: (client: PoolClient) => Promise<T>): Promise<T> =>
  onConnection(pool, async (client) => {
    await client.query('begin');
    const result = await work(client);
    await client.query('commit');
    return result;
  });
