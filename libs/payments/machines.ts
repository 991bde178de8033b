import type { PaymentSettings } from '#machines/payment';
import { createPaymentMachine, DEFAULT_PAYMENT_SETTINGS } from '#machines/payment';
import { practiceMachine } from '#machines/practice';
import type { Instance, RegisteredMachine, Registry } from '#libs/engine';
import { UnknownMachine } from '#libs/engine';

/** The machines this build runs. Old versions stay listed until no instance lives on them. */
export const registeredMachines = (settings: PaymentSettings): readonly RegisteredMachine[] => [
  { name: 'payment', current: 1, versions: { 1: createPaymentMachine(settings) } },
  { name: 'practice', current: 1, versions: { 1: practiceMachine } },
];

/**
 * The machine an instance lives on, with this installation's settings.
 * @throws UnknownMachine when this build does not carry it.
 */
export function machineOf(
  { machines }: Pick<Registry, 'machines'>,
  { machine: name, version }: Instance,
): RegisteredMachine['versions'][1] {
  const machine = machines.find((candidate) => candidate.name === name)?.versions[version];
  if (!machine) throw new UnknownMachine(name, version);
  return machine;
}

/** The seven states that people know, read off the chart. */
export const PAYMENT_STATES: readonly string[] = Object.keys(createPaymentMachine(DEFAULT_PAYMENT_SETTINGS).states);
