import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { hasRedisServer, startRedisServer } from '#libs/platform';
import type { RedisServer } from '#libs/platform';
import { Chance } from '../../apps/cli/simulate/chance.js';
import { planFor } from '../../apps/cli/simulate/plan.js';
import type { Plan } from '../../apps/cli/simulate/plan.js';
import { configFrom, World } from '../../apps/cli/simulate/world.js';
import { EvenChance } from './even-chance.js';
import { tellEndings } from './endings.js';
import { Lane } from './lane.js';
import { RealWorld, START_MS } from './real-world.js';

it('scratch', async () => {
  const server = process.env.PG ? null : await startRedisServer();
  const lane = await Lane.open('seq', server ? [server.url] : null, configFrom(new Chance('x')));
  const seeds = (process.env.SEEDS ?? '26,6,12').split(',');
  for (const seed of seeds) {
    const p = planFor(seed);
    const plan: Plan = {
      ...p,
      line: { lostRequest: 0, lostAnswer: 0, fatal: 0, frozen: 0, slowestMs: 0 },
      queue: { lost: 0, runTwice: 0, stalled: 0 },
      iris: { ...p.iris, unclear: 0, unreached: 0, slow: 0, refused: 0, misconfigured: 0 },
      badAttestations: 0,
      actions: p.actions.filter(
        (a) => !['crash', 'freeze', 'wipe', 'restartDatabase', 'deploy', 'outage'].includes(a.does),
      ),
    };
    const t = { w: null as World | null };
    const w = new World(plan, new EvenChance(seed, () => t.w?.schedule.now ?? 0));
    t.w = w;
    await w.live();
    const began = performance.now();
    const real = new RealWorld(lane, plan, (now) => new EvenChance(seed, now));
    const cpu = process.cpuUsage();
    await real.live();
    const used = process.cpuUsage(cpu);
    const sim = tellEndings(w.archive, w.database.transitions, 0);
    const got = tellEndings(real.archive, await real.archive.decisions(), START_MS);
    if (process.env.FULL)
      console.log(['SIM', ...sim, 'REAL', ...got, ...plan.actions.map((a) => JSON.stringify(a))].join('\n'));
    console.log(
      seed,
      Math.round(performance.now() - began),
      'ms cpu',
      Math.round((used.user + used.system) / 1000),
      real.unexpected.join(),
      sim.length,
      got.length,
      [
        ...sim.filter((l) => !got.includes(l)).map((l) => `- ${l}`),
        ...got.filter((l) => !sim.includes(l)).map((l) => `+ ${l}`),
      ]
        .sort((a, b) => (a.slice(2) < b.slice(2) ? -1 : 1))
        .slice(0, 40)
        .join('\n'),
    );
  }
  await lane.close();
  await server?.stop();
}, 600000);
