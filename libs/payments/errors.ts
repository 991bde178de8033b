/** What a caller of the payments must act upon; each carries its values. */

/** Nothing is known under this id. */
export class NotFound extends Error {
  override readonly name = 'NotFound';
  constructor(
    readonly what: 'practice' | 'payment' | 'incident' | 'receipt' | 'machine' | 'returnToken' | 'webhook' | 'delivery',
    readonly id: string,
  ) {
    super(`there is no ${what} ${what === 'returnToken' ? 'for this token' : id}`);
  }
}

/** It was there, and was erased for good: the term of its retention is over, or somebody had the right to ask for it. */
export class Erased extends Error {
  override readonly name = 'Erased';
  constructor(
    readonly what: 'receipt',
    readonly id: string,
    readonly erasedAt: Date,
  ) {
    super(`the ${what} ${id} was erased`);
  }
}

/** The personal data of a practice may still be needed. Nothing was erased. */
export class ErasureRefused extends Error {
  override readonly name = 'ErasureRefused';
  constructor(
    readonly practiceId: string,
    /** Each in words. */
    readonly obstacles: readonly string[],
  ) {
    super(`${practiceId} cannot be erased yet: ${obstacles.join('; ')}`);
  }
}

/** The command does not fit the present state. Nothing was changed; the refusal stands in the history. */
export class CommandRefused extends Error {
  override readonly name = 'CommandRefused';
  constructor(
    /** State path, or null when it is about a practice. */
    readonly state: string | null,
    readonly reason: string,
    readonly allowedActions: readonly string[],
    /** When it is only too early: how long to wait. */
    readonly retryAfterSeconds: number | null = null,
    readonly because: Obstacles = {},
  ) {
    super(reason);
  }
}

/** What stands in the way of a command, by name. */
export interface Obstacles {
  /** Incidents that must be resolved first. */
  readonly incidents?: readonly string[];
  /** Payments of a practice that cannot be dropped. */
  readonly payments?: readonly {
    readonly paymentId: string;
    readonly kind: string | null;
    /** State path. */
    readonly state: string;
    readonly reason: string;
  }[];
}

/** The command comes too early and is welcome later. Nothing was changed; the refusal stands in the history. */
export class TooSoon extends Error {
  override readonly name = 'TooSoon';
  constructor(
    /** State path. */
    readonly state: string,
    readonly reason: string,
    readonly retryAfterSeconds: number,
  ) {
    super(reason);
  }
}

/** A decision about an incident that does not fit, or comes after another one. Nothing was changed. */
export class ResolutionRefused extends Error {
  override readonly name = 'ResolutionRefused';
  constructor(
    readonly reason: string,
    readonly allowedResolutions: readonly string[],
  ) {
    super(reason);
  }
}
