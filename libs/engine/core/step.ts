import { createActor } from 'xstate';
import type { ActorScope, AnyMachineSnapshot, AnyStateMachine, EventObject, ExecutableActionObject } from 'xstate';

/** The next snapshot, and the actions as data. */
export type Step = readonly [AnyMachineSnapshot, readonly ExecutableActionObject[]];

/**
 * XState's `transition` and `initialTransition`, at two thirds of their cost: those build an actor for each call, and
 * with it a first snapshot that nobody reads. Ours never start an actor, spawn one or send to one, so one that stands
 * for all of them serves every step of a machine.
 */
export function firstStep(machine: AnyStateMachine, event: EventObject): Step {
  return collecting(machine, (scope) => machine.getInitialSnapshot(scope, event) as AnyMachineSnapshot);
}

/** The step from a snapshot that `resolveState` made. */
export function nextStep(machine: AnyStateMachine, before: AnyMachineSnapshot, event: EventObject): Step {
  return collecting(machine, (scope) => machine.transition(before, event, scope) as AnyMachineSnapshot);
}

type Scope = ActorScope<AnyMachineSnapshot, EventObject>;

const scopes = new WeakMap<AnyStateMachine, Omit<Scope, 'actionExecutor'>>();

function collecting(machine: AnyStateMachine, step: (scope: Scope) => AnyMachineSnapshot): Step {
  const actions: ExecutableActionObject[] = [];
  const actionExecutor = (action: ExecutableActionObject): void => void actions.push(action);
  return [step({ ...scopeOf(machine), actionExecutor }), actions];
}

function scopeOf(machine: AnyStateMachine): Omit<Scope, 'actionExecutor'> {
  const known = scopes.get(machine);
  if (known) return known;
  const self = createActor(machine);
  const nothing = (): void => undefined;
  const scope = {
    self,
    system: self.system,
    id: '',
    sessionId: '',
    logger: nothing,
    defer: nothing,
    emit: nothing,
    stopChild: nothing,
  };
  scopes.set(machine, scope);
  return scope;
}
