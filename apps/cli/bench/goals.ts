import type { BenchResult, Goal } from './result.js';
import { GOAL_LEVEL } from './scale.js';

/** Never asserted: machines differ. */
export function judge({ lifecycle, memory, wake }: Omit<BenchResult, 'goals'>): readonly Goal[] {
  const ours = lifecycle?.levels.find(({ build, inFlight }) => build === 'ours' && inFlight === GOAL_LEVEL);
  const atLowLoad = lifecycle?.lowLoad.find(({ build }) => build === 'ours');
  const weighed = memory?.find(({ build }) => build === 'ours');
  return [
    atLeast('lifecycles/s, times the naive build, each at its best', lifecycle?.bestToBest?.median, 5, 10),
    atMost('CPU ms a lifecycle (node + PostgreSQL + Redis)', ours?.cpuMs?.median, 3, 1.2),
    atMost('PostgreSQL commits a lifecycle', ours?.commits.median, 2, 0.5),
    atMost('event p50 at low load, ms', atLowLoad?.eventP50Ms.median, 3, 1.5),
    atMost('event p50, share of the naive build applied directly', lifecycle?.eventToNaiveDirect?.median, 0.75, 0.5),
    atMost('WAL KB a lifecycle', ours && ours.walBytes.median / 1_024, 7, 4.5),
    atMost('bytes in Redis a waiting payment', weighed && Math.round(weighed.bytesPerPayment), 0, 0),
    atMost('seconds until 1,000 due payments are carried out after a wipe', wake?.wokenAfterSeconds, 10, 10),
  ];
}

const atLeast = (goal: string, measured: number | undefined, first: number, aim: number): Goal =>
  judged(goal, measured, `>= ${first}`, `>= ${aim}`, (value) => [value >= first, value >= aim]);

const atMost = (goal: string, measured: number | undefined, first: number, aim: number): Goal =>
  judged(goal, measured, `<= ${first}`, `<= ${aim}`, (value) => [value <= first, value <= aim]);

function judged(
  goal: string,
  measured: number | undefined,
  first: string,
  aim: string,
  test: (value: number) => readonly [boolean, boolean],
): Goal {
  if (measured === undefined) return { goal, first, aim, measured: null, isFirstMet: null, isAimMet: null };
  const [isFirstMet, isAimMet] = test(measured);
  return { goal, first, aim, measured, isFirstMet, isAimMet };
}
