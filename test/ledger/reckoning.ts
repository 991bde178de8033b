import type { IrisLedger, TakenMoney } from '../programs/sandbox.js';
import type { BookedIncident, BookedMoney, Books } from './books.js';
import { grouped } from './grouped.js';

/** Money that IRIS took, and the same money in our books. */
export interface Pair {
  readonly taken: TakenMoney;
  readonly booked: BookedMoney;
}

/** IRIS's ledger laid beside our books, one payment of one position after the other. */
export interface Reckoning {
  readonly pairs: readonly Pair[];
  /** What one side has and the other has not. */
  readonly unbooked: readonly TakenMoney[];
  readonly untaken: readonly BookedMoney[];
}

/** Each payment is found once: by its transaction, or as the one that is left of its position. */
export function reckon(ledger: IrisLedger, { money }: Books): Reckoning {
  const left = grouped(money, ({ idPagamento }) => idPagamento);
  const pairs: Pair[] = [];
  const take = (taken: TakenMoney, isIt: (booked: BookedMoney) => boolean): boolean => {
    const own = left.get(taken.idPagamento) ?? [];
    const at = own.findIndex(isIt);
    const [booked] = at < 0 ? [] : own.splice(at, 1);
    if (booked) pairs.push({ taken, booked });
    return booked !== undefined;
  };
  const unnamed = ledger.items.filter(
    (taken) => !take(taken, ({ idTransazione }) => idTransazione === taken.idTransazione),
  );
  const unbooked = unnamed.filter((taken) => !take(taken, ({ idTransazione }) => idTransazione === null));
  return { pairs, unbooked, untaken: [...left.values()].flat() };
}

/** Where the books and the ledger differ, in words; empty when they agree to the cent. */
export function disagreements(ledger: IrisLedger, books: Books): string[] {
  const reckoning = reckon(ledger, books);
  return [
    ...unequalSums(ledger, books),
    ...reckoning.unbooked.map((taken) => `IRIS took ${told(taken)}, and it is in none of our piles`),
    ...reckoning.untaken.map((booked) => `${told(booked)} is ${booked.pile}, and IRIS took no such money`),
    ...reckoning.pairs
      .filter(({ taken, booked }) => taken.amountCents !== booked.amountCents)
      .map(({ taken, booked }) => `IRIS took ${told(taken)}, and ${booked.amountCents} cents are ${booked.pile}`),
    ...wrongSettlements(books),
    ...wrongRefunds(ledger, books, reckoning),
    ...wrongIncidents(ledger, books),
  ];
}

/** The sentence of the promise itself, which holds whatever was paired with what. */
function unequalSums(ledger: IrisLedger, { money, items }: Books): string[] {
  const settledCents = centsOf(items.filter(({ settledBy }) => settledBy !== null));
  const otherCents = centsOf(money.filter(({ pile }) => pile !== 'settled'));
  return settledCents + otherCents === ledger.totalCents
    ? []
    : [`IRIS took ${ledger.totalCents} cents; ${settledCents} settle items and ${otherCents} are owed or quarantined`];
}

/** An item is settled by one payment of its amount; a payment that settles does so for one item; paid means all items. */
function wrongSettlements({ money, items }: Books): string[] {
  const settling = grouped(
    money.filter(({ pile }) => pile === 'settled'),
    ({ paymentId, item }) => `${paymentId ?? '-'}/${item ?? '-'}`,
  );
  const wrong = items.flatMap((booked) => {
    const name = `${booked.paymentId}/${booked.item}`;
    const by = settling.get(name) ?? [];
    const isRight =
      booked.settledBy === null
        ? by.length === 0
        : by.length === 1 && by[0]?.idPagamento === booked.settledBy && by[0].amountCents === booked.amountCents;
    return isRight ? [] : [`${name} (${booked.settledBy ?? 'not settled'}) is settled by ${JSON.stringify(by)}`];
  });
  const payments = [...grouped(items, ({ paymentId }) => paymentId)].flatMap(([paymentId, own]) => {
    const settledCents = centsOf(own.filter(({ settledBy }) => settledBy !== null));
    const isPaid = own[0]?.state.startsWith('paid') ?? false;
    if (isPaid === (settledCents === own[0]?.chargeCents)) return [];
    return [`${paymentId} is ${own[0]?.state ?? ''}, and ${settledCents} cents of its charge are settled`];
  });
  return [...wrong, ...payments];
}

