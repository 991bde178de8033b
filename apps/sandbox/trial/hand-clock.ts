import { Clock } from '../clock.js';

interface Timer {
  readonly dueMs: number;
  readonly action: () => void;
}

/** A clock that a spec moves by hand, and that tells when somebody set a timer. */
export class HandClock extends Clock {
  private nowMs = Date.parse('2026-11-23T10:00:00Z');
  private timers: Timer[] = [];
  private waiting: (() => void)[] = [];

  now(): Date {
    return new Date(this.nowMs);
  }

  after(delayMs: number, action: () => void): void {
    this.timers.push({ dueMs: this.nowMs + delayMs, action });
    for (const resume of this.waiting.splice(0)) resume();
  }

  stop(): void {
    this.timers = [];
  }

  /** Moves on and runs what became due, in order. */
  advance(byMs: number): void {
    this.nowMs += byMs;
    const due = this.timers.filter(({ dueMs }) => dueMs <= this.nowMs).sort((a, b) => a.dueMs - b.dueMs);
    this.timers = this.timers.filter((timer) => !due.includes(timer));
    for (const { action } of due) action();
  }

  /** How long until the nearest timer; waits for one to be set if there is none. */
  async untilTimerMs(): Promise<number> {
    if (this.timers.length === 0) await new Promise<void>((resume) => this.waiting.push(resume));
    return Math.min(...this.timers.map(({ dueMs }) => dueMs)) - this.nowMs;
  }

  hasTimers(): boolean {
    return this.timers.length > 0;
  }
}
