import { effectName } from '../core/effect.js';
import type { EffectRef } from '../core/effect.js';
import type { Settlement } from '../core/ports.js';
import type { ArmedEffect, RemovedEffect, RescheduledEffect } from '../postgres/write.js';

/** What one batch makes of one effect. */
type Change =
  | { readonly kind: 'armed'; readonly effect: ArmedEffect }
  | { readonly kind: 'removed'; readonly effect: RemovedEffect }
  | { readonly kind: 'rescheduled'; readonly effect: RescheduledEffect };

/**
 * The effects that a batch touches, one change each, as if its decisions had been written one by one:
 *
 *   arm         always wins: what is wanted now replaces what was
 *   cancel      ends what stands, whoever holds the lease
 *   settle      counts only for what stood before the batch: an effect armed in it is a new one, and one cancelled in
 *               it stays cancelled (but is logged as done when it was done)
 */
export class EffectChanges {
  readonly #changes = new Map<string, Change>();

  arm(effect: ArmedEffect): void {
    this.#set(effect, { kind: 'armed', effect });
  }

  cancel(ref: EffectRef): void {
    const before = this.#get(ref);
    const leaseToken = before?.kind === 'removed' ? before.effect.leaseToken : null;
    this.#set(ref, { kind: 'removed', effect: { ...nameOf(ref), always: true, leaseToken } });
  }

  settle({ claim, then }: Settlement): void {
    const before = this.#get(claim);
    const { leaseToken } = claim;
    if (before?.kind === 'armed') return;
    if (then.kind === 'done') {
      const always = before?.kind === 'removed' && before.effect.always;
      this.#set(claim, { kind: 'removed', effect: { ...nameOf(claim), always, leaseToken } });
    } else if (!before) {
      const afterMs = then.kind === 'retry' ? then.afterMs : 0;
      const status = then.kind === 'retry' ? 'pending' : 'parked';
      const effect = { ...nameOf(claim), leaseToken, status, afterMs, reason: then.reason } as const;
      this.#set(claim, { kind: 'rescheduled', effect });
    }
  }

  armed = (): ArmedEffect[] => this.#all().flatMap((change) => (change.kind === 'armed' ? [change.effect] : []));
  removed = (): RemovedEffect[] => this.#all().flatMap((change) => (change.kind === 'removed' ? [change.effect] : []));
  rescheduled = (): RescheduledEffect[] =>
    this.#all().flatMap((change) => (change.kind === 'rescheduled' ? [change.effect] : []));

  #all(): Change[] {
    return [...this.#changes.values()];
  }

  #get(ref: EffectRef): Change | undefined {
    return this.#changes.get(effectName(ref));
  }

  #set(ref: EffectRef, change: Change): void {
    this.#changes.set(effectName(ref), change);
  }
}

const nameOf = ({ instanceId, key }: EffectRef): EffectRef => ({ instanceId, key });