/**
 * What IRIS gave back we know of, unless the money had settled its position: of that nobody is asked any more. And
 * IRIS gave back all that we think it did.
 */
function wrongRefunds({ items }: IrisLedger, { money, incidents }: Books, { pairs }: Reckoning): string[] {
  const givenBack = new Set(items.filter(({ refund }) => refund !== null).map(({ idPagamento }) => idPagamento));
  const heardOf = new Set(incidents.flatMap(({ kind, idPagamento }) => (kind === 'anomaly' ? [idPagamento] : [])));
  const settling = new Set(money.flatMap(({ pile, idPagamento }) => (pile === 'settled' ? [idPagamento] : [])));
  return [
    ...pairs
      .filter(({ taken }) => taken.refund !== null)
      .filter(({ taken: { idPagamento } }) => !heardOf.has(idPagamento) && !settling.has(idPagamento))
      .map(({ taken }) => `IRIS gave ${told(taken)} back, and we know nothing of it`),
    ...pairs
      .filter(({ taken, booked }) => booked.toldAs === 'anomaly' && taken.refund === null)
      .map(({ taken }) => `${told(taken)} is written down as given back, and IRIS did not`),
    ...[...heardOf]
      .filter((idPagamento) => idPagamento === null || !givenBack.has(idPagamento))
      .map((idPagamento) => `an anomaly of ${idPagamento ?? 'no position'}, where IRIS gave nothing back`),
  ];
}

/** A person is told of all money that needs one, once; and of nothing else but what is about money that IRIS took. */
function wrongIncidents({ items }: IrisLedger, { money, incidents }: Books): string[] {
  const untold = money.filter(
    (booked) => booked.toldAs !== null && incidents.filter((one) => tellsOf(one, booked)).length !== 1,
  );
  const tells: Readonly<Record<string, (incident: BookedIncident) => boolean>> = {
    duplicatePayment: (incident) => money.some((booked) => tellsOf(incident, booked)),
    amountMismatch: (incident) => money.some((booked) => tellsOf(incident, booked)),
    // A notification that is confirmed after its time was told of, and is no less true.
    unconfirmedNotification: ({ idPagamento, idTransazione, amountCents }) =>
      items.some(
        (taken) =>
          taken.idPagamento === idPagamento &&
          taken.idTransazione === idTransazione &&
          taken.amountCents === amountCents,
      ),
    anomaly: () => true, // looked at among the refunds
    // Of what is given back IRIS hands out no proof any more.
    receiptProblem: ({ idPagamento }) =>
      items.some((taken) => taken.idPagamento === idPagamento && taken.refund !== null),
  };
  return [
    ...untold.map((booked) => `${told(booked)} is ${booked.pile}, and not told once as ${booked.toldAs ?? ''}`),
    ...incidents
      .filter((incident) => !tells[incident.kind]?.(incident))
      .map((incident) => `an incident that nothing explains: ${JSON.stringify(incident)}`),
  ];
}

const tellsOf = (incident: BookedIncident, booked: BookedMoney): boolean =>
  incident.kind === booked.toldAs &&
  incident.idPagamento === booked.idPagamento &&
  incident.idTransazione === booked.idTransazione &&
  incident.amountCents === booked.amountCents;

export const centsOf = (amounts: readonly { readonly amountCents: number }[]): number =>
  amounts.reduce((sum, { amountCents }) => sum + amountCents, 0);

const told = ({ idPagamento, idTransazione, amountCents }: TakenMoney | BookedMoney): string =>
  `${amountCents} cents on ${idPagamento} (${idTransazione ?? 'unnamed'})`;
