import type { EffectClass, EffectRef, WakeQueue } from '#libs/engine';
import type { Chance } from './chance.js';
import type { Line, SimulatedProcess } from './process.js';
import type { Schedule } from './schedule.js';

/** The vices that BullMQ was measured to have: each a share of the jobs. */
export interface QueueFaults {
  readonly lost: number;
  readonly runTwice: number;
  /** Handed over only after its first worker was given up. */
  readonly stalled: number;
}

/** Who may be handed a job. */
export interface QueueWorker {
  readonly process: SimulatedProcess;
  readonly run: (refs: readonly EffectRef[]) => void;
}

/** Effects in one job, as the real queue has them. */
const SIZE: Readonly<Record<EffectClass, number>> = { interactive: 8, timer: 50, poll: 50, watch: 50, delivery: 50 };
const SLOWEST_MS = 20;
/** After so long BullMQ gives a job whose worker is silent to another one. */
const STALL_MS = 30_000;

/** The simulated doorbell: it may lose what it is given, hand it out twice or late, and be wiped. */
export class SimulatedQueue {
  readonly #workers: QueueWorker[] = [];
  #waiting = 0;
  /** Jobs of an earlier epoch were wiped. */
  #epoch = 0;

  constructor(
    private readonly schedule: Schedule,
    private readonly chance: Chance,
    private readonly faults: () => QueueFaults,
  ) {}

  join(worker: QueueWorker): void {
    this.#workers.push(worker);
  }

  /** What is in it is gone. */
  wipe(): void {
    this.#epoch += 1;
    this.#waiting = 0;
  }

  /** As a process rings it. */
  reachedBy(line: Line): WakeQueue {
    return {
      wake: (effectClass, effects) => line.call(() => this.#add(effectClass, effects)),
      waiting: () => line.call(() => this.#waiting),
      close: () => Promise.resolve(),
    };
  }

  #add(effectClass: EffectClass, effects: readonly EffectRef[]): void {
    const size = SIZE[effectClass];
    for (let start = 0; start < effects.length; start += size) this.#enqueue(effects.slice(start, start + size));
  }

  #enqueue(refs: readonly EffectRef[]): void {
    const { lost, runTwice, stalled } = this.faults();
    if (this.chance.happens(lost)) return;
    this.#handOver(refs, this.chance.happens(stalled) ? STALL_MS : this.chance.between(0, SLOWEST_MS));
    if (this.chance.happens(runTwice)) this.#handOver(refs, this.chance.between(0, 2 * STALL_MS));
  }

  #handOver(refs: readonly EffectRef[], afterMs: number): void {
    const epoch = this.#epoch;
    this.#waiting += 1;
    this.schedule.after(afterMs, () => {
      if (epoch !== this.#epoch) return;
      this.#waiting -= 1;
      const alive = this.#workers.filter(({ process }) => process.isAlive);
      if (alive.length === 0) return;
      const { process, run } = this.chance.pick(alive);
      if (process.frozenUntil > this.schedule.now) this.#handOver(refs, STALL_MS);
      process.hear(() => run(refs));
    });
  }
}
