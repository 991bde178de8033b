import type { Arrival, Instance, TransitionRecord } from '#libs/engine';
import { advance, timerKey } from '#libs/engine';
import type { PaymentContext, Position, PositionReported } from '#machines/payment';
import type { PracticeContext } from '#machines/practice';
import { isDeepStrictEqual } from 'node:util';
import { moneyFaults } from './money-invariants.js';
import { incidentsOf } from './records.js';
import type { World } from './world.js';

/**
 * What must be true of every world when it has come to rest. The numbers are those of `docs/proof.md` and
 * `test/invariants.sql`, which ask the same of a real database.
 */
export function brokenInvariants(world: World): string[] {
  return [
    ...moneyFaults(world),
    ...bookkeepingFaults(world),
    ...paymentFaults(world),
    ...practiceFaults(world),
    ...livenessFaults(world),
  ];
}

// --- the engine's books -----------------------------------------------------------------------------------------

function bookkeepingFaults(world: World): string[] {
  const { database, people, trace } = world;
  const faults = [...database.instances.values()].flatMap((instance) => {
    const records = database.recordsOf(instance.id);
    return [
      ...chainFaults(instance, records),
      ...replayFaults(world, instance, records),
      ...timerFaults(world, instance),
    ];
  });
  const forgotten = people.acknowledged.filter(
    ({ instanceId, type }) => !database.recordsOf(instanceId).some(({ event }) => event.type === type),
  );
  const wrong = trace.lines().filter((line) => line.includes('UNEXPECTED'));
  return [
    ...faults,
    ...forgotten.map(({ instanceId, type }) => `I4 ${type} of ${instanceId} was acknowledged, and is not recorded`),
    ...wrong.map((line) => `I13 a command failed in a way that nobody expects: ${line}`),
  ];
}

function chainFaults({ id, seq, state }: Instance, records: readonly TransitionRecord[]): string[] {
  const ids = new Set(records.map(({ eventId }) => eventId));
  const isNumbered = records.every((record, index) => record.seq === index + 1) && records.length === seq;
  const isChained =
    records.every(({ from }, index) => from === (records[index - 1]?.to ?? null)) && records.at(-1)?.to === state;
  return [
    ...(ids.size === records.length ? [] : [`I3 an event counts twice for ${id}`]),
    ...(isNumbered ? [] : [`I4 the decisions of ${id} are not numbered 1 to ${seq}`]),
    ...(isChained ? [] : [`I5 the decisions of ${id} do not lead from one state to the next`]),
  ];
}

/** A timer that was armed and not cancelled is there, and is that very arming. */
function timerFaults({ database }: World, { id, timers }: Instance): string[] {
  const rows = new Map(database.effects.ofInstance(id).map(({ key, armedSeq }) => [key, armedSeq]));
  return Object.entries(timers)
    .filter(([timerId, armedSeq]) => rows.get(timerKey(timerId)) !== armedSeq)
    .map(([timerId]) => `I7 the timer ${timerId} of ${id} is armed, and nothing will ever ring`);
}

/** The recorded events, decided anew, come to the very same instance; and no timer was heard once its arming was gone. */
function replayFaults({ nodes }: World, instance: Instance, records: readonly TransitionRecord[]): string[] {
  const registered = nodes[0]?.payments.registry.machines.find(({ name }) => name === instance.machine);
  const machine = registered?.versions[instance.version];
  if (!machine) return [`I6 nobody knows version ${instance.version} of ${instance.machine}`];
  let replayed: Instance | null = null;
  for (const { event, eventId, decision } of records) {
    const timer = timerNamedBy(eventId);
    if (timer && replayed?.timers[timer.timerId] !== timer.armedSeq)
      return [`I7 ${eventId} of ${instance.id} was heard, and its arming did not stand any more`];
    const arrival = { to: instance.id, id: eventId, event, source: 'engine' as const, ...(timer && { timer }) };
    const decided = advance(machine, instance.version, replayed, arrival);
    if (decided.kind !== decision)
      return [`I6 ${eventId} of ${instance.id} was ${decision}, and is ${decided.kind} when it is decided anew`];
    replayed = decided.instance;
  }
  const isSame = replayed !== null && isDeepStrictEqual(plain(replayed.snapshot), plain(instance.snapshot));
  return isSame ? [] : [`I6 ${instance.id} is not what its decisions come to`];
}

function timerNamedBy(eventId: string): Arrival['timer'] | null {
  const [, timerId, armedSeq] = /^timer\/(.+)\/(\d+)$/.exec(eventId) ?? [];
  return timerId === undefined ? null : { timerId, armedSeq: Number(armedSeq) };
}

