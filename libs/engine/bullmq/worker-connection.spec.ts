import { describe, expect, it } from '@jest/globals';
import { Worker } from 'bullmq';
import { hasRedisServer, startRedisCluster } from '#libs/platform';
import { openQueueBackend, openWorkerConnection, wakeWorkerOptions } from './backend.js';

const PREFIX = '{portos-spec}';

describe('workers on a Redis Cluster', () => {
  if (!hasRedisServer()) {
    it.skip('are not tried (skipped: redis-server is not installed)', () => undefined);
    return;
  }

  it('that are closed as soon as they are opened do close, and leave the connection to others', async () => {
    const cluster = await startRedisCluster();
    const backend = await openQueueBackend({ databaseUrl: '', redisUrls: cluster.urls });
    const connection = openWorkerConnection(backend);
    const open = (name: string): Worker => {
      const options = { connection: connection.options, prefix: PREFIX, ...wakeWorkerOptions('poll') };
      return new Worker(name, () => Promise.resolve(), options).on('error', () => undefined);
    };
    const hasty = Array.from({ length: 40 }, (_, index) => open(`hasty-${index}`));
    const openAndClose = async (worker: Worker) => {
      await worker.waitUntilReady();
      await connection.drain([worker]);
    };
    await Promise.all(hasty.map(openAndClose));
    expect(hasty.map((worker) => worker.isRunning())).toEqual(hasty.map(() => false));

    await openAndClose(open('later'));
    connection.close();
    await cluster.stop();
  });
});
