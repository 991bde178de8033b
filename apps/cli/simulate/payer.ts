import type { Chance } from './chance.js';
import type { IrisPosition } from './iris-position.js';
import type { Fate } from './plan.js';
import type { Schedule } from './schedule.js';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
/** A pagoPA session lives so long; then its payment is no longer in progress. */
const SESSION_MS = 30 * MINUTE;
/** Nobody pays on a page that is older: whatever comes of it comes within WATCH_WINDOW. */
const PAGE_MS = 90 * MINUTE;

/** What a payer needs to pay. */
export interface AtIris {
  readonly schedule: Schedule;
  readonly chance: Chance;
  /** IRIS tells us of money it took. */
  readonly push: (
    position: IrisPosition,
    taken: { readonly idTransazione: string; readonly amountCents: number },
  ) => void;
}

/** A payer goes through IRIS's pages with all positions of a session. Those that are paid, or being paid, are passed over. */
export function payOn(world: AtIris, session: readonly IrisPosition[], fate: Fate, pushes: number): void {
  const { schedule, chance } = world;
  const positions = session.filter(
    (position) =>
      !position.isPaid && !isBeingPaid(position) && !position.isForgotten && schedule.now - position.openedAt < PAGE_MS,
  );
  schedule.after(chance.between(SECOND, 5 * MINUTE), () => {
    for (const position of positions.filter((candidate) => !candidate.isPaid && !isBeingPaid(candidate))) {
      position.status = 'inProgress';
      schedule.after(chance.between(SECOND, 4 * MINUTE), () => end(world, position, fate, pushes));
    }
  });
}

const isBeingPaid = ({ status }: IrisPosition): boolean => status === 'inProgress' || status === 'confirming';

function end(world: AtIris, position: IrisPosition, fate: Fate, pushes: number): void {
  const { schedule, chance } = world;
  const pay = (amountCents = position.amountCents): void => take(world, position, amountCents, pushes);
  switch (fate) {
    case 'paid': {
      pay();
      return;
    }
    case 'wrongAmount': {
      pay(position.amountCents + chance.pick([-100, 50]));
      return;
    }
    case 'refused':
    case 'cancelled':
      position.status = fate;
      return;
    case 'abandoned': {
      schedule.after(SESSION_MS, () => {
        if (position.status === 'inProgress') position.status = 'unpaid';
      });
      return;
    }
    case 'transfer':
      position.status = 'confirming';
      {
        schedule.after(chance.between(35 * MINUTE, 100 * MINUTE), pay);
        return;
      }
    case 'late':
      position.status = chance.pick(['unpaid', 'cancelled', 'refused']);
      {
        schedule.after(chance.between(10 * SECOND, 90 * MINUTE), pay);
        return;
      }
    case 'reversed':
      pay();
      {
        schedule.after(chance.between(SECOND, 20 * MINUTE), () => (position.isReversed = true));
        return;
      }
  }
}

/**
 * IRIS takes the money, and may tell of it once or several times. Of a position that is paid more than once it always
 * tells, each payment: nobody asks about a position any more that is known to be paid.
 */
export function take(world: AtIris, position: IrisPosition, amountCents: number, pushes: number): void {
  const { schedule, chance } = world;
  const taken = { idTransazione: `T${position.taken.length + 1}-${position.idPagamento}`, amountCents };
  position.take(taken);
  const isSecond = position.taken.length > 1;
  for (const payment of isSecond ? position.taken : [taken]) {
    for (let index = 0; index < Math.max(pushes, isSecond ? 1 : 0); index += 1) {
      schedule.after(chance.between(0, 5 * MINUTE), () => world.push(position, payment));
    }
  }
}