const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

// --- payments ---------------------------------------------------------------------------------------------------

function paymentFaults(world: World): string[] {
  const payments = [...world.database.instances.values()].filter(({ machine }) => machine === 'payment');
  return payments.flatMap((instance) => {
    const records = world.database.recordsOf(instance.id);
    const context = instance.snapshot.context as unknown as PaymentContext;
    return [
      ...absorptionFaults(instance, records),
      ...reportFaults(context, records),
      ...verdictFaults(world, context, records),
      ...replacementFaults(world, context, records),
    ];
  });
}

function absorptionFaults({ id }: Instance, records: readonly TransitionRecord[]): string[] {
  const left = records.find(({ from, to }) => from?.startsWith('paid') && !to.startsWith('paid'));
  return left ? [`I11 ${id} left paid by ${left.event.type}`] : [];
}

/** Whatever transaction a report named, applied or ignored, is among the receipts of its position. */
function reportFaults({ attempts }: PaymentContext, records: readonly TransitionRecord[]): string[] {
  const positions = attempts.flatMap((attempt) => attempt.positions);
  return records.flatMap(({ event }) => {
    if (event.type !== 'position.reported') return [];
    const { idPagamento, esito, receipt } = event as unknown as PositionReported;
    const position = positions.find((candidate) => candidate.idPagamento === idPagamento);
    if (esito !== 'paid' || !position || receipt === null || receipt.idTransazione === null) return [];
    return position.receipts.some(({ idTransazione }) => idTransazione === receipt.idTransazione)
      ? []
      : [`I1 IRIS reported ${receipt.idTransazione} paid, and it is nowhere written down`];
  });
}

/** A payer who is choosing has CHOICE_TIMEOUT for it, unless IRIS said that the position is closed. */
function verdictFaults(
  { config, iris }: World,
  { paymentId, attempts }: PaymentContext,
  records: readonly TransitionRecord[],
): string[] {
  let redirectedAt = 0;
  return records.flatMap(({ from, to, at, event, decision }) => {
    if (event.type === 'redirect.requested' && decision === 'applied') redirectedAt = at.getTime();
    if (!from?.startsWith('redirected') || !/^(rejected|annulled|notConcluded)/.test(to)) return [];
    if (event.type.startsWith('xstate.'))
      return [`I15 ${paymentId} was given up as ${to} by a deadline, not by an answer`];
    if (event.type !== 'position.reported') return [];
    if (at.getTime() - redirectedAt >= config.timings.choiceTimeoutMs) return [];
    const isClosed = attempts.some(({ positions }) =>
      positions.some(({ idPagamento }) =>
        iris.positions
          .get(idPagamento)
          ?.answers.some(({ esito }) => ['cancelled', 'refused', 'paid', 'reversed'].includes(esito)),
      ),
    );
    return isClosed ? [] : [`I15 ${paymentId} was given up as ${to} while its payer still had time`];
  });
}

/** An attempt that was shown is replaced only after IRIS said, asked after the command, that it is not being paid. */
function replacementFaults(
  world: World,
  { paymentId, attempts }: PaymentContext,
  records: readonly TransitionRecord[],
): string[] {
  const commands = records.filter(
    ({ event, decision }) => event.type === 'regenerate.requested' && decision === 'applied',
  );
  return records.flatMap(({ from, to, at, seq }) => {
    if (!/^(regenerated|rejected|annulled|notConcluded)/.test(from ?? '') || !to.startsWith('initialized')) return [];
    const command = commands.findLast((candidate) => candidate.seq <= seq);
    const asked = command?.event as { readonly attempt?: number } | undefined;
    const first = commands.find(({ event }) => (event as unknown as { attempt: number }).attempt === asked?.attempt);
    const isAcknowledged = commands.some(
      ({ event }) =>
        (event as unknown as { acknowledgeInFlight: boolean; attempt: number }).acknowledgeInFlight &&
        (event as unknown as { attempt: number }).attempt === asked?.attempt,
    );
    const replaced = attempts.find(({ number }) => number === asked?.attempt);
    if (!first || !replaced?.shown || isAcknowledged) return [];
    const next = attempts.find(({ number }) => number === replaced.number + 1);
    // What an older attempt had paid by then is not asked for again, and nobody can pay it twice.
    const repeated = replaced.positions.filter(({ item }) =>
      next?.positions.some((position) => position.item === item),
    );
    return wasChecked(world, repeated, first.at.getTime(), at.getTime())
      ? []
      : [`I10 attempt ${replaced.number} of ${paymentId} was replaced, and IRIS had not said that nobody is paying it`];
  });
}

