import { parseArgs } from 'node:util';
import { planFor } from './simulate/plan.js';
import { live } from './simulate/run.js';
import { brokenBy, shrink } from './simulate/shrink.js';
import { liveAll } from './simulate/threads.js';

const USAGE = `usage: npm run simulate -- [--seeds N] [--from S] [--trace]

  --seeds N   worlds to live through, 1000 unless told
  --from S    the first seed, 1 unless told; the others follow it
  --trace     tell what happened in a single world, line by line
  --first     stop at the first seed that fails`;

/** Lines of a shrunk world's trace that are printed. */
const TRACE_LINES = 120;

/**
 * `npm run simulate`: lives through one world a seed and looks whether an invariant is broken.
 * @returns the exit code: 0 when none is
 */
export async function main(args: readonly string[]): Promise<number> {
  const options = read(args);
  if (!options) {
    console.error(USAGE);
    return 2;
  }
  const began = performance.now();
  const seeds = Array.from({ length: options.seeds }, (_, index) => String(options.from + index));
  if (options.trace) return tell(seeds[0] ?? '1');
  const results = await liveAll(seeds, { isFirstEnough: options.first });
  const failed = results.filter(({ faults }) => faults.length > 0);
  const decisions = results.reduce((sum, result) => sum + result.decisions, 0);
  const seconds = (performance.now() - began) / 1_000;
  for (const { seed, faults } of failed.slice(0, 10)) console.log(`seed ${seed}: ${faults.slice(0, 3).join('; ')}`);
  const [worst] = failed;
  if (worst) await explain(worst.seed);
  console.log(
    `${results.length} worlds, ${decisions} decisions, ${seconds.toFixed(1)} s: ` +
      (failed.length === 0 ? 'no invariant was broken' : `${failed.length} broke an invariant`),
  );
  return failed.length === 0 ? 0 : 1;
}

interface Options {
  readonly seeds: number;
  readonly from: number;
  readonly trace: boolean;
  readonly first: boolean;
}

function read(args: readonly string[]): Options | null {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        seeds: { type: 'string', default: '1000' },
        from: { type: 'string', default: '1' },
        trace: { type: 'boolean', default: false },
        first: { type: 'boolean', default: false },
      },
    });
    const [seeds, from] = [Number(values.seeds), Number(values.from)];
    const isFit = Number.isSafeInteger(seeds) && seeds > 0 && Number.isSafeInteger(from) && from >= 0;
    return isFit ? { seeds, from, trace: values.trace, first: values.first } : null;
  } catch {
    return null;
  }
}

/** Makes a failing world smaller, and tells what is left of it. */
async function explain(seed: string): Promise<void> {
  const plan = planFor(seed);
  const broken = brokenBy(await live(plan));
  const smaller = await shrink(plan, broken);
  const { trace, faults } = await live(smaller);
  console.log(`\nseed ${seed}, ${plan.actions.length} actions shrunk to ${smaller.actions.length}:`);
  for (const line of trace.slice(-TRACE_LINES)) console.log(`  ${line}`);
  for (const fault of faults) console.log(`  broken: ${fault}`);
  console.log(`\nkeep it: test/simulation/regressions/${seed}.json\n${JSON.stringify(smaller)}\n`);
}

async function tell(seed: string): Promise<number> {
  const { trace, faults, hash } = await live(planFor(seed));
  for (const line of [...trace, ...faults.map((fault) => `broken: ${fault}`), `trace ${hash}`]) console.log(line);
  return faults.length === 0 ? 0 : 1;
}
