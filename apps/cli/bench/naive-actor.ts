import type { AnyStateMachine, Snapshot } from 'xstate';
import { createActor } from 'xstate';
import type { EngineEvent, Json } from '#libs/engine';
import { statePath } from '#libs/engine';

/** What a step of the naive build asks for, as jobs. */
export interface Asked {
  /** In order of asking. `delayMs` 0 = now; an effect without a key of its own cannot be cancelled. */
  readonly armed: readonly AskedJob[];
  readonly cancelled: readonly string[];
}

export interface AskedJob {
  /** An effect's type, or `timer`. */
  readonly type: string;
  readonly key: string | null;
  readonly payload: unknown;
  readonly delayMs: number;
}

export interface Step extends Asked {
  readonly snapshot: unknown;
  readonly state: string;
}

/** Delays become delayed jobs, so nothing may tick inside the actor. */
const stoppedClock = { setTimeout: () => 0, clearTimeout: () => undefined };

/**
 * One event through a live actor: started from its snapshot, sent the event, asked for its snapshot, stopped. The
 * actions it carries out are seen by its inspector.
 * @param stored null: the event creates the instance and is the machine's input.
 */
export function stepActor(machine: AnyStateMachine, stored: unknown, event: EngineEvent & { seq: number }): Step {
  const armed: AskedJob[] = [];
  const cancelled: string[] = [];
  const actor = createActor(machine, {
    ...(stored === null ? { input: event } : { snapshot: stored as Snapshot<unknown>, input: undefined }),
    clock: stoppedClock,
    inspect: (inspected) => {
      if (inspected.type === '@xstate.action') read(inspected.action, armed, cancelled);
    },
  });
  actor.start();
  if (stored !== null) actor.send(event);
  const snapshot = actor.getPersistedSnapshot() as unknown as { readonly value: Json };
  actor.stop();
  return { snapshot, state: statePath(snapshot.value), armed, cancelled };
}

interface Action {
  readonly type: string;
  readonly params: unknown;
}

function read({ type, params }: Action, armed: AskedJob[], cancelled: string[]): void {
  if (type === 'xstate.raise') {
    const { event, id, delay } = params as { event: EngineEvent; id?: string; delay?: number };
    if (delay === undefined) return;
    armed.push({ type: 'timer', key: `timer/${id ?? event.type}`, payload: event, delayMs: delay });
  } else if (type === 'xstate.cancel') {
    cancelled.push(`timer/${(params as { sendId: string }).sendId}`);
  } else if (type === 'cancelEffect') {
    cancelled.push((params as { key: string }).key);
  } else if (type !== 'ignore') {
    const { key, payload, afterMs } = params as { key?: string; payload: unknown; afterMs?: number };
    armed.push({ type, key: key ?? null, payload, delayMs: afterMs ?? 0 });
  }
}