const wasChecked = ({ iris }: World, positions: readonly Position[], since: number, until: number): boolean =>
  positions.every(({ idPagamento, receipts, deletion }) => {
    const real = iris.positions.get(idPagamento);
    if (receipts.length > 0 || deletion !== 'none' || !real) return true;
    const answers = real.answers.filter(({ at }) => at >= since && at <= until);
    return answers.some(({ esito }) => ['unpaid', 'refused', 'cancelled', 'unpayable'].includes(esito));
  });

// --- practices --------------------------------------------------------------------------------------------------

function practiceFaults({ database }: World): string[] {
  const practices = [...database.instances.values()].filter(({ machine }) => machine === 'practice');
  return practices.flatMap(({ id, state, snapshot }) => {
    const records = database.recordsOf(id);
    const context = snapshot.context as unknown as PracticeContext;
    const settlings = records.filter(({ from, to }) => to === 'settled' && from !== 'settled').length;
    const tellings = records
      .map(({ event }) => (event.type === 'charge.paid' ? (event as unknown as { paymentId: string }).paymentId : null))
      .filter((told) => told !== null);
    const isDue =
      context.charges.length > 0 &&
      context.charges.every(({ paymentId }) => database.instances.get(paymentId)?.state.startsWith('paid'));
    return [
      ...(settlings > 1 ? [`I2 ${id} was settled ${settlings} times`] : []),
      ...(new Set(tellings).size < tellings.length ? [`I3 ${id} was told twice of one payment`] : []),
      ...(isDue && state !== 'settled' && state !== 'collecting.withdrawn'
        ? [`I15 all charges of ${id} are paid, and it is ${state}`]
        : []),
      ...(state === 'settled' && !isDue ? [`I1 ${id} is settled, and not all its charges are paid`] : []),
    ];
  });
}

// --- liveness ---------------------------------------------------------------------------------------------------

const PASSING = ['initialized.opening', 'redirected', 'regenerated', 'paid.awaitingReceipt'];
const LATE_MS = 10 * 60_000;

/** When nothing fails any more, everything that waits comes to an end. */
function livenessFaults(world: World): string[] {
  const { database, iris } = world;
  const incidents = incidentsOf(database);
  const stuck = [...database.instances.values()].filter(
    ({ machine, state }) => machine === 'payment' && PASSING.some((passing) => state.startsWith(passing)),
  );
  const late = database.effects
    .all()
    .filter(({ status, dueAt }) => status === 'pending' && dueAt < database.now() - LATE_MS);
  const parked = database.effects.all().filter(({ status }) => status === 'parked');
  const untold = parked.filter(
    ({ instanceId, key }) =>
      !incidents.some(
        (incident) =>
          incident.instanceId === instanceId && incident.effectKey === key && incident.resolution !== 'redriven',
      ),
  );
  const unwatched = [...iris.positions.values()].filter(
    ({ answers, openedAt }) => answers.length === 0 && openedAt > 0,
  );
  return [
    ...stuck.filter((instance) => !isHeldUp(world, instance)).map(({ id, state }) => `I15 ${id} is still ${state}`),
    ...late.map(({ instanceId, key }) => `I8 ${key} of ${instanceId} is long overdue`),
    ...untold.map(
      ({ instanceId, key, lastError }) =>
        `I7 ${key} of ${instanceId} was given up, and no incident tells: ${String(lastError)}`,
    ),
    ...unwatched.map(({ idPagamento }) => `I10 IRIS was never asked about ${idPagamento}`),
  ];
}

/**
 * Only a person can end a quarantine or bring back an attestation. Of what was given back there is none, and of what
 * IRIS has forgotten there is no certain answer: the payer may go on at their own risk.
 */
function isHeldUp({ database, iris }: World, { id, snapshot }: Instance): boolean {
  const isGivenUp = database.effects
    .ofInstance(id)
    .some(({ type, status }) => type === 'attestation.fetch' && status === 'parked');
  const positions = (snapshot.context as unknown as PaymentContext).attempts.flatMap((attempt) => attempt.positions);
  const isQuarantined = positions.some(({ receipts }) =>
    receipts.some(({ disposition }) => disposition === 'quarantined'),
  );
  const isUntellable = positions.some(({ idPagamento }) => {
    const real = iris.positions.get(idPagamento);
    return real?.isReversed === true || real?.isForgotten === true;
  });
  return isGivenUp || isQuarantined || isUntellable;
}
