import type { Pool } from 'pg';

/** Where money that IRIS took lies in our books: it settles an item, is owed back, or waits for an operator. */
export type Pile = 'settled' | 'duplicate' | 'quarantined';

/** Money in our books. */
export interface BookedMoney {
  /** Null for a position that no payment knows. */
  readonly paymentId: string | null;
  readonly item: number | null;
  readonly idPagamento: string;
  /** Null when IRIS did not name the transaction. */
  readonly idTransazione: string | null;
  readonly amountCents: number;
  readonly pile: Pile;
  /** The kind of the incident that must tell a person of it; null where nobody needs to know. */
  readonly toldAs: string | null;
}

export interface BookedItem {
  readonly paymentId: string;
  readonly item: number;
  /** State path of its payment. */
  readonly state: string;
  readonly amountCents: number;
  /** What its payment's charge amounts to, as it was asked for. */
  readonly chargeCents: number;
  /** The IdPagamento that settles it, null when none does. */
  readonly settledBy: string | null;
}

export interface BookedIncident {
  readonly kind: string;
  readonly paymentId: string | null;
  /** Of the position it is about, like the rest; null where it is about none. */
  readonly item: number | null;
  readonly idPagamento: string | null;
  readonly idTransazione: string | null;
  readonly amountCents: number | null;
  readonly facts: string;
}

/** What our database says of all money, read without any code of ours. */
export interface Books {
  readonly money: readonly BookedMoney[];
  readonly items: readonly BookedItem[];
  readonly incidents: readonly BookedIncident[];
}

const RECEIPTS = `
  select instance.id as "paymentId", (position ->> 'item')::int as item, position ->> 'idPagamento' as "idPagamento",
         receipt ->> 'idTransazione' as "idTransazione", (receipt ->> 'amountCents')::int as "amountCents",
         receipt ->> 'disposition' as disposition, receipt ->> 'quarantine' as quarantine
  from engine.instance,
       jsonb_array_elements(snapshot #> '{context,attempts}') attempt,
       jsonb_array_elements(attempt -> 'positions') position,
       jsonb_array_elements(position -> 'receipts') receipt
  where machine = 'payment'`;

const ITEMS = `
  select instance.id as "paymentId", state, (item ->> 'item')::int as item, (item ->> 'amountCents')::int as "amountCents",
         charge.amount_cents::int as "chargeCents", item #>> '{settledBy,idPagamento}' as "settledBy"
  from engine.instance
       join payments.charge on charge.payment_id = instance.id,
       jsonb_array_elements(snapshot #> '{context,items}') item
  where machine = 'payment'`;

const INCIDENTS = `
  select kind, instance_id as "paymentId", incident.id_pagamento as "idPagamento", id_transazione as "idTransazione",
         amount_cents::int as "amountCents", facts, place.item
  from payments.incident left join lateral (
    select (position ->> 'item')::int as item
    from engine.instance,
         jsonb_array_elements(snapshot #> '{context,attempts}') attempt,
         jsonb_array_elements(attempt -> 'positions') position
    where instance.id = instance_id and position ->> 'idPagamento' = incident.id_pagamento) as place on true`;

/** Payments that IRIS did not settle in time: they had been blocked before they were paid. */
const LATE = `
  select count(distinct blocked.instance_id)::int as late
  from engine.transition blocked join engine.instance on instance.id = blocked.instance_id
  where instance.state like 'paid%' and blocked.to_state in ('rejected', 'annulled', 'notConcluded')`;

interface ReceiptRow extends Omit<BookedMoney, 'pile' | 'toldAs'> {
  readonly disposition: string;
  readonly quarantine: string | null;
}

/** @throws RangeError for a disposition that belongs to no pile */
export async function readBooks(pool: Pool): Promise<Books> {
  const [receipts, items, incidents] = await Promise.all([
    pool.query<ReceiptRow>(RECEIPTS),
    pool.query<BookedItem>(ITEMS),
    pool.query<BookedIncident>(INCIDENTS),
  ]);
  const known = receipts.rows.map(bookedAs);
  return {
    money: [...known, ...incidents.rows.flatMap((incident) => onlyNotified(incident, known))],
    items: items.rows,
    incidents: incidents.rows,
  };
}

export async function countLate(pool: Pool): Promise<number> {
  const { rows } = await pool.query<{ late: number }>(LATE);
  return rows[0]?.late ?? 0;
}

function bookedAs({ disposition, quarantine, ...money }: ReceiptRow): BookedMoney {
  switch (disposition) {
    case 'settled':
      return { ...money, pile: 'settled', toldAs: null };
    case 'refundDue':
    case 'refunded':
      return { ...money, pile: 'duplicate', toldAs: 'duplicatePayment' };
    case 'quarantined':
    case 'dismissed':
      return { ...money, pile: 'quarantined', toldAs: quarantine === 'reversed' ? 'anomaly' : quarantine };
    default:
      throw new RangeError(`no pile for ${disposition}`);
  }
}

/** Money of which only a notification spoke: when IRIS takes two payments on a position it shows the later one only. */
function onlyNotified(incident: BookedIncident, known: readonly BookedMoney[]): BookedMoney[] {
  const { kind, paymentId, item, idPagamento, idTransazione, amountCents } = incident;
  if (kind !== 'unconfirmedNotification' || idPagamento === null || amountCents === null) return [];
  const isKnown = known.some(
    (money) =>
      money.idPagamento === idPagamento &&
      (money.idTransazione === null || money.idTransazione === incident.idTransazione),
  );
  if (isKnown) return [];
  return [{ paymentId, item, idPagamento, idTransazione, amountCents, pile: 'quarantined', toldAs: kind }];
}
