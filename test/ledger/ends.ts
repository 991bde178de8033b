import type { Pile } from './books.js';
import type { Payer } from './payer.js';

/** A kind of end that a payment may come to: how the payer gets there, and where the money must lie afterwards. */
export interface End {
  readonly name: string;
  /** How many of the thousand payments end so. */
  readonly payments: number;
  readonly story: (payer: Payer) => Promise<unknown>;
  /** The states in which the payment may rest. */
  readonly rests: readonly string[];
  /**
   * The piles in which what IRIS took for one item may lie, each as a whole. Where there are several, it depends on
   * what IRIS was asked first: it speaks of one payment of a position only, and of none that it gave back.
   */
  readonly piles: readonly (readonly Pile[])[];
}

const SETTLED: End['piles'] = [['settled']];
const TWICE: End['piles'] = [['settled', 'duplicate']];
const NOTHING: End['piles'] = [[]];

const paid = (name: string, payments: number, story: End['story'], piles = SETTLED): End => ({
  name,
  payments,
  story,
  rests: ['paid'],
  piles,
});

const unpaid = (name: string, payments: number, scenario: string, state: string): End => ({
  name,
  payments,
  story: (payer) => payer.plays(scenario),
  rests: [state],
  piles: NOTHING,
});

/** A thousand payments in all. */
export const ENDS: readonly End[] = [
  paid('paid', 300, (payer) => payer.plays('paid')),
  paid('paid, IRIS tells nobody', 100, (payer) => payer.plays('paid', { push: false })),
  paid('paid slowly', 60, (payer) => payer.plays('paid-slow')),
  paid('transfer, then paid', 40, (payer) => payer.plays('sbf-then-paid')),
  paid('refused, then paid', 100, (payer) => payer.plays('refused-then-paid')),
  paid('abandoned, then paid late', 80, async (payer) => {
    const page = await payer.plays('page-closed');
    await payer.waitsUntil('notConcluded');
    await payer.receiptsArrive(page);
  }),
  paid('Rigenera, then a late success', 70, async (payer) => {
    const old = await payer.plays('cancelled-by-payer');
    await payer.regenerates('annulled', old);
    await payer.goesToIris();
    await payer.receiptsArrive(old);
  }),
  paid('Rigenera while alive, both paid', 60, (payer) => paysBoth(payer, 'page-closed', 'notConcluded'), TWICE),
  paid(
    'both paid, one given back',
    40,
    async (payer) => payer.isGivenBack(await paysBoth(payer, 'cancelled-by-payer', 'annulled')),
    [...TWICE, ['settled', 'quarantined']],
  ),
  paid('one position paid twice', 50, (payer) => payer.plays('paid-twice'), [...TWICE, ['settled', 'quarantined']]),
  {
    name: 'wrong amount',
    payments: 40,
    story: (payer) => payer.plays('wrong-amount'),
    rests: ['redirected'], // until an operator decides
    piles: [['quarantined']],
  },
  {
    name: 'paid, then refunded',
    payments: 30,
    story: (payer) => payer.plays('paid-then-refunded'),
    rests: ['paid', 'redirected'],
    piles: [...SETTLED, ['quarantined']],
  },
  unpaid('never paid: no choice', 10, 'choice-too-slow', 'annulled'),
  unpaid('never paid: refused', 10, 'rejected', 'rejected'),
  unpaid('never paid: cancelled', 10, 'cancelled-by-payer', 'annulled'),
];

/** Pays the attempt that took the place of an old one; then the old one's receipts arrive. Answers the old one. */
async function paysBoth(payer: Payer, first: string, ended: 'annulled' | 'notConcluded') {
  const old = await payer.plays(first);
  await payer.regenerates(ended, old);
  await payer.plays('paid');
  await payer.receiptsArrive(old);
  return old;
}
