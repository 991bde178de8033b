import { scheduledPauseMs } from '#libs/engine';

/** How patient deliveries are. */
export interface DeliveryPolicy {
  /** Pauses after the first, second… failed try; the last repeats. */
  readonly retryScheduleMs: readonly number[];
  /** So long after the first try a message is given up; it can be delivered again by hand. */
  readonly giveUpAfterMs: number;
  /** Messages on their way to one endpoint at once. */
  readonly inFlightPerEndpoint: number;
  /** Until then a claim holds; a dispatcher that died loses it. Longer than a send may take, settling included. */
  readonly leaseMs: number;
  /** So many failures in a row, and the endpoint is left alone for a while: then one message tries whether it is back. */
  readonly failuresToOpen: number;
  readonly firstOpenMs: number;
  readonly longestOpenMs: number;
}

export const DELIVERY_POLICY = {
  inFlightPerEndpoint: 5,
  leaseMs: 25_000,
  failuresToOpen: 5,
  firstOpenMs: 5_000,
  longestOpenMs: 300_000,
} as const satisfies Partial<DeliveryPolicy>;

/** A receiver may ask to be left alone for so long; longer, and it would have us give up by itself. */
const LONGEST_ASKED_MS = 3_600_000;

/**
 * @param tries 1 = the first has just failed
 * @param chance in [0, 1)
 * @param askedMs how long the receiver asks to be left alone, 0 if it does not
 */
export const retryPauseMs = (
  { retryScheduleMs }: DeliveryPolicy,
  tries: number,
  chance: number,
  askedMs: number,
): number => Math.max(scheduledPauseMs(retryScheduleMs, tries, chance), Math.min(askedMs, LONGEST_ASKED_MS));
