import type { Instance, TransitionRecord } from '#libs/engine';
import type { StoredIncident } from '#libs/payments';
import type { PaymentContext, Position } from '#machines/payment';
import type { PracticeContext } from '#machines/practice';
import type { Archive } from '../../apps/cli/simulate/archive.js';

/** Decisions of each instance, in their order. */
export type Decisions = ReadonlyMap<string, readonly TransitionRecord[]>;

/**
 * How everything ended, and how it came to it, line by line, in words that two worlds share: identifiers are told by
 * what they name.
 */
export function tellEndings(archive: Archive, decisions: Decisions): string[] {
  const names = new Names(archive);
  const incidents = archive.incidents();
  return [...archive.instances.values()]
    .flatMap((instance) => [
      ...(instance.machine === 'payment' ? tellPayment(names, instance) : tellPractice(names, instance)),
      ...incidents
        .filter(({ instanceId }) => instanceId === instance.id)
        .map((incident) => tellIncident(names, incident)),
      ...tellDecisions(names, instance, decisions.get(instance.id) ?? []),
    ])
    .sort();
}

/** Incidents in the order of what they are about, which two worlds share even where their identifiers and moments differ. */
export function inOrder(archive: Archive, incidents: readonly StoredIncident[]): StoredIncident[] {
  const names = new Names(archive);
  const keyed = incidents.map((incident) => ({ incident, key: tellIncident(names, incident) }));
  return keyed.sort((one, other) => (one.key < other.key ? -1 : 1)).map(({ incident }) => incident);
}

const contextOf = (instance: Instance): PaymentContext => instance.snapshot.context as unknown as PaymentContext;
const chargesOf = (instance: Instance) => (instance.snapshot.context as unknown as PracticeContext).charges;

/** What identifiers name. */
class Names {
  readonly #names = new Map<string, string>();

  constructor({ instances }: Archive) {
    const payments = [...instances.values()].filter(({ machine }) => machine === 'payment') as (Instance & {
      readonly createdAt: Date;
    })[];
    payments.sort((one, other) => one.createdAt.getTime() - other.createdAt.getTime());
    const counts = new Map<string, number>();
    for (const { id, snapshot } of payments) {
      const { practiceId, kind, attempts } = snapshot.context as unknown as PaymentContext;
      const charge = `${practiceId} ${kind}`;
      const count = (counts.get(charge) ?? 0) + 1;
      counts.set(charge, count);
      this.#names.set(id, `${charge} ${count}`);
      for (const { number, positions } of attempts) {
        for (const { idPagamento, item } of positions) this.#names.set(idPagamento, `${number}.${item}`);
      }
    }
  }

  of(id: string | null): string {
    return id === null ? '-' : (this.#names.get(id) ?? id);
  }

  /** A transaction is named after its position. */
  transaction(id: string | null): string {
    return id === null ? '-' : id.replace(/-.*/, '');
  }
}

function tellPractice(names: Names, instance: Instance): string[] {
  const charges = chargesOf(instance).map(({ paymentId, paid }) => `${names.of(paymentId)} ${paid ? 'paid' : 'open'}`);
  return [`${instance.id} is ${instance.state}: ${charges.join(', ')}`];
}

function tellPayment(names: Names, instance: Instance): string[] {
  const { items, attempts, dropped, regenerations } = contextOf(instance);
  const name = names.of(instance.id);
  return [
    `${name} is ${instance.state}, dropped: ${String(dropped)}, regenerated ${regenerations} times`,
    ...items.map(
      ({ item, settledBy }) => `${name} item ${item} settled by ${names.of(settledBy?.idPagamento ?? null)}`,
    ),
    ...attempts.flatMap(({ number, opening, shown, watched, positions }) => [
      `${name} attempt ${number} ${opening}, shown: ${String(shown)}, watched: ${String(watched)}`,
      ...positions.map((position) => `${name} position ${tellPosition(names, position)}`),
    ]),
  ];
}

function tellPosition(names: Names, position: Position): string {
  const { idPagamento, amountCents, esito, deletion, attested, receipts } = position;
  const told = receipts.map(
    ({ idTransazione, amountCents: cents, disposition, quarantine }) =>
      `${names.transaction(idTransazione)} ${cents} ${disposition} ${quarantine ?? ''}`,
  );
  return `${names.of(idPagamento)} ${amountCents} ${esito ?? '-'} deletion ${deletion} attested ${String(attested)} [${told.join('; ')}]`;
}

function tellIncident(
  names: Names,
  { instanceId, kind, idPagamento, idTransazione, resolution }: StoredIncident,
): string {
  return `${names.of(instanceId)} incident ${kind} ${names.of(idPagamento)} ${names.transaction(idTransazione)} ${resolution ?? 'open'}`;
}

/**
 * The states one after the other, and what brought each. What changed no state is left out: how often IRIS is asked at
 * one moment depends on who comes first there. So are the dates: a command that met another process at its instance
 * came some milliseconds later, and from then on so do the questions. And so is how far a redirected payment has come
 * at pagoPA: a question that comes a moment later is answered by a later stage of it.
 */
function tellDecisions(names: Names, { id }: Instance, records: readonly TransitionRecord[]): string[] {
  return records
    .map(({ event, from, to }) => ({ event, from: from === null ? 'nothing' : placeOf(from), to: placeOf(to) }))
    .filter(({ from, to }) => from !== to)
    .map(({ event, from, to }, index) => {
      const number = String(index + 1).padStart(2);
      return `${names.of(id)} step ${number}: ${from} became ${to} by ${event.type}`;
    });
}

const placeOf = (state: string): string => (state.startsWith('redirected.') ? 'redirected' : state);
