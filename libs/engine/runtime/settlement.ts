import type { Claim, Next, Outcome } from '../core/effect.js';
import type { Arrival, EngineEvent } from '../core/event.js';
import type { Unit } from '../core/ports.js';

/** What an owner hears when its effect was given up for a person to look at. */
export interface EffectParked extends EngineEvent {
  readonly type: 'effect.parked';
  readonly effectType: string;
  readonly key: string;
  readonly reason: string;
}

/** The longest reason that is stored; an error's message may hold a whole page of somebody's HTML. */
const MAX_REASON = 500;

/** What a handler learned and what becomes of its effect, as one unit. */
export function settle(claim: Claim, outcome: Outcome): Unit {
  const arrivals = outcome.events.map((event): Arrival => ({
    to: event.to,
    id: event.id,
    event: event.event,
    source: 'effect',
    ...backTo(claim),
    ...(event.rows ? { rows: event.rows } : {}),
  }));
  const { then } = outcome;
  if (then.kind !== 'park') return { arrivals, settlement: { claim, then } };
  return { arrivals: [...arrivals, parkedArrival(claim, then.reason)], settlement: { claim, then } };
}

/** The event of a timer that fell due. It is dropped there unless this very arming still stands. */
export function fire(claim: Claim): Unit {
  const { timerId, event } = claim.payload as unknown as { timerId: string; event: EngineEvent };
  const arrival: Arrival = {
    to: claim.instanceId,
    id: `timer/${timerId}/${claim.armedSeq}`,
    event,
    source: 'timer',
    ...backTo(claim),
    timer: { timerId, armedSeq: claim.armedSeq },
  };
  return { arrivals: [arrival], settlement: { claim, then: { kind: 'done' } } };
}

/** The end of an effect and nothing else, for an owner that can hear nothing at present. */
export const endSilently = (claim: Claim, then: Next): Unit => ({ arrivals: [], settlement: { claim, then } });

/** An error as a reason that a row keeps. */
export const reasonOf = (error: unknown): string =>
  (error instanceof Error ? `${error.name}: ${error.message}` : String(error))
    .slice(0, MAX_REASON)
    .replaceAll('\u0000', '');

function parkedArrival(claim: Claim, reason: string): Arrival {
  const event: EffectParked = { type: 'effect.parked', effectType: claim.type, key: claim.key, reason };
  const id = `parked/${claim.key}/${claim.armedSeq}/${claim.tries}`;
  return { to: claim.instanceId, id, event, source: 'engine', ...backTo(claim) };
}

/** What an effect brings about goes back to the request that the effect goes back to. */
const backTo = ({ requestId }: Claim): Pick<Arrival, 'requestId'> => (requestId === null ? {} : { requestId });
