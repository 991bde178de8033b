import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Bench, EngineDatabase } from '../../testkit/engine/index.js';
import { createEngineDatabase, freshBench } from '../../testkit/engine/index.js';

describe('what is read', () => {
  let database: EngineDatabase;
  let bench: Bench;
  let ids: string[];
  beforeAll(async () => {
    database = await createEngineDatabase();
  });
  afterAll(() => database.close());
  beforeEach(async () => {
    bench = await freshBench(database);
    ids = [];
    for (let count = 0; count < 5; count += 1) ids.push(await bench.order());
    await bench.submit(ids[1] ?? '', 'ship', { type: 'parcel.shipped' });
  });

  const pages = async (limit: number, state?: string) => {
    const found: string[] = [];
    let cursor: string | null = null;
    do {
      const page = await bench.store.listInstances('parcel', {
        limit,
        ...(state === undefined ? {} : { state }),
        ...(cursor === null ? {} : { cursor }),
      });
      found.push(...page.items.map((item) => item.id));
      cursor = page.nextCursor;
    } while (cursor !== null);
    return found;
  };

  it('lists newest first, page by page, each instance once', async () => {
    expect(await pages(2)).toEqual(ids.toReversed());
    expect(await pages(5)).toEqual(ids.toReversed());
  });

  it('lists one state and its sub-states only', async () => {
    expect(await pages(2, 'shipped')).toEqual([ids[1]]);
    await database.pool.query(`update engine.instance set state = 'shipped.far' where id = $1`, [ids[3]]);
    await database.pool.query(`update engine.instance set state = 'shippedOff' where id = $1`, [ids[4]]);

    expect(await pages(10, 'shipped')).toEqual([ids[3], ids[1]]);
  });

  it('counts instances by state', async () => {
    expect(await bench.store.countByState('parcel')).toEqual({ ordered: 4, shipped: 1 });
  });

  it('reads transitions from a seq on, and those of one type for many', async () => {
    const [, id = ''] = ids;
    expect((await bench.store.readTransitions(id, 1, 10)).map((record) => record.event.type)).toEqual([
      'parcel.shipped',
    ]);
    expect(await bench.store.readTransitionsOfType(ids, 'parcel.shipped')).toMatchObject([
      { instanceId: id, seq: 2, from: 'ordered', to: 'shipped', actor: null },
    ]);
  });

  it('forgets finished effects by their age only', async () => {
    await bench.runner.run([{ instanceId: ids[0] ?? '', key: '1.0' }]);
    expect(await bench.store.pruneLog(60_000)).toBe(0);
    expect(await bench.store.pruneLog(0)).toBeGreaterThan(0);
  });
});
