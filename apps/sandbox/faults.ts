import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Clock } from './clock.js';
import { Settings, type DeleteWay } from './settings.js';
import type { WireFailure } from './scenarios.js';

/** What goes wrong at IRIS whatever the payers do. */
export interface FaultPlan {
  /** How long every SOAP answer and every notification takes. */
  readonly latencyMs: number;
  /** The shares, 0 to 1: SOAP messages that fail, notifications sent twice, notifications overtaken by later ones. */
  readonly errorRate: number;
  readonly duplicateRate: number;
  readonly reorderRate: number;
  /** From when the plan is set: nothing of IRIS answers, and its notifications wait. Payers go on at pagoPA. */
  readonly downForSeconds: number;
  /** The same seed gives the same faults: the n-th message and the n-th notification meet the same fate. */
  readonly seed: string;
  /** What a Delete does. */
  readonly onDelete: DeleteWay;
}

/** How messages fail by chance. No "timeout": one alone would hold a worker longer than all the others together. */
const FAILURES = ['lost-answer', 'soap-fault', 'http-500', 'garbage'] as const satisfies readonly WireFailure[];

/** How a notification reaches the creditor. */
export interface Fate {
  readonly isTwice: boolean;
  readonly delayMs: number;
}

/** How often faults have struck since the sandbox started, so that a test can tell whether they really did. */
export interface Strikes {
  /** SOAP messages that failed by chance, and those that found nobody there. */
  readonly failedMessages: number;
  readonly refusedWhileDown: number;
  /** Notifications that were sent twice, overtaken by later ones, or kept back until IRIS was there again. */
  readonly duplicated: number;
  readonly overtaken: number;
  readonly keptWhileDown: number;
}

const NO_STRIKES: Strikes = { failedMessages: 0, refusedWhileDown: 0, duplicated: 0, overtaken: 0, keptWhileDown: 0 };

/** The faults in force. */
@Injectable()
export class Faults {
  private plan: FaultPlan;
  private strikes = NO_STRIKES;
  private downUntilMs = 0;
  private readonly drawn = new Map<string, number>();

  constructor(
    private readonly settings: Settings,
    private readonly clock: Clock,
  ) {
    this.plan = this.none();
  }

  none(): FaultPlan {
    const rates = { errorRate: 0, duplicateRate: 0, reorderRate: 0 };
    return { latencyMs: 0, ...rates, downForSeconds: 0, seed: '0', onDelete: this.settings.onDelete };
  }

  /** Replaces what was in force, an outage included; the seed begins anew. */
  set(plan: FaultPlan): void {
    this.plan = plan;
    this.downUntilMs = this.clock.now().getTime() + plan.downForSeconds * 1000;
    this.drawn.clear();
  }

  inForce(): FaultPlan & { readonly downUntil: string | null; readonly struck: Strikes } {
    const downUntil = this.isDown() ? new Date(this.downUntilMs).toISOString() : null;
    return { ...this.plan, downUntil, struck: this.strikes };
  }

  get latencyMs(): number {
    return this.plan.latencyMs;
  }

  get onDelete(): DeleteWay {
    return this.plan.onDelete;
  }

  isDown(): boolean {
    return this.downForMs() > 0;
  }

  /** Whether the next SOAP message finds nobody there. */
  refusesNext(): boolean {
    if (this.isDown()) this.count('refusedWhileDown');
    return this.isDown();
  }

  /** How the next SOAP answer fails, null when it does not. */
  nextWireFailure(): WireFailure | null {
    const hasFailed = this.draw('error') < this.plan.errorRate;
    const kind = Math.floor(this.draw('kind of error') * FAILURES.length);
    if (hasFailed) this.count('failedMessages');
    return hasFailed ? (FAILURES[kind] ?? null) : null;
  }

  /** What happens to the next notification. One that is overtaken waits as long as a slow payment takes. */
  nextFate(): Fate {
    const isTwice = this.draw('duplicate') < this.plan.duplicateRate;
    const isOvertaken = this.draw('reorder') < this.plan.reorderRate;
    if (isTwice) this.count('duplicated');
    if (isOvertaken) this.count('overtaken');
    if (this.isDown()) this.count('keptWhileDown');
    return { isTwice, delayMs: this.downForMs() + this.plan.latencyMs + (isOvertaken ? this.settings.slowMs : 0) };
  }

  private count(strike: keyof Strikes): void {
    this.strikes = { ...this.strikes, [strike]: this.strikes[strike] + 1 };
  }

  private downForMs(): number {
    return Math.max(0, this.downUntilMs - this.clock.now().getTime());
  }

  /** The next number in [0, 1) of a series of its own, so that one kind of fault never shifts another. */
  private draw(series: string): number {
    const ordinal = this.drawn.get(series) ?? 0;
    this.drawn.set(series, ordinal + 1);
    const digest = createHash('sha256')
      .update(JSON.stringify([this.plan.seed, series, ordinal]))
      .digest();
    return digest.readUInt32BE(0) / 2 ** 32;
  }
}
