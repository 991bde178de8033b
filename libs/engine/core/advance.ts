import type { AnyMachineSnapshot, AnyStateMachine, EventObject, ExecutableActionObject } from 'xstate';
import type { Applied, Decision, Instance, Snapshot } from './decision.js';
import type { EffectRequest } from './effect.js';
import { InvariantBroken } from './errors.js';
import type { Arrival, EngineEvent, Json } from './event.js';
import { firstStep, nextStep } from './step.js';

/**
 * Decides what an event means for an instance: (machine, instance, event) -> Decision. It is the one place where a
 * machine is run, and it only computes: no clock, no database, no effect carried out, no throw for an expected
 * refusal. XState gives the next snapshot and a list of actions as data; the list is read here as
 *
 *   xstate.raise with a delay   a timer to arm (`after`, or a delayed raise)
 *   xstate.cancel               that timer is no longer wanted
 *   ignore {reason}             the machine refuses the event and says why
 *   cancelEffect {key}          an effect that is no longer wanted
 *   anything else               an effect, its params `{key?, lane?, afterMs?, payload?}`
 *
 * The machine hears every event with `seq`, the number this decision will have. It is how a machine without a clock
 * tells before from after: an answer says up to which decision it knew (`askedAtSeq`).
 */
export function advance(
  machine: AnyStateMachine,
  version: number,
  instance: Instance | null,
  arrival: Arrival,
): Decision {
  if (arrival.timer && instance?.timers[arrival.timer.timerId] !== arrival.timer.armedSeq) {
    return { kind: 'dropped', reason: 'the timer was cancelled or armed again' };
  }
  const seq = (instance?.seq ?? 0) + 1;
  const event = { ...arrival.event, seq };
  const before = instance ? restore(machine, instance) : null;
  const [after, actions] = before ? nextStep(machine, before, event) : firstStep(machine, event);
  if (after.status !== 'active') {
    throw new InvariantBroken(`machine ${machine.id} ended in status ${after.status} on ${arrival.event.type}`);
  }
  const asked = readActions(actions, seq);
  if (instance && before) {
    if (asked.reason !== null || (after === before && asked.isEmpty)) {
      assertUntouched(machine, arrival.event, before, after, asked);
      return {
        kind: 'ignored',
        instance: { ...instance, seq, timers: without(instance.timers, arrival.timer?.timerId) },
        reason: asked.reason ?? `no rule for ${arrival.event.type} in ${instance.state}`,
      };
    }
  }
  return applied(machine, version, instance, arrival, seq, after, asked);
}

/** The path of a snapshot's value, `initialized.ready`; parallel states are not used by our machines. */
export function statePath(value: Json): string {
  if (typeof value === 'string') return value;
  const [entry, ...more] = Object.entries(value as Record<string, Json>);
  if (!entry || more.length > 0) throw new InvariantBroken(`state value ${JSON.stringify(value)} is not one path`);
  return `${entry[0]}.${statePath(entry[1])}`;
}

function applied(
  machine: AnyStateMachine,
  version: number,
  instance: Instance | null,
  arrival: Arrival,
  seq: number,
  after: AnyMachineSnapshot,
  asked: Asked,
): Applied {
  const timers: Record<string, number> = { ...without(instance?.timers ?? {}, arrival.timer?.timerId) };
  for (const timerId of asked.cancelledTimers) Reflect.deleteProperty(timers, timerId);
  for (const timerId of asked.armedTimers) timers[timerId] = seq;
  const snapshot: Snapshot = { value: after.value as Json, context: after.context as Json };
  return {
    kind: 'applied',
    instance: {
      id: arrival.to,
      machine: instance?.machine ?? machine.id,
      version: instance?.version ?? version,
      seq,
      snapshot,
      state: statePath(snapshot.value),
      timers,
    },
    effects: asked.effects,
    cancelled: asked.cancelledKeys,
  };
}

/** `resolveState` throws on a state this machine does not know, which `createActor` would accept in silence. */
function restore(machine: AnyStateMachine, instance: Instance): AnyMachineSnapshot {
  try {
    return machine.resolveState(instance.snapshot as never);
  } catch (error) {
    throw new InvariantBroken(`${instance.id}: ${String(error)}`, { cause: error });
  }
}

interface Asked {
  readonly effects: EffectRequest[];
  readonly cancelledKeys: string[];
  readonly armedTimers: string[];
  readonly cancelledTimers: string[];
  readonly reason: string | null;
  readonly isEmpty: boolean;
}

/** The key of a timer's effect. */
export const timerKey = (timerId: string): string => `timer/${timerId}`;

function readActions(actions: readonly ExecutableActionObject[], seq: number): Asked {
  const wanted = new Map<string, EffectRequest>();
  const cancelledKeys = new Set<string>();
  const armedTimers = new Set<string>();
  const cancelledTimers = new Set<string>();
  let reason: string | null = null;
  const ask = (request: EffectRequest) => {
    cancelledKeys.delete(request.key);
    wanted.delete(request.key);
    wanted.set(request.key, request);
  };
  const cancel = (key: string) => {
    wanted.delete(key);
    cancelledKeys.add(key);
  };
  actions.forEach((action, index) => {
    if (action.type === 'xstate.raise') {
      const { event, id, delay } = action.params as { event: EventObject; id?: string; delay?: number };
      if (delay === undefined) return; // a raise without delay was already taken inside the step
      const timerId = id ?? event.type;
      armedTimers.add(timerId);
      cancelledTimers.delete(timerId);
      const payload = { timerId, event: event as unknown as Json };
      ask({ key: timerKey(timerId), type: 'timer', payload, afterMs: delay, lane: null });
    } else if (action.type === 'xstate.cancel') {
      const { sendId } = action.params as { sendId: string };
      armedTimers.delete(sendId);
      cancelledTimers.add(sendId);
      cancel(timerKey(sendId));
    } else if (action.type === 'ignore') {
      reason = (action.params as { reason: string }).reason;
    } else if (action.type === 'cancelEffect') {
      cancel((action.params as { key: string }).key);
    } else if (action.type.startsWith('xstate.')) {
      throw new InvariantBroken(`machines here ask for named effects only, not ${action.type}`);
    } else {
      const params = (action.params ?? {}) as { key?: string; lane?: string; afterMs?: number; payload?: Json };
      ask({
        key: params.key ?? `${seq}.${index}`,
        type: action.type,
        payload: params.payload ?? {},
        afterMs: params.afterMs ?? 0,
        lane: params.lane ?? null,
      });
    }
  });
  return {
    effects: [...wanted.values()],
    cancelledKeys: [...cancelledKeys],
    armedTimers: [...armedTimers],
    cancelledTimers: [...cancelledTimers],
    reason,
    isEmpty: wanted.size === 0 && cancelledKeys.size === 0,
  };
}

/** A refusal that changes something is a fault of the machine's author, not a decision. */
function assertUntouched(
  machine: AnyStateMachine,
  event: EngineEvent,
  before: AnyMachineSnapshot,
  after: AnyMachineSnapshot,
  asked: Asked,
): void {
  if (
    !asked.isEmpty ||
    after.context !== before.context ||
    statePath(after.value as Json) !== statePath(before.value as Json)
  ) {
    throw new InvariantBroken(`machine ${machine.id} ignores ${event.type} and yet changes`);
  }
}

function without(
  timers: Readonly<Record<string, number>>,
  timerId: string | undefined,
): Readonly<Record<string, number>> {
  if (timerId === undefined || !(timerId in timers)) return timers;
  return Object.fromEntries(Object.entries(timers).filter(([id]) => id !== timerId));
}
