import type { ChargeKind } from '#libs/iris';
import { Chance } from './chance.js';
import type { IrisFaults } from './iris.js';
import type { LineFaults } from './process.js';
import type { QueueFaults } from './queue.js';

/** How a payer fares on IRIS's pages. */
export const FATES = [
  'paid',
  'refused',
  'cancelled',
  'abandoned',
  'transfer',
  'late',
  'wrongAmount',
  'reversed',
] as const;
export type Fate = (typeof FATES)[number];

/** Which payment somebody means: charges and practices are counted from 0. */
interface OfPayment {
  readonly practice: number;
  readonly kind: ChargeKind;
}

/** Something that people or misfortune do. */
export type Deed =
  | { readonly does: 'open'; readonly practice: number; readonly stamps: number; readonly fee: boolean }
  | ({ readonly does: 'visit'; readonly fate: Fate; readonly pushes: number } & OfPayment)
  /** On a page that was shown before, perhaps of an attempt that was replaced. */
  | ({ readonly does: 'oldPage'; readonly page: number; readonly fate: Fate; readonly pushes: number } & OfPayment)
  | ({ readonly does: 'regenerate'; readonly acknowledge: boolean; readonly times: number } & OfPayment)
  /** The bank takes the money of the last page shown once more. */
  | ({ readonly does: 'payAgain' } & OfPayment)
  | ({ readonly does: 'annul' | 'verify' | 'return' | 'spoil' } & OfPayment)
  | { readonly does: 'replace' | 'withdraw'; readonly practice: number }
  | { readonly does: 'resolve' | 'redrive' | 'wipe' | 'restartDatabase' | 'deploy' }
  | { readonly does: 'crash'; readonly process: number; readonly forMs: number }
  | { readonly does: 'freeze'; readonly process: number; readonly forMs: number }
  | { readonly does: 'outage'; readonly forMs: number };

export type Action = { readonly at: number } & Deed;

/** All that is decided before the world begins; everything else follows from the seed. */
export interface Plan {
  readonly seed: string;
  readonly line: LineFaults;
  readonly queue: QueueFaults;
  readonly iris: IrisFaults;
  /** Share of positions whose attestation is missing or wrong at first. */
  readonly badAttestations: number;
  readonly actions: readonly Action[];
}

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
/** People and misfortune have this long; then only machines go on. */
export const BUSY_MS = 150 * MINUTE;
/** Practices share nothing but the database: a second one costs as much as a world of its own, and shows less. */
const TWO_PRACTICES = 0.3;

/**
 * A plan for a seed. Each kind of fault is on in a part of the plans only, at a rate of its own: a world in which
 * everything fails at once hides most of what can go wrong.
 */
export function planFor(seed: string): Plan {
  const chance = new Chance(seed).fork('plan');
  const rate = (most: number): number => (chance.happens(0.35) ? chance.draw() * most : 0);
  const practices = chance.happens(TWO_PRACTICES) ? 2 : 1;
  return {
    seed,
    line: {
      lostRequest: rate(0.03),
      lostAnswer: rate(0.03),
      slowestMs: chance.pick([5, 40, 400]),
      fatal: rate(0.01),
      frozen: chance.happens(0.1) ? 0.05 : rate(0.005),
    },
    queue: { lost: rate(0.3), runTwice: rate(0.3), stalled: rate(0.2) },
    iris: {
      unclear: rate(0.2),
      unreached: rate(0.2),
      slow: rate(0.1),
      refused: rate(0.1),
      misconfigured: rate(0.05),
      onDelete: chance.pick(['forgets', 'reports', 'refuses']),
    },
    badAttestations: rate(0.5),
    actions: [...deedsOfPeople(chance, practices), ...misfortunes(chance)].sort((one, other) => one.at - other.at),
  };
}

function deedsOfPeople(chance: Chance, practices: number): Action[] {
  const opened = Array.from({ length: practices }, (_, practice): Action => {
    const fee = chance.happens(0.4);
    return { at: chance.between(0, 20 * SECOND), does: 'open', practice, stamps: chance.between(fee ? 0 : 1, 3), fee };
  });
  const count = chance.between(4, 9) * practices;
  const later = Array.from({ length: count }, (): Action => {
    const practice = chance.between(0, practices - 1);
    return { at: chance.between(20 * SECOND, BUSY_MS - 30 * MINUTE), ...deedAbout(chance, practice) };
  });
  return [...opened, ...doubled(chance, opened), ...later, ...followUps(chance, later), ...paidAgain(chance, later)];
}

