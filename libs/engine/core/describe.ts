import type { AnyStateMachine, AnyStateNode, AnyTransitionDefinition } from 'xstate';

/**
 * What a machine says about itself, as plain data: the one source of the generated pages, of `GET /v1/machines` and of
 * the specs that walk every state. It is read off the running machine, so a drawing cannot drift from what happens.
 */
export interface MachineDescription {
  readonly name: string;
  readonly version: string | null;
  /** Path of the state that is entered first; null for a machine without states. */
  readonly initial: string | null;
  /** Parents before children, in the order of the file. */
  readonly states: readonly StateDescription[];
  /** What is heard in every state that has no rule of its own. */
  readonly anywhere: readonly TransitionDescription[];
  /** Event types, timers left out. */
  readonly events: readonly string[];
  readonly delays: readonly DelayDescription[];
  /** What it may ask of the world. */
  readonly effects: readonly string[];
}

/** One state, with the rules that stand in it. */
export interface StateDescription {
  /** `redirected.choosing` */
  readonly path: string;
  readonly parent: string | null;
  /** Path of the child that is entered first; null for a leaf. */
  readonly initial: string | null;
  readonly description: string | null;
  readonly tags: readonly string[];
  readonly entry: readonly string[];
  readonly exit: readonly string[];
  readonly transitions: readonly TransitionDescription[];
}

/** One rule: when it is tried, on what condition it holds, and what it does. */
export interface TransitionDescription {
  /** An event type; `always` for a verdict that is read off the context; `after` for a delay. */
  readonly event: string;
  /** Name of the delay; null unless `event` is `after`. */
  readonly delay: string | null;
  readonly guard: string | null;
  /** Path of the state it leads to; null when the state stays. */
  readonly target: string | null;
  readonly actions: readonly string[];
  /** Why the event is refused here; null when it is applied. */
  readonly refusal: string | null;
}

/** A named time, with its length in this build's settings. */
export interface DelayDescription {
  readonly name: string;
  readonly ms: number;
}

/** Words of the engine itself, not effects; see `advance`. */
const ENGINE_ACTIONS: ReadonlySet<string> = new Set(['ignore', 'cancelEffect']);
const AFTER_EVENT = /^xstate\.after\.([^.]+)\./;

/** @throws when the machine's author used something that has no name: a nameless rule could not be drawn. */
export function describeMachine(machine: AnyStateMachine): MachineDescription {
  const { actions, delays } = machine.implementations as {
    readonly actions: Readonly<Record<string, unknown>>;
    readonly delays: Readonly<Record<string, unknown>>;
  };
  return {
    name: machine.id,
    version: machine.version ?? null,
    initial: initialOf(machine.root),
    states: childrenOf(machine.root).flatMap(describeState),
    anywhere: transitionsOf(machine.root),
    events: (machine.events as readonly string[]).filter((event) => !event.startsWith('xstate.')),
    delays: Object.entries(delays).map(([name, ms]) => ({ name, ms: Number(ms) })),
    effects: Object.keys(actions).filter((name) => isEffect(name, actions[name])),
  };
}

/** XState's own action builders (`assign`, `enqueueActions`) carry a `resolve`; a plain function is a named effect. */
const isEffect = (name: string, action: unknown): boolean =>
  typeof action === 'function' && !('resolve' in action) && !ENGINE_ACTIONS.has(name);

function describeState(node: AnyStateNode): StateDescription[] {
  const state: StateDescription = {
    path: pathOf(node),
    parent: node.parent && node.parent.path.length > 0 ? pathOf(node.parent) : null,
    initial: initialOf(node),
    description: node.description ?? null,
    tags: node.tags,
    entry: namesOf(node.entry),
    exit: namesOf(node.exit),
    transitions: transitionsOf(node),
  };
  return [state, ...childrenOf(node).flatMap(describeState)];
}

function initialOf(node: AnyStateNode): string | null {
  const [initial] = node.initial.target;
  return initial ? pathOf(initial) : null;
}

const childrenOf = (node: AnyStateNode): AnyStateNode[] => Object.values(node.states);
const pathOf = (node: AnyStateNode): string => node.path.join('.');

function transitionsOf(node: AnyStateNode): TransitionDescription[] {
  const heard = [...node.transitions.values()].flat().map(describeTransition);
  return [...(node.always ?? []).map(describeTransition), ...heard];
}

function describeTransition(transition: AnyTransitionDefinition): TransitionDescription {
  const eventType = String(transition.eventType);
  const [, delay] = AFTER_EVENT.exec(eventType) ?? [];
  const target = (transition.target as readonly AnyStateNode[] | undefined)?.[0];
  return {
    event: delay === undefined ? eventType || 'always' : 'after',
    delay: delay ?? null,
    guard: transition.guard === undefined ? null : nameOf(transition.guard),
    target: target ? pathOf(target) : null,
    actions: namesOf(transition.actions),
    refusal: refusalOf(transition),
  };
}

/** A reason that is only known when it happens is described by its transition. */
function refusalOf({ actions, description }: AnyTransitionDefinition): string | null {
  const ignore = (actions as readonly unknown[]).find((action) => nameOf(action) === 'ignore');
  if (ignore === undefined) return null;
  const reason = (ignore as { params?: { reason?: unknown } }).params?.reason;
  return typeof reason === 'string' ? reason : (description ?? 'for a reason found in its data');
}

/** Named actions; XState's own (arming and cancelling timers) left out. */
const namesOf = (actions: readonly unknown[]): string[] =>
  actions.map(nameOf).filter((name) => !name.startsWith('xstate.'));

function nameOf(named: unknown): string {
  if (typeof named === 'string') return named;
  const type = (named as { type?: unknown } | null | undefined)?.type;
  if (typeof type === 'string') return type;
  throw new TypeError('every guard and action of a machine has a name, so that it can be drawn');
}
