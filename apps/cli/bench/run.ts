import { judge } from './goals.js';
import type { GroundOptions } from './ground.js';
import { prepareGround } from './ground.js';
import { measureLifecycles } from './lifecycle-part.js';
import { describeMachine } from './machine.js';
import { weighWaiting } from './memory.js';
import { measurePolls } from './polls.js';
import type { BenchResult, Part } from './result.js';
import type { Scale } from './scale.js';
import { GOAL_LEVEL } from './scale.js';
import { summarize } from './summary.js';
import { measureWake } from './wake.js';

export interface RunOptions extends GroundOptions {
  readonly scale: Scale;
  readonly parts: readonly Part[];
  /** Also a million payments at rest. */
  readonly withMillion: boolean;
}

/** Prepares the ground, measures the parts that are asked for, and leaves nothing behind. */
export async function runBench(options: RunOptions): Promise<BenchResult> {
  const { scale, parts, print } = options;
  const ground = await prepareGround(options);
  const part = async <Result>(name: Part, measure: () => Promise<Result>): Promise<Result | null> => {
    if (!parts.includes(name)) return null;
    print(`measuring: ${name}`);
    return measure();
  };
  try {
    const machine = await describeMachine(ground);
    const rounds = await part('lifecycle', () => measureLifecycles(ground, scale, print));
    const memory = await part('memory', () => weighWaiting(ground, scale.waiting));
    const polls = await part('polls', () => measurePolls(scale.positions, scale.pollSeconds));
    const wake = await part('wake', () => measureWake(ground, scale, options.withMillion, print));
    const lifecycle = rounds && summarize(rounds, GOAL_LEVEL);
    const measured = { machine, scale, lifecycle, rounds, memory, polls, wake };
    return { ...measured, goals: judge(measured) };
  } finally {
    await ground.close();
  }
}
