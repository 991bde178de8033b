import type { LifecycleResult } from './lifecycle-part.js';
import type { MachineFacts } from './machine.js';
import type { Weighed } from './memory.js';
import type { PollResult } from './polls.js';
import type { Scale } from './scale.js';
import type { LifecycleSummary } from './summary.js';
import type { WakeResult } from './wake.js';

/** The parts of a run. */
export const PARTS = ['lifecycle', 'memory', 'polls', 'wake'] as const;
export type Part = (typeof PARTS)[number];

/** What the JSON file holds. A part that was not run is null. */
export interface BenchResult {
  readonly machine: MachineFacts;
  readonly scale: Scale;
  readonly lifecycle: LifecycleSummary | null;
  readonly rounds: LifecycleResult | null;
  readonly memory: readonly Weighed[] | null;
  readonly polls: PollResult | null;
  readonly wake: WakeResult | null;
  readonly goals: readonly Goal[];
}

/** A figure that we want, beside the one that was measured. */
export interface Goal {
  readonly goal: string;
  /** What the first working version must reach, and what we aim at. */
  readonly first: string;
  readonly aim: string;
  /** Null: not measured in this run. */
  readonly measured: number | null;
  readonly isFirstMet: boolean | null;
  readonly isAimMet: boolean | null;
}
