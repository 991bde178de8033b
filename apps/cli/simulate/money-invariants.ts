import type { StoredIncident } from '#libs/payments';
import type { PaymentContext, Position, PositionReceipt } from '#machines/payment';
import type { Archive } from './archive.js';
import type { SimulatedIris } from './iris.js';
import type { IrisPosition } from './iris-position.js';

/** A payment's books beside IRIS's ledger. */
interface Books {
  readonly id: string;
  readonly state: string;
  readonly context: PaymentContext;
}

/** What must be true of money at the end; each line names what is broken. */
export function moneyFaults({ archive, iris }: { readonly archive: Archive; readonly iris: SimulatedIris }): string[] {
  const books = booksOf(archive);
  const known = new Map(
    books.flatMap(({ context }) => positionsOf(context).map((position) => [position.idPagamento, position])),
  );
  const incidents = archive.incidents();
  return [
    ...[...iris.positions.values()].flatMap((position) =>
      ledgerFaults(position, known.get(position.idPagamento), incidents),
    ),
    ...[...known.values()].flatMap((position) => inventions(position, iris.positions.get(position.idPagamento))),
    ...books.flatMap(itemFaults),
    ...books.flatMap((book) => incidentFaults(book, incidents)),
    ...iris.outrages.map((outrage) => `I1 ${outrage}`),
  ];
}

const booksOf = ({ instances }: Archive): Books[] =>
  [...instances.values()]
    .filter(({ machine }) => machine === 'payment')
    .map(({ id, state, snapshot }) => ({ id, state, context: snapshot.context as unknown as PaymentContext }));

const positionsOf = (context: PaymentContext): Position[] => context.attempts.flatMap(({ positions }) => positions);

/** Each payment that IRIS took is written down exactly once, to the cent. */
function ledgerFaults(real: IrisPosition, known: Position | undefined, incidents: readonly StoredIncident[]): string[] {
  const { idPagamento, taken, isReversed, isForgotten } = real;
  if (!known) return [`I1 IRIS has the position ${idPagamento}, which no payment knows`];
  if (taken.length === 0) return [];
  const { receipts } = known;
  const isBooked = ({ idTransazione }: { readonly idTransazione: string }): boolean =>
    receipts.some((receipt) => receipt.idTransazione === idTransazione) ||
    incidents.some(
      (incident) => incident.kind === 'unconfirmedNotification' && incident.idTransazione === idTransazione,
    );
  // What was paid and given back before anybody asked is told as a reversal, without its transactions.
  const isEnough = isReversed || isForgotten ? receipts.length >= 1 : taken.every(isBooked);
  if (!isEnough && !isForgotten) {
    return [`I1 IRIS took ${taken.length} payments on ${idPagamento}, and ${receipts.length} are written down`];
  }
  return receipts.flatMap((receipt) => {
    const match = taken.find(({ idTransazione }) => idTransazione === receipt.idTransazione);
    if (receipt.quarantine === 'reversed') return [];
    if (!match) return [`I1 ${idPagamento} has a receipt ${String(receipt.idTransazione)} that IRIS does not know`];
    return match.amountCents === receipt.amountCents
      ? []
      : [`I14 ${idPagamento}: ${receipt.amountCents} cents are written down, ${match.amountCents} were taken`];
  });
}

function inventions({ idPagamento, receipts }: Position, real: IrisPosition | undefined): string[] {
  return receipts.length > 0 && (real?.taken.length ?? 0) === 0
    ? [`I1 ${idPagamento} has a receipt, and IRIS took nothing`]
    : [];
}

/** An item is settled by one receipt of its amount, which says so itself; what settles nothing says what it is. */
function itemFaults({ id, state, context }: Books): string[] {
  const settling = positionsOf(context).flatMap((position) =>
    position.receipts.filter(({ disposition }) => disposition === 'settled').map((receipt) => ({ position, receipt })),
  );
  const faults = context.items.flatMap(({ item, settledBy }) => {
    const own = settling.filter(({ position }) => position.item === item);
    if (own.length > 1) return [`I2 item ${item} of ${id} is settled ${own.length} times`];
    if ((own[0]?.position.idPagamento ?? null) !== (settledBy?.idPagamento ?? null)) {
      return [`I2 item ${item} of ${id} is settled by another position than it says`];
    }
    return own.flatMap(({ position, receipt }) => wrongAmount(position, receipt));
  });
  if (context.dropped === 'replaced' && settling.length > 0) {
    faults.push(`I2 the charge of ${id} was replaced, and money settles it all the same`);
  }
  const isWhole = context.items.every(({ settledBy }) => settledBy !== null);
  return isWhole === state.startsWith('paid')
    ? faults
    : [...faults, `I11 ${id} is ${state}, and all is settled: ${String(isWhole)}`];
}

/** Another amount settles only because an operator said so, and then it was quarantined. */
const wrongAmount = (position: Position, receipt: PositionReceipt): string[] =>
  receipt.amountCents === position.amountCents || receipt.quarantine === 'amountMismatch'
    ? []
    : [`I14 ${position.idPagamento}: ${position.amountCents} cents are settled by ${receipt.amountCents}`];

/** Money that is to go back, or waits for a decision, is known to a person, once. */
function incidentFaults({ id, context }: Books, incidents: readonly StoredIncident[]): string[] {
  const own = incidents.filter(({ instanceId }) => instanceId === id);
  return positionsOf(context).flatMap(({ idPagamento, receipts }) =>
    receipts.flatMap(({ disposition, quarantine, idTransazione }) => {
      const about = own.filter((incident) => incident.idPagamento === idPagamento);
      const duplicates = about.filter(
        ({ kind, idTransazione: told }) => kind === 'duplicatePayment' && told === idTransazione,
      );
      if (disposition === 'refundDue' && duplicates.length !== 1) {
        return [`I1 ${duplicates.length} incidents tell of the refund due for ${idPagamento}`];
      }
      const kind = quarantine === 'reversed' ? 'anomaly' : 'amountMismatch';
      if (
        disposition === 'quarantined' &&
        !about.some((incident) => incident.kind === kind && incident.resolution === null)
      ) {
        return [`I1 nobody is told of the money quarantined on ${idPagamento}`];
      }
      return [];
    }),
  );
}
