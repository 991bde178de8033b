import type { AnyStateMachine } from 'xstate';
import type { EffectClass } from '../core/effect.js';
import { InvariantBroken, UnknownMachine } from '../core/errors.js';
import type { Registry } from '../core/ports.js';

/** A machine and the number of its version. */
export interface MachineVersion {
  readonly machine: AnyStateMachine;
  readonly version: number;
}

/**
 * The version an instance lives on, or the current one for an instance that begins (`version` null).
 * @throws UnknownMachine when this build does not carry it: an older process meets a newer instance during a deploy.
 */
export function machineOf(registry: Registry, name: string, version: number | null): MachineVersion {
  const registered = registry.machines.find((candidate) => candidate.name === name);
  const wanted = version ?? registered?.current ?? null;
  const machine = wanted === null ? undefined : registered?.versions[wanted];
  if (!machine || wanted === null) throw new UnknownMachine(name, version);
  if (machine.id !== name) throw new InvariantBroken(`machine ${machine.id} is registered under the name ${name}`);
  return { machine, version: wanted };
}

/** The type of the effects that timers are; the engine carries them out itself. */
export const TIMER = 'timer';

/** The class of an effect. One that nobody can carry out is still woken for, so that it is parked where people see it. */
export function classOf(registry: Registry, effectType: string): EffectClass {
  if (effectType === TIMER) return 'timer';
  return registry.handlers[effectType]?.class ?? 'interactive';
}