/** "Paga e Invia" is clicked twice. */
const doubled = (chance: Chance, actions: readonly Action[]): Action[] =>
  actions
    .filter(() => chance.happens(0.2))
    .map((action) => ({ ...action, at: action.at + chance.between(0, 5 * SECOND) }));

function deedAbout(chance: Chance, practice: number): Deed {
  const kind = chance.pick(['bolli', 'bolli', 'istruttoria'] as const);
  const pushes = chance.pick([0, 0, 1, 2]);
  const does = chance.pick(OFTEN);
  switch (does) {
    case 'visit':
      return { does, practice, kind, fate: chance.pick(FATES), pushes };
    case 'oldPage':
      return { does, practice, kind, page: chance.between(0, 2), fate: chance.pick(FATES), pushes };
    case 'regenerate':
      return { does, practice, kind, acknowledge: chance.happens(0.3), times: chance.pick([1, 1, 2]) };
    case 'annul':
    case 'verify':
    case 'return':
    case 'spoil':
      return { does, practice, kind };
    case 'replace':
    case 'withdraw':
      return { does, practice };
    default:
      return { does };
  }
}

const OFTEN = [
  ...Array<'visit'>(10).fill('visit'),
  ...Array<'regenerate'>(6).fill('regenerate'),
  ...Array<'oldPage'>(3).fill('oldPage'),
  ...(['annul', 'verify', 'return', 'replace', 'withdraw', 'resolve', 'redrive', 'spoil', 'spoil'] as const),
] as const;

/** Who has visited often comes back a moment or half an hour later: to press Rigenera, or to pay on the page still open. */
const followUps = (chance: Chance, actions: readonly Action[]): Action[] =>
  actions.flatMap((action): Action[] => {
    if (action.does !== 'visit' || !chance.happens(0.6)) return [];
    const { practice, kind } = action;
    const at = Math.min(BUSY_MS, action.at + chance.pick([2 * SECOND, 40 * SECOND, 17 * MINUTE, 35 * MINUTE]));
    const acknowledge = chance.happens(0.4);
    return [
      { at, does: 'regenerate', practice, kind, acknowledge, times: 1 },
      ...(acknowledge
        ? [{ at: at + 70 * SECOND, does: 'regenerate', practice, kind, acknowledge, times: 1 } as const]
        : []),
      {
        at: at + chance.pick([5 * SECOND, 3 * MINUTE]),
        does: 'visit',
        practice,
        kind,
        fate: chance.pick(FATES),
        pushes: 0,
      },
    ];
  });

/** Some time after a visit, when we may know already that it was paid. */
const paidAgain = (chance: Chance, actions: readonly Action[]): Action[] =>
  actions.flatMap((action): Action[] => {
    if (action.does !== 'visit' || !chance.happens(0.4)) return [];
    const { practice, kind, at } = action;
    return [{ at: at + 20 * MINUTE, does: 'payAgain', practice, kind }];
  });

function misfortunes(chance: Chance): Action[] {
  const some = <Made>(share: number, most: number, make: () => Made): (Made & { at: number })[] =>
    chance.happens(share)
      ? Array.from({ length: chance.between(1, most) }, () => ({
          at: chance.between(0, BUSY_MS - 10 * MINUTE),
          ...make(),
        }))
      : [];
  const process = () => chance.between(0, 1);
  return [
    ...some(0.35, 6, () => ({ does: 'crash' as const, process: process(), forMs: chance.between(0, 60 * SECOND) })),
    ...some(0.25, 3, () => ({
      does: 'freeze' as const,
      process: process(),
      forMs: chance.between(SECOND, 90 * SECOND),
    })),
    ...some(0.2, 2, () => ({ does: 'wipe' as const })),
    ...some(0.2, 2, () => ({ does: 'restartDatabase' as const })),
    ...some(0.25, 2, () => ({ does: 'outage' as const, forMs: chance.pick([2 * SECOND, 3 * MINUTE, 40 * MINUTE]) })),
    ...some(0.25, 1, () => ({ does: 'deploy' as const })),
  ];
}
