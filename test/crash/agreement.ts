import type { Pool } from 'pg';
import type { PaymentView, PositionView } from '#libs/payments';
import type { IrisLedger, TakenMoney } from '../programs/sandbox.js';

const cents = (amount: string): number => Math.round(Number(amount) * 100);

/** Where these payments' own books and IRIS's differ, in words; empty when they agree to the cent. */
export async function disagreements(
  pool: Pool,
  payments: readonly PaymentView[],
  ledger: IrisLedger,
): Promise<string[]> {
  const positions = positionsOf(payments);
  const settled = settledItems(payments);
  const ids = new Set(positions.map(({ idPagamento }) => idPagamento));
  const items = ledger.items.filter(({ idPagamento }) => ids.has(idPagamento));
  const taken = new Set(items.map(({ idPagamento }) => idPagamento));
  const takenCents = items.reduce((sum, { amountCents }) => sum + amountCents, 0);
  const refunds = positions.filter(({ refund }) => refund !== null);
  const booked = [...[...settled.values()].flat(), ...refunds].reduce(
    (sum, { amount }) => sum + cents(amount.amount),
    0,
  );
  return [
    ...items.flatMap((item) => unaccounted(item, settled, refunds)),
    ...[...settled.keys()].flatMap((id) => (taken.has(id) ? [] : [`${id} settles an item, and IRIS took nothing`])),
    ...refunds.flatMap(({ idPagamento: id }) => (taken.has(id) ? [] : [`${id} is refunded, and IRIS took nothing`])),
    ...(booked === takenCents ? [] : [`IRIS took ${takenCents} cents, we know of ${booked}`]),
    ...(await wrongIncidents(pool, payments, refunds)),
  ];
}

/** The positions that IRIS has and none of all payments knows, in words. */
export function strangers(payments: readonly PaymentView[], ledger: IrisLedger): string[] {
  const known = new Set(positionsOf(payments).map(({ idPagamento }) => idPagamento));
  const unknown = ledger.positions.filter(({ idPagamento }) => !known.has(idPagamento));
  return unknown.map(({ idPagamento }) => `IRIS has the position ${idPagamento}, which no payment knows`);
}

const positionsOf = (payments: readonly PaymentView[]): PositionView[] =>
  payments.flatMap(({ attempts }) => attempts.flatMap((attempt) => attempt.positions));

interface SettledItem {
  readonly paymentId: string;
  readonly amount: PaymentView['amount'];
}

/** idPagamento -> the items it settles. */
function settledItems(payments: readonly PaymentView[]): Map<string, SettledItem[]> {
  const settled = new Map<string, SettledItem[]>();
  for (const { paymentId, items } of payments) {
    for (const { amount, settledBy } of items) {
      if (!settledBy) continue;
      settled.set(settledBy.idPagamento, [...(settled.get(settledBy.idPagamento) ?? []), { paymentId, amount }]);
    }
  }
  return settled;
}

/** Money that IRIS took settles exactly one item, or is a duplicate that is to be refunded. */
function unaccounted(
  { idPagamento, amountCents }: TakenMoney,
  settled: ReadonlyMap<string, readonly SettledItem[]>,
  refunds: readonly PositionView[],
): string[] {
  const items = settled.get(idPagamento) ?? [];
  const isRefunded = refunds.some((position) => position.idPagamento === idPagamento);
  if (items.length + (isRefunded ? 1 : 0) !== 1) {
    return [`the money on ${idPagamento} settles ${items.length} items, refunded: ${String(isRefunded)}`];
  }
  return items
    .filter((item) => cents(item.amount.amount) !== amountCents)
    .map((item) => `${item.paymentId}: ${item.amount.amount} is settled by ${amountCents} cents`);
}

/** Each duplicate has its one incident, and there is no other incident. */
async function wrongIncidents(
  pool: Pool,
  payments: readonly PaymentView[],
  refunds: readonly PositionView[],
): Promise<string[]> {
  const { rows } = await pool.query<{ kind: string; id: string; facts: string }>(
    'select kind, id_pagamento as id, facts from payments.incident where instance_id = any($1)',
    [payments.map(({ paymentId }) => paymentId)],
  );
  const duplicates = new Set(refunds.map(({ idPagamento }) => idPagamento));
  const isWanted = ({ kind, id }: { kind: string; id: string }) => kind === 'duplicatePayment' && duplicates.has(id);
  const told = rows.filter(isWanted).map(({ id }) => id);
  return [
    ...rows.filter((row) => !isWanted(row)).map(({ kind, facts }) => `an incident: ${kind}: ${facts}`),
    ...[...duplicates].filter((id) => !told.includes(id)).map((id) => `nobody was told of the duplicate ${id}`),
    ...(new Set(told).size === told.length ? [] : ['a duplicate was told of twice']),
  ];
}
