import type { DelayDescription, MachineDescription, StateDescription, TransitionDescription } from '#libs/engine';
import type { Schema } from '../schema.js';
import { exactly, listOf, ref, text, textOrNull, wholeNumber } from '../schema.js';

/** A machine as the list shows it. */
interface MachineSummary {
  readonly name: unknown;
  readonly version: unknown;
  readonly states: unknown;
  readonly events: unknown;
  readonly delays: unknown;
  readonly effects: unknown;
}

const names = (description: string): Schema => listOf({ type: 'string', minLength: 1 }, description);

const summary: Record<keyof MachineSummary, Schema> = {
  name: ref('MachineName'),
  version: wholeNumber('The version that new instances begin on.', 1),
  states: names('State paths, parents before children.'),
  events: names('Event types that it hears.'),
  delays: listOf(ref('Delay'), 'Its named times, as this installation has set them.'),
  effects: names('What it may ask of the world.'),
};

/** What may happen, read off the machines themselves. */
export const machineSchemas: Readonly<Record<string, Schema>> = {
  MachineName: text('A machine: what may happen to a kind of thing.', { examples: ['payment'], pattern: '^[a-z]+$' }),
  MachineSummary: exactly<MachineSummary>('A machine, in short.', summary),
  Machine: exactly<MachineSummary & { readonly definition: unknown }>('A machine, with every rule.', {
    ...summary,
    definition: ref('MachineDefinition'),
  }),
  MachineDefinition: exactly<MachineDescription>('What a machine says about itself.', {
    name: ref('MachineName'),
    version: textOrNull('As its file says.'),
    initial: textOrNull('Path of the state that is entered first.'),
    states: listOf(ref('State'), 'Parents before children, in the order of the file.'),
    anywhere: listOf(ref('Transition'), 'What is heard in every state that has no rule of its own.'),
    events: names('Event types, timers left out.'),
    delays: listOf(ref('Delay'), 'Named times.'),
    effects: names('What it may ask of the world.'),
  }),
  State: exactly<StateDescription>('One state, with the rules that stand in it.', {
    path: text('Its path.', { examples: ['redirected.choosing'] }),
    parent: textOrNull('Path of the state around it.'),
    initial: textOrNull('Path of the child that is entered first; null for a leaf.'),
    description: textOrNull('What it means.'),
    tags: names('Such as `blocked`.'),
    entry: names('Actions on the way in.'),
    exit: names('Actions on the way out.'),
    transitions: listOf(ref('Transition'), 'In the order in which they are tried.'),
  }),
  Transition: exactly<TransitionDescription>('One rule: when it is tried, on what condition, and what it does.', {
    event: text('An event type; `always` for a verdict that is read off the context; `after` for a delay.'),
    delay: textOrNull('Name of the delay; null unless `event` is `after`.'),
    guard: textOrNull('The condition; null when there is none.'),
    target: textOrNull('Path of the state it leads to; null when the state stays.'),
    actions: names('What it does.'),
    refusal: textOrNull('Why the event is refused here; null when it is applied.'),
  }),
  Delay: exactly<DelayDescription>('A named time.', {
    name: text('Its name.', { examples: ['CHOICE_TIMEOUT'] }),
    ms: { type: 'integer', format: 'int64', minimum: 0, description: 'Its length in milliseconds.' },
  }),
  MachineList: exactly<{ readonly items: unknown }>('The machines that this build runs.', {
    items: listOf(ref('MachineSummary'), 'Each of them.'),
  }),
  InstanceCounts: exactly<{ readonly name: unknown; readonly counts: unknown }>('How many instances are where.', {
    name: ref('MachineName'),
    counts: {
      type: 'object',
      description: 'State path to number of instances; states without any are left out.',
      additionalProperties: wholeNumber('Instances in this state.', 1),
    },
  }),
};
