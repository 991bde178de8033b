import { afterAll, beforeAll, beforeEach } from '@jest/globals';
import type { Bench } from './bench.js';
import { freshBench } from './bench.js';
import type { StoreGround } from './ground.js';

/** Lays a ground for the suite it is called in. @returns the fresh bench of the test that runs */
export function benchOfEach(make: () => Promise<StoreGround>): () => Bench {
  let ground: StoreGround;
  let bench: Bench;
  beforeAll(async () => {
    ground = await make();
  });
  afterAll(() => ground.close());
  beforeEach(async () => {
    bench = await freshBench(ground);
  });
  return () => bench;
}
