import type { Store } from '#libs/engine';
import type { RegenerateRequested } from '#machines/payment';
import { currentAttempt, REGENERATE_REASONS } from '#machines/payment';
import { TooSoon } from '../errors.js';
import { RequestRefused } from '../requests/validation.js';
import type { Caller, PaymentCommandDependencies } from './payment-commands.js';
import { contextOf, countItems, named, refusal, submit } from './payment-commands.js';

/** "Rigenera pagamento", as it is asked for. */
export interface RegenerateRequest {
  /** The number of the attempt to replace. */
  readonly attempt: number;
  /** The payer goes on although a payment may still be in flight. */
  readonly acknowledgeInFlight?: boolean;
  /** Why, if a person asks; without personal data, and recorded with the command. */
  readonly reason?: string;
}

/**
 * "Rigenera": asks for a new attempt in place of the one it names. IRIS is asked about the old one first. An attempt
 * that was replaced already, or is being replaced, is well: nothing new comes of it.
 * @param key names the command: given twice under one key it has one effect, and the same answer or refusal.
 * @throws NotFound, TooSoon during the cool-down, CommandRefused where it is not allowed, RequestRefused for an attempt
 *   there is not, or a used key
 */
export async function regenerate(
  deps: PaymentCommandDependencies,
  paymentId: string,
  { attempt, acknowledgeInFlight = false, reason }: RegenerateRequest,
  caller: Caller,
  key?: string,
): Promise<void> {
  const next = await deps.identifiers.attempt(await countItems(deps.store, paymentId));
  const { actor } = caller;
  const event: RegenerateRequested = {
    type: 'regenerate.requested',
    attempt,
    acknowledgeInFlight,
    ...(reason !== undefined && { reason }),
    actor,
    next,
  };
  const decided = await submit(deps, paymentId, event, caller, named('regenerate', key));
  if (decided.decision === 'applied') return;
  const { number } = currentAttempt(contextOf(decided.instance));
  if (attempt > number) {
    const message = `there is no such attempt; the current one is number ${number}`;
    throw new RequestRefused('values', [{ pointer: '/attempt', message }]);
  }
  switch (decided.reason) {
    case REGENERATE_REASONS.replaced:
    case REGENERATE_REASONS.underway:
      return;
    case REGENERATE_REASONS.coolingDown:
      throw new TooSoon(decided.state, decided.reason, await secondsToCoolDown(deps.store, paymentId));
    default:
      throw await refusal(deps, decided);
  }
}

async function secondsToCoolDown(store: Store, paymentId: string): Promise<number> {
  const timers = await store.readTimers([paymentId]);
  const cooldown = timers.find((timer) => timer.timerId === 'cooldown');
  return Math.max(1, Math.ceil((cooldown?.dueInMs ?? 0) / 1_000));
}
