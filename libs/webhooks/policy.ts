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

/** @param tries 1 = the first has just failed @param chance in [0, 1) */
export const retryPauseMs = ({ retryScheduleMs }: DeliveryPolicy, tries: number, chance: number): number =>
  scheduledPauseMs(retryScheduleMs, tries, chance);
