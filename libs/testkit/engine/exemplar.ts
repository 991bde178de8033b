import { assign, setup } from 'xstate';
import type { Arrival, Claim, EngineEvent, Json, Outcome, Registry, SideRow } from '#libs/engine';
import { done } from '#libs/engine';

/**
 * The smallest machine with one of everything the engine does: a parcel is ordered and polled for until it ships.
 *
 *   ordered --(parcel.shipped)--> shipped --(parcel.returned)--> ordered
 *   ordered --(after SHIP_TIMEOUT)--> lost
 *
 * It prints a label (an effect under the seq's own key), polls under a stable key, sends notes in a lane, ignores with
 * a reason, and breaks on `parcel.crushed`.
 */

export type ParcelEvent =
  | { readonly type: 'parcel.ordered' }
  | { readonly type: 'parcel.noted'; readonly text?: string; readonly afterMs?: number }
  | { readonly type: 'parcel.shipped' }
  | { readonly type: 'parcel.returned' }
  | { readonly type: 'parcel.crushed' }
  | { readonly type: 'poll.wanted' }
  | { readonly type: 'poll.unwanted' }
  | { readonly type: 'carrier.answered'; readonly askedAtSeq: number }
  | { readonly type: 'effect.parked'; readonly effectType: string; readonly key: string; readonly reason: string };

interface ParcelContext {
  readonly notes: number;
  readonly answers: readonly number[];
  readonly parked: readonly string[];
}

/** An action that does nothing here: its name and params are read off the list that XState returns. */
const named =
  <Params>() =>
  (_: unknown, params: Params): Params =>
    params;

export const SHIP_TIMEOUT_MS = 60_000;
export const POLL_KEY = 'poll';
/** XState's id of the timer of `ordered`, which is also the name of its event. */
export const SHIP_TIMER = 'xstate.after.SHIP_TIMEOUT.parcel.ordered';

export const parcelMachine = setup({
  types: { context: {} as ParcelContext, events: {} as ParcelEvent, input: {} as ParcelEvent },
  delays: { SHIP_TIMEOUT: SHIP_TIMEOUT_MS },
  actions: {
    'label.print': () => undefined,
    'carrier.poll': named<{ key: string }>(),
    'note.send': named<{ lane: string; payload: { text: string }; afterMs: number }>(),
    cancelEffect: named<{ key: string }>(),
    ignore: named<{ reason: string }>(),
    countNote: assign(({ context }) => ({ notes: context.notes + 1 })),
    keepAnswer: assign(({ context, event }) => ({
      answers: event.type === 'carrier.answered' ? [...context.answers, event.askedAtSeq] : context.answers,
    })),
    keepParked: assign(({ context, event }) => ({
      parked: event.type === 'effect.parked' ? [...context.parked, event.key] : context.parked,
    })),
    crush: assign(() => {
      throw new Error('the parcel was crushed');
    }),
  },
}).createMachine({
  id: 'parcel',
  context: { notes: 0, answers: [], parked: [] },
  initial: 'ordered',
  on: {
    'parcel.noted': {
      actions: [
        'countNote',
        {
          type: 'note.send',
          params: ({ event }) => ({
            lane: 'notes',
            payload: { text: event.text ?? '' },
            afterMs: event.afterMs ?? 0,
          }),
        },
      ],
    },
    'parcel.crushed': { actions: 'crush' },
    'carrier.answered': { actions: 'keepAnswer' },
    'effect.parked': { actions: 'keepParked' },
    'poll.wanted': { actions: { type: 'carrier.poll', params: { key: POLL_KEY } } },
    'poll.unwanted': { actions: { type: 'cancelEffect', params: { key: POLL_KEY } } },
    'parcel.ordered': { actions: { type: 'ignore', params: { reason: 'it was ordered before' } } },
    'parcel.shipped': { actions: { type: 'ignore', params: { reason: 'it is not waiting to be shipped' } } },
    'parcel.returned': { actions: { type: 'ignore', params: { reason: 'it has not left' } } },
  },
  states: {
    ordered: {
      entry: ['label.print', { type: 'carrier.poll', params: { key: POLL_KEY } }],
      after: { SHIP_TIMEOUT: 'lost' },
      on: { 'parcel.shipped': 'shipped' },
    },
    shipped: {
      entry: { type: 'cancelEffect', params: { key: POLL_KEY } },
      on: { 'parcel.returned': 'ordered' },
    },
    lost: {},
  },
});

/** The world the parcel's effects reach: it keeps what it was asked, and answers what a test tells it to. */
export class CarrierWorld {
  readonly calls: Claim[] = [];
  answer: (claim: Claim) => Outcome | Promise<Outcome> = () => done();

  /** What was asked, as `type key`. */
  get asked(): string[] {
    return this.calls.map((claim) => `${claim.type} ${claim.key}`);
  }

  readonly handle = async (claims: readonly Claim[]): Promise<Outcome[]> => {
    this.calls.push(...claims);
    return Promise.all(claims.map(async (claim) => await this.answer(claim)));
  };
}

/** A table that parcels bring rows for; `note` has a default that a row may leave out. */
export const SIDE_TABLE = 'engine_test.label';
export const CREATE_SIDE_TABLE = `
  create schema if not exists engine_test;
  create table if not exists ${SIDE_TABLE} (code text primary key, note text not null default 'none')`;

/** The parcel and its handlers, as an engine wants them registered. */
export function parcelRegistry(world: CarrierWorld): Registry {
  const { handle } = world;
  return {
    machines: [{ name: 'parcel', current: 1, versions: { 1: parcelMachine } }],
    handlers: {
      'label.print': { class: 'interactive', maxTries: 3, handle },
      'carrier.poll': { class: 'poll', batch: 50, handle },
      'note.send': { class: 'delivery', leaseMs: 30_000, rowsOf: labelOf, handle },
    },
    sideTables: [SIDE_TABLE],
  };
}

/** A note with a text leaves a label. */
function labelOf(_: string, payload: Json): SideRow[] {
  const { text: code } = payload as { readonly text: string };
  return code === '' ? [] : [{ table: SIDE_TABLE, key: 'code', row: { code } }];
}

/** An event for a parcel. Only `parcel.ordered` brings one into being. */
export function arrive(to: string, id: string, event: EngineEvent, more: Partial<Arrival> = {}): Arrival {
  const creates = event.type === 'parcel.ordered' ? { creates: { machine: 'parcel' } } : {};
  return { to, id, event, source: 'api', ...creates, ...more };
}

export const ordered: ParcelEvent = { type: 'parcel.ordered' };
export const shipped: ParcelEvent = { type: 'parcel.shipped' };
export const returned: ParcelEvent = { type: 'parcel.returned' };
export const noted = (text = ''): ParcelEvent => ({ type: 'parcel.noted', text });
