/** What an installation may choose. Durations in milliseconds. */
export interface PaymentSettings {
  readonly openTimeoutMs: number;
  readonly readyTimeoutMs: number;
  readonly choiceTimeoutMs: number;
  readonly sessionTimeoutMs: number;
  readonly confirmTimeoutMs: number;
  readonly regenerateCheckTimeoutMs: number;
  readonly regenerateCooldownMs: number;
  readonly pushConfirmTimeoutMs: number;
  readonly watchWindowMs: number;
  /** Pause before the first poll after a change; later pauses are the poll's own schedule. */
  readonly firstPollMs: number;
  readonly firstWatchMs: number;
  /** Regenerations a payment may have. */
  readonly regenerateLimit: number;
  /** Ask IRIS to delete a position that a regenerate replaces, once it is last reported as not in progress. */
  readonly deleteWhenIdle: boolean;
}

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** The timings of a usual installation. */
export const DEFAULT_PAYMENT_SETTINGS: PaymentSettings = {
  openTimeoutMs: 2 * MINUTE,
  readyTimeoutMs: DAY,
  choiceTimeoutMs: 15 * MINUTE,
  sessionTimeoutMs: 30 * MINUTE,
  confirmTimeoutMs: 10 * DAY,
  regenerateCheckTimeoutMs: MINUTE,
  regenerateCooldownMs: 30 * SECOND,
  pushConfirmTimeoutMs: 10 * MINUTE,
  watchWindowMs: 90 * DAY,
  firstPollMs: 5 * SECOND,
  firstWatchMs: 5 * MINUTE,
  regenerateLimit: 10,
  deleteWhenIdle: false,
};
