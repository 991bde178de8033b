import { assign, enqueueActions, setup } from 'xstate';
import { CHARGES_OUTDATED } from './practice.messages.js';
import type {
  ChargePaid,
  ChargeRef,
  IncidentParams,
  PracticeEvent,
  PracticeOpened,
  PracticeType,
} from './practice.messages.js';

/** What a practice remembers: its charges, and which of them are paid. */
export interface PracticeContext {
  readonly practiceId: string;
  readonly practiceType: PracticeType;
  readonly charges: readonly (ChargeRef & { readonly paid: boolean })[];
}

/** A refusal with its reason: stored with the event, shown in the history. */
const ignore = (reason: string) => ({ actions: { type: 'ignore' as const, params: { reason } } });

interface Asked {
  readonly type: 'incident.open';
  readonly params: IncidentParams;
}

/** What the machine asks of the world has a name and params. The engine reads them off; nothing runs here. */
const asData = (params: object): object => params;

/** An action that asks for effects. */
const ask = (make: (context: PracticeContext, event: PracticeEvent) => readonly Asked[]) =>
  enqueueActions<PracticeContext, PracticeEvent, undefined, PracticeEvent, never, Asked, never, never, never>(
    ({ context, event, enqueue }) => {
      for (const asked of make(context, event)) enqueue(asked);
    },
  );

const outdated = { guard: 'isOutdated' as const, ...ignore(CHARGES_OUTDATED) };

/**
 * A practice waits until all its present charges are paid, and is then settled, once. It holds which charges exist and
 * hears from each payment at most one `charge.paid`; how a payment comes to be paid is the payment's own affair, and so
 * is money that comes for a charge which was replaced or withdrawn: that payment owes it back, and tells nothing here.
 * `settled` absorbs. A withdrawn practice may still hear of a payment that was made before.
 */
export const practiceMachine = setup({
  types: {
    context: {} as PracticeContext,
    events: {} as PracticeEvent,
    input: {} as PracticeOpened,
  },
  actions: {
    'incident.open': (_, params: IncidentParams) => asData(params),
    ignore: (_, params: { reason: string }) => asData(params),
    notePaid: assign(({ context, event }) => ({
      charges: context.charges.map((charge) =>
        event.type === 'charge.paid' && charge.paymentId === event.paymentId ? { ...charge, paid: true } : charge,
      ),
    })),
    replaceCharges: assign(({ context, event }) =>
      event.type === 'charges.replaced'
        ? {
            practiceType: event.practiceType,
            charges: event.charges.map((charge) => ({ ...charge, paid: isPaid(context, charge.paymentId) })),
          }
        : {},
    ),
    reportUnexpectedPayment: ask((_, event) => {
      if (event.type !== 'charge.paid') return [];
      const facts = `Payment ${event.paymentId} was paid after its charge was replaced.`;
      return [incident(`unexpected/${event.paymentId}`, 'anomaly', facts)];
    }),
    closeIncident: assign({}), // nothing of the practice changes; that it was decided, by whom and why is the record
    reportParked: ask((_, event) => {
      if (event.type !== 'effect.parked') return [];
      const facts = `The effect ${event.effectType} was given up: ${event.reason}`;
      return [incident(`parkedEffect/${event.key}/${event.seq}`, 'parkedEffect', facts, event.key)];
    }),
  },
  guards: {
    isDismissal: ({ event }) => event.type === 'incident.resolved' && event.resolution === 'dismiss',
    isAllPaid: ({ context }) => context.charges.length > 0 && context.charges.every((charge) => charge.paid),
    isUnpaidCharge: ({ context, event }) =>
      event.type === 'charge.paid' && chargePaidBy(context, event)?.paid === false,
    isPaidCharge: ({ context, event }) => event.type === 'charge.paid' && chargePaidBy(context, event)?.paid === true,
    isOutdated: ({ context, event }) => 'known' in event && !isSameCharges(context, event.known),
    isDroppingPaidCharge: ({ context, event }) =>
      event.type === 'charges.replaced' &&
      context.charges.some(
        ({ paymentId, paid }) => paid && !event.charges.some((kept) => kept.paymentId === paymentId),
      ),
    isAboutIncident: ({ event }) => event.type === 'effect.parked' && event.effectType === 'incident.open',
  },
}).createMachine({
  id: 'practice',
  version: '1',
  context: ({ input }) => ({
    practiceId: input.practiceId,
    practiceType: input.practiceType,
    charges: input.charges.map((charge) => ({ ...charge, paid: false })),
  }),
  initial: 'collecting',
  on: {
    'practice.opened': ignore('the practice exists already'),
    'charge.paid': [
      { guard: 'isPaidCharge', ...ignore('that charge is known to be paid') },
      { actions: 'reportUnexpectedPayment' },
    ],
    'charges.replaced': ignore('the practice is settled'),
    'practice.withdrawn': ignore('the practice is settled'),
    'incident.resolved': [{ guard: 'isDismissal', actions: 'closeIncident' }, ignore('it can only be dismissed')],
    'effect.parked': [{ guard: 'isAboutIncident', ...ignore('it is an incident itself') }, { actions: 'reportParked' }],
  },
  states: {
    collecting: {
      description: 'Not all charges are paid.',
      initial: 'active',
      states: {
        active: {
          description: 'The practice waits for its payments.',
          always: { guard: 'isAllPaid', target: '#practice.settled' },
          on: {
            'charge.paid': { guard: 'isUnpaidCharge', actions: 'notePaid' },
            'charges.replaced': [
              outdated,
              { guard: 'isDroppingPaidCharge', ...ignore('a paid charge cannot be replaced') },
              { actions: 'replaceCharges' },
            ],
            'practice.withdrawn': [outdated, { target: 'withdrawn' }],
          },
        },
        withdrawn: {
          description: 'PORTOS withdrew the practice. What was paid before stays paid.',
          on: {
            'charge.paid': { guard: 'isUnpaidCharge', actions: 'notePaid' },
            'charges.replaced': ignore('the practice was withdrawn'),
            'practice.withdrawn': ignore('the practice was withdrawn already'),
          },
        },
      },
    },
    settled: { description: 'All charges are paid. Nothing leaves this state.' },
  },
});

const chargePaidBy = (context: PracticeContext, event: ChargePaid) =>
  context.charges.find((charge) => charge.paymentId === event.paymentId);

const isSameCharges = ({ charges }: PracticeContext, known: readonly string[]): boolean =>
  charges.length === known.length && charges.every((charge) => known.includes(charge.paymentId));

const isPaid = (context: PracticeContext, paymentId: string): boolean =>
  context.charges.some((charge) => charge.paymentId === paymentId && charge.paid);

const incident = (
  key: string,
  kind: 'anomaly' | 'parkedEffect',
  facts: string,
  effectKey: string | null = null,
): Asked => ({
  type: 'incident.open',
  params: {
    key: `incident/${key}`,
    payload: {
      kind,
      idPagamento: null,
      idTransazione: null,
      amountCents: null,
      effectKey,
      facts,
      allowedResolutions: ['dismiss'],
    },
  },
});
