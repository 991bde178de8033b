import type { LifecycleResult } from './lifecycle-part.js';
import type { Spread } from './statistics.js';
import { percentile, spreadOf, total } from './statistics.js';
import type { Block } from './throughput.js';

/** One build at one level, over all rounds; per lifecycle where it says so. */
export interface BuildSummary {
  readonly build: string;
  readonly inFlight: number;
  readonly perSecond: Spread;
  readonly transitions: number;
  readonly nodeCpuMs: number;
  readonly postgresCpuMs: number | null;
  readonly redisCpuMs: number | null;
  /** Null unless all three are known. */
  readonly cpuMs: Spread | null;
  readonly commits: Spread;
  readonly intakeCommits: number | null;
  readonly walBytes: Spread;
  readonly walSyncs: number | null;
  readonly eventP50Ms: Spread;
  readonly eventP99Ms: Spread;
  readonly effectP50Ms: Spread;
}

/** Ours against the naive build in the same round, in which both met the same disturbances. */
export interface Ratio {
  readonly inFlight: number;
  readonly oursToNaive: Spread;
}

export interface LifecycleSummary {
  readonly levels: readonly BuildSummary[];
  readonly lowLoad: readonly BuildSummary[];
  readonly ratios: readonly Ratio[];
  /** Each at the number in flight at which it is best. */
  readonly bestToBest: Spread | null;
  readonly rawPerSecond: Spread | null;
  readonly oursToRaw: Spread | null;
  /** Event p50 of ours at low load, as a share of that of the naive build that applies commands directly. */
  readonly eventToNaiveDirect: Spread | null;
}

export function summarize({ blocks, lowLoad, raw }: LifecycleResult, goalLevel: number): LifecycleSummary {
  const inFlights = [...new Set(blocks.map(({ inFlight }) => inFlight))];
  const rates = (build: string, inFlight: number) =>
    blocks.filter((block) => block.build === build && block.inFlight === inFlight).map(({ perSecond }) => perSecond);
  const p50 = (build: string) => lowLoad.filter((block) => block.build === build).map((block) => block.redirectP50Ms);
  const rawRates = raw.map(({ perSecond }) => perSecond);
  return {
    levels: summarizeAll(blocks),
    lowLoad: summarizeAll(lowLoad),
    ratios: inFlights.flatMap((inFlight) => {
      const oursToNaive = ratioOf(rates('ours', inFlight), rates('naive', inFlight));
      return oursToNaive ? [{ inFlight, oursToNaive }] : [];
    }),
    bestToBest: ratioOf(bestRates(blocks, 'ours'), bestRates(blocks, 'naive')),
    rawPerSecond: spreadOf(rawRates),
    oursToRaw: ratioOf(rates('ours', goalLevel), rawRates),
    eventToNaiveDirect: ratioOf(p50('ours'), p50('naive, direct')),
  };
}

/** Round by round, the best rate of a build. Each round has one block a level. */
function bestRates(blocks: readonly Block[], build: string): readonly number[] {
  const levels = new Map<number, number[]>();
  for (const { build: name, inFlight, perSecond } of blocks) {
    if (name === build) levels.set(inFlight, [...(levels.get(inFlight) ?? []), perSecond]);
  }
  const [first = [], ...others] = levels.values();
  return first.map((rate, round) => Math.max(rate, ...others.map((rates) => rates[round] ?? 0)));
}

function summarizeAll(blocks: readonly Block[]): readonly BuildSummary[] {
  const groups = new Map<string, Block[]>();
  for (const block of blocks) {
    const name = `${block.build} ${block.inFlight}`;
    groups.set(name, [...(groups.get(name) ?? []), block]);
  }
  return [...groups.values()].map(summarizeRounds);
}

function summarizeRounds(rounds: readonly Block[]): BuildSummary {
  const [first] = rounds;
  if (!first) throw new RangeError('there is at least one round');
  const per = (read: (block: Block) => number | null) =>
    rounds.map((block) => {
      const value = read(block);
      return value === null ? null : value / block.lifecycles;
    });
  const median = (values: readonly (number | null)[]): number | null => spreadOf(values)?.median ?? null;
  return {
    build: first.build,
    inFlight: first.inFlight,
    perSecond: known(rounds.map(({ perSecond }) => perSecond)),
    transitions: total(rounds.map((block) => block.transitionsPerLifecycle)) / rounds.length,
    nodeCpuMs: known(per((block) => block.nodeCpuMs)).median,
    postgresCpuMs: median(per((block) => block.postgresCpuMs)),
    redisCpuMs: median(per((block) => block.redisCpuMs)),
    cpuMs: spreadOf(per(cpuOf)),
    commits: known(rounds.map((block) => block.commitsPerLifecycle)),
    intakeCommits: median(rounds.map((block) => block.intakeCommitsPerLifecycle)),
    walBytes: known(per((block) => block.walBytes)),
    walSyncs: median(per((block) => block.walSyncs)),
    eventP50Ms: known(rounds.map((block) => block.redirectP50Ms)),
    eventP99Ms: known(rounds.map((block) => block.redirectP99Ms)),
    effectP50Ms: known(rounds.map((block) => block.effectP50Ms)),
  };
}

const cpuOf = ({ nodeCpuMs, postgresCpuMs, redisCpuMs }: Block): number | null =>
  postgresCpuMs === null || redisCpuMs === null ? null : nodeCpuMs + postgresCpuMs + redisCpuMs;

function known(values: readonly (number | null)[]): Spread {
  const spread = spreadOf(values);
  if (!spread) throw new RangeError('this is measured on every machine');
  return spread;
}

/** Round by round, so that both sides of a ratio met the same machine. */
function ratioOf(over: readonly number[], under: readonly number[]): Spread | null {
  return spreadOf(over.flatMap((value, round) => (under[round] === undefined ? [] : [value / under[round]])));
}

export const medianOf = (values: readonly number[]): number => percentile(values, 0.5);
