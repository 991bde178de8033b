import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import pg from 'pg';
import { main } from './bench.js';
import { renderReport } from './bench/report.js';
import type { BenchResult } from './bench/result.js';
import { runBench } from './bench/run.js';
import type { Scale } from './bench/scale.js';
import { GOAL_LEVEL } from './bench/scale.js';

/** Small numbers through the harness, so that it cannot rot. How good the figures are is no claim of a test. */

const TINY: Scale = {
  rounds: 1,
  heatUp: { ours: 8, naive: 8 },
  levels: [{ inFlight: GOAL_LEVEL, ours: 24, naive: 16 }],
  lowLoad: 4,
  rawGroups: 1,
  waiting: 0,
  positions: 0,
  pollSeconds: 0,
  crowd: 60,
  dueAtWipe: 20,
};
const WITHIN_MS = 90_000;
const serverUrl = process.env['PORTOS_TEST_DATABASE_ADMIN_URL'] ?? '';

let result: BenchResult;

beforeAll(async () => {
  result = await runBench({
    scale: TINY,
    parts: ['lifecycle', 'wake'],
    withMillion: false,
    databaseUrl: serverUrl,
    redisUrl: undefined,
    print: () => undefined,
  });
}, WITHIN_MS);

describe('npm run bench', () => {
  it('takes every lifecycle of either build to its end, in five durable transitions or more, with no job failed', () => {
    // A block whose lifecycles do not all end receipted and settled, or with a failed job, ends the run.
    const blocks = [...(result.rounds?.blocks ?? []), ...(result.rounds?.lowLoad ?? [])];
    expect(blocks.map(({ build, inFlight, lifecycles }) => [build, inFlight, lifecycles])).toEqual([
      ['ours', GOAL_LEVEL, 24],
      ['naive', GOAL_LEVEL, 16],
      ['ours', 1, 4],
      ['naive', 1, 4],
      ['naive, direct', 1, 4],
    ]);
    for (const block of blocks) expect(block.transitionsPerLifecycle).toBeGreaterThanOrEqual(5);
  });

  it('lets both builds take the same transitions', () => {
    const transitions = result.rounds?.blocks.map((block) => block.transitionsPerLifecycle);
    expect(new Set(transitions).size).toBe(1);
  });

  it('counts what a lifecycle costs', () => {
    const [ours, naive] = result.rounds?.blocks ?? [];
    expect(ours?.commitsPerLifecycle).toBeGreaterThan(ours?.intakeCommitsPerLifecycle ?? Infinity);
    expect(ours?.intakeCommitsPerLifecycle).toBeGreaterThan(0);
    // One transaction for the beginning of both instances, one for each transition after it.
    expect(naive?.commitsPerLifecycle).toBeGreaterThanOrEqual((naive?.transitionsPerLifecycle ?? Infinity) - 1);
    expect(ours?.walBytes).toBeGreaterThan(0);
    expect(ours?.nodeCpuMs).toBeGreaterThan(0);
  });

  it('writes the same rows raw, in groups of 64 lifecycles', () => {
    const [raw] = result.rounds?.raw ?? [];
    expect(raw?.lifecycles).toBe(64);
    expect(result.lifecycle?.oursToRaw?.median).toBeGreaterThan(0);
  });

  it('finds every payment again after its queues were wiped', () => {
    const { wake } = result;
    expect(wake?.wokenAfterSeconds).toBeGreaterThan(0);
    expect(wake?.allPolledAfterSeconds).toBeGreaterThanOrEqual(0);
    expect(wake?.pollMessages).toBeLessThan(TINY.crowd);
  });

  it('shows the goals beside the figures', () => {
    const report = renderReport(result);
    for (const { goal } of result.goals) expect(report).toContain(goal);
    expect(report).toContain('not measured'); // the parts that were not run
  });

  it('leaves no database behind', async () => {
    const client = new pg.Client(serverUrl);
    await client.connect();
    const { rows } = await client.query(`select datname from pg_database where datname like 'portos\\_bench\\_%'`);
    await client.end();
    expect(rows).toEqual([]);
  });
});

describe('its arguments', () => {
  const said: string[] = [];
  const error = jest.spyOn(console, 'error').mockImplementation((line: unknown) => void said.push(String(line)));
  afterAll(() => error.mockRestore());

  it.each([[['--only', 'everything']], [['--fast']]])('%j are refused, and the usage is said', async (args) => {
    expect(await main(args)).toBe(2);
    expect(said.at(-1)).toContain('usage: npm run bench');
  });
});
