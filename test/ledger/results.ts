import type { IrisLedger } from '../programs/sandbox.js';
import type { BookedMoney, Books, Pile } from './books.js';
import type { End } from './ends.js';
import { ENDS } from './ends.js';
import type { Pair } from './reckoning.js';
import { grouped } from './grouped.js';
import { centsOf, reckon } from './reckoning.js';

/** The payments that do not rest where they should, or whose money lies in other piles than their end allows. */
export function misplaced(ends: ReadonlyMap<string, End>, { items, money }: Books): string[] {
  const byItem = grouped(money, ({ paymentId, item }) => `${paymentId ?? '-'}/${item ?? '-'}`);
  return items.flatMap(({ paymentId, item, state }) => {
    const end = ends.get(paymentId);
    if (!end) return [`${paymentId} is a payment that nobody opened`];
    const piles = pilesOf(byItem.get(`${paymentId}/${item}`) ?? []);
    const isRight =
      end.rests.includes(state.split('.')[0] ?? '') && end.piles.some((allowed) => allowed.join() === piles.join());
    return isRight
      ? []
      : [`${paymentId} (${end.name}) is ${state}, and item ${item} has: ${piles.join() || 'no money'}`];
  });
}

const ORDER: readonly Pile[] = ['settled', 'duplicate', 'quarantined'];

const pilesOf = (money: readonly BookedMoney[]): Pile[] =>
  money.map(({ pile }) => pile).toSorted((one, other) => ORDER.indexOf(one) - ORDER.indexOf(other));

/** The money of one kind of end, or of all. */
export interface Result {
  readonly name: string;
  readonly payments: number;
  readonly takenCents: number;
  readonly settledCents: number;
  readonly duplicateCents: number;
  readonly quarantinedCents: number;
  readonly refundedCents: number;
}

/** What became of the money, one row for each kind of end. */
export function resultsOf(ends: ReadonlyMap<string, End>, ledger: IrisLedger, books: Books): Result[] {
  const nameOf = (paymentId: string | null) => ends.get(paymentId ?? '')?.name ?? 'of no payment';
  const pairs = grouped(reckon(ledger, books).pairs, ({ booked }) => nameOf(booked.paymentId));
  const payments = grouped(ends.values(), ({ name }) => name);
  return ENDS.map(({ name }) => resultOf(name, payments.get(name)?.length ?? 0, pairs.get(name) ?? []));
}

function resultOf(name: string, payments: number, pairs: readonly Pair[]): Result {
  const taken = (wanted: (pair: Pair) => boolean) => centsOf(pairs.filter(wanted).map((pair) => pair.taken));
  const inPile = (pile: Pile) => centsOf(pairs.map(({ booked }) => booked).filter((booked) => booked.pile === pile));
  return {
    name,
    payments,
    takenCents: taken(() => true),
    settledCents: inPile('settled'),
    duplicateCents: inPile('duplicate'),
    quarantinedCents: inPile('quarantined'),
    refundedCents: taken((pair) => pair.taken.refund !== null),
  };
}

const COLUMNS = ['takenCents', 'settledCents', 'duplicateCents', 'quarantinedCents', 'refundedCents'] as const;

export const sumOf = (results: readonly Result[]): Result =>
  ({
    name: 'all',
    payments: results.reduce((sum, { payments }) => sum + payments, 0),
    ...Object.fromEntries(COLUMNS.map((column) => [column, results.reduce((sum, result) => sum + result[column], 0)])),
  }) as Result;

/** A line for each, in euro, under a line of headings. */
export function tableOf(results: readonly Result[]): string[] {
  const row = (name: string, payments: string, amounts: readonly string[]) =>
    [name.padEnd(34), payments.padStart(8), ...amounts.map((amount) => amount.padStart(13))].join('');
  return [
    row('', 'payments', ['IRIS took', 'settled', 'duplicates', 'quarantined', 'given back']),
    ...results.map((result) =>
      row(
        result.name,
        String(result.payments),
        COLUMNS.map((column) => (result[column] / 100).toFixed(2)),
      ),
    ),
  ];
}
