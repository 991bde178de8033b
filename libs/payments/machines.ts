import type { PaymentSettings } from '#machines/payment';
import {
  createPaymentMachine,
  DEFAULT_PAYMENT_SETTINGS,
  PAYMENT_EFFECT_TYPES,
  PAYMENT_EVENT_TYPES,
} from '#machines/payment';
import { PRACTICE_EFFECT_TYPES, PRACTICE_EVENT_TYPES, practiceMachine } from '#machines/practice';
import type { RegisteredMachine } from '#libs/engine';

/** The machines this build runs. Old versions stay listed until no instance lives on them. */
export const registeredMachines = (settings: PaymentSettings): readonly RegisteredMachine[] => [
  { name: 'payment', current: 1, versions: { 1: createPaymentMachine(settings) } },
  { name: 'practice', current: 1, versions: { 1: practiceMachine } },
];

/** The payment machine for questions that need no timings: which states, what is allowed now. */
export const paymentMachine = createPaymentMachine(DEFAULT_PAYMENT_SETTINGS);

/** What each machine hears and asks for. */
export const vocabulary: Readonly<
  Record<string, { readonly events: readonly string[]; readonly effects: readonly string[] }>
> = {
  payment: { events: PAYMENT_EVENT_TYPES, effects: PAYMENT_EFFECT_TYPES },
  practice: { events: PRACTICE_EVENT_TYPES, effects: PRACTICE_EFFECT_TYPES },
};
