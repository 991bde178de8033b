import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { QueueLeg } from '#libs/testkit';
import { describeOnRedis } from '#libs/testkit';
import { Chance } from '../../apps/cli/simulate/chance.js';
import { configFrom } from '../../apps/cli/simulate/world.js';
import { Ground } from './ground.js';
import { liveTroubled, liveTwice } from './sequence.js';

/** Sequences at once, each on a database of its own. */
const GROUNDS = 4;
const SEQUENCES_MS = 600_000;

const seedsFrom = (first: number, count: number): string[] =>
  Array.from({ length: count }, (_, index) => String(first + index));

/** The sequences that the simulation makes of seeds, on real ports: so that the simulated ones stay honest. */
function describeSequences(leg: Pick<QueueLeg, 'redisUrls'>, counts: Counts): void {
  const grounds: Ground[] = [];
  beforeAll(async () => {
    const config = configFrom(new Chance('grounds'));
    for (let index = 0; index < GROUNDS; index += 1) {
      grounds.push(await Ground.open(`sequences-${index}`, leg.redisUrls(), config));
    }
  }, SEQUENCES_MS);
  afterAll(async () => {
    for (const ground of grounds) await ground.close();
  }, SEQUENCES_MS);

  /** Shares the seeds among the grounds; one on which a sequence never came to rest is not used any more. */
  async function liveEach(seeds: readonly string[], live: typeof liveTwice): Promise<string[]> {
    const rest = [...seeds];
    const faults: string[] = [];
    const work = async (ground: Ground): Promise<void> => {
      for (let seed = rest.shift(); seed !== undefined; seed = rest.shift()) {
        const name = `seed ${seed}`;
        const found = await live(ground, seed).catch((error: unknown) => {
          throw new Error(`${name}: ${String(error)}`, { cause: error });
        });
        faults.push(...found.map((fault) => `${name}: ${fault}`));
      }
    };
    const ends = await Promise.allSettled(grounds.map(work));
    const reasons = ends.flatMap((end) => (end.status === 'rejected' ? [String(end.reason)] : []));
    return [...faults, ...reasons, ...rest.map((seed) => `seed ${seed} was not tried`)];
  }

  it(
    `break no invariant and end as in the simulation, each of ${counts.calm}`,
    async () => expect(await liveEach(seedsFrom(1, counts.calm), liveTwice)).toEqual([]),
    SEQUENCES_MS,
  );

  it(
    `break no invariant while IRIS fails and is away, each of ${counts.troubled}`,
    async () => expect(await liveEach(seedsFrom(101, counts.troubled), liveTroubled)).toEqual([]),
    SEQUENCES_MS,
  );
}

interface Counts {
  readonly calm: number;
  readonly troubled: number;
}

const SUBJECT = 'generated sequences of commands';
describeOnRedis(SUBJECT, (leg) => describeSequences(leg, { calm: 38, troubled: 12 }));
describe(`${SUBJECT} (queues in PostgreSQL)`, () =>
  describeSequences({ redisUrls: () => null }, { calm: 5, troubled: 3 }));
