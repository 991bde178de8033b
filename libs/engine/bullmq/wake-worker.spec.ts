import { expect, it } from '@jest/globals';
import { Worker, createPostgresBackend } from 'bullmq';
import type { PostgresConnectionOptions } from 'bullmq';
import { Pool } from 'pg';
import type { PoolConfig } from 'pg';
import { createEngineDatabase, untilTrue } from '../../testkit/engine/index.js';
import { wakeWorkerOptions } from './backend.js';
import { createWakeQueue, wakeQueueName } from './wake-queue.js';

/** A pool whose server can be down: its queries are then refused, and counted. */
function frailPool(settings: PoolConfig) {
  const pool = new Pool(settings);
  const reach = pool.query.bind(pool) as (...query: unknown[]) => unknown;
  const state = { pool, isDown: false, refused: 0 };
  const query = (...given: unknown[]): unknown => {
    if (!state.isDown) return reach(...given);
    state.refused += 1;
    return Promise.reject(Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' }));
  };
  Object.assign(pool, { query });
  return state;
}

it('a worker whose server was away is at work again within seconds of its return', async () => {
  const database = await createEngineDatabase({ queue: true });
  const settings = { connectionString: database.url, max: 5, options: '-c search_path=bullmq,public' };
  const [pool, frail] = [new Pool(settings), frailPool(settings)];
  const queue = createWakeQueue({ backend: { kind: 'postgres', pool }, prefix: 'portos-spec' });
  let jobs = 0;
  const worker = new Worker(
    wakeQueueName('poll'),
    () => {
      jobs += 1;
      return Promise.resolve();
    },
    { connection: frail.pool as unknown as PostgresConnectionOptions, ...wakeWorkerOptions('poll') },
    createPostgresBackend,
  );
  await queue.wake('poll', [{ instanceId: 'a', key: 'k' }]);
  await untilTrue(() => jobs === 1);
  frail.isDown = true;
  await queue.wake('poll', [{ instanceId: 'b', key: 'k' }]);
  await untilTrue(() => frail.refused > 0);
  frail.isDown = false;
  await untilTrue(() => jobs === 2);

  await worker.close();
  await queue.close();
  await Promise.all([pool.end(), frail.pool.end()]);
  await database.close();
  expect(jobs).toBe(2);
});
