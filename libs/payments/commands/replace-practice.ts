import { isDeepStrictEqual } from 'node:util';
import type { Arrival, StoredInstance } from '#libs/engine';
import type { Sealer } from '#libs/platform';
import type { ChargesReplaced } from '#machines/practice';
import { CommandRefused } from '../errors.js';
import type { SentContent } from '../postgres/lookup.js';
import type { ChargeRequest, Payer, PracticeRequest } from '../requests/practice-request.js';
import type { ChangePracticeDependencies, PresentPractice } from './change-practice.js';
import { changePractice, dropped, isPaid } from './change-practice.js';
import type { Caller } from './payment-commands.js';
import type { PreparedCharge } from './practice-content.js';
import { fingerprintOf, practiceRows, prepareCharge } from './practice-content.js';
import type { Records } from '../records.js';

export interface ReplacePracticeDependencies extends ChangePracticeDependencies {
  readonly sealer: Sealer;
  readonly lookup: Records['lookup'];
}

/**
 * Gives a practice the content it is sent. A charge that is the same keeps its payment; the payment of another one is
 * annulled for good and watched on, and the new charge gets a payment of its own. Content that the practice has already
 * changes nothing.
 *
 * A charge is the same when the same is asked of the same debtor: its position at IRIS bears the tax code, so another
 * tax code replaces what is not paid. Another e-mail or address to return to replaces nothing, and holds from now on.
 * @throws NotFound; CommandRefused naming the payments that are paid or under way, and why
 */
export const replacePractice = (
  deps: ReplacePracticeDependencies,
  request: PracticeRequest,
  caller: Caller,
): Promise<void> =>
  changePractice(deps, request.practiceId, async (practice) => {
    if (practice.isWithdrawn) throw new CommandRefused(null, 'the practice was withdrawn', []);
    const sent = await deps.lookup.sentContent(practice.practiceId);
    const isSent = sent?.fingerprint === fingerprintOf(deps.sealer, request) && !isPayerMissing(sent, practice);
    return isSent ? null : replacement(deps, practice, request, caller);
  });

/** The payer was erased, because nobody came back for so long: the same content, sent again, is then news. */
const isPayerMissing = ({ hasPayer }: SentContent, { payments }: PresentPractice): boolean =>
  !hasPayer && !payments.every(isPaid);

async function replacement(
  deps: ReplacePracticeDependencies,
  practice: PresentPractice,
  request: PracticeRequest,
  caller: Caller,
): Promise<readonly Arrival[]> {
  const { context, instanceId, practiceId } = practice;
  const kept = await keptCharges(deps, practice, request);
  const keptIds = new Set([...kept.values()].map((charge) => charge.paymentId));
  const prepared = new Map<ChargeRequest, PreparedCharge>();
  const others = request.charges.filter((charge) => !kept.has(charge));
  await Promise.all(
    others.map(async (charge) => prepared.set(charge, await prepareCharge(deps, practiceId, charge, caller))),
  );
  const event: ChargesReplaced = {
    type: 'charges.replaced',
    practiceType: request.practiceType,
    known: context.charges.map((charge) => charge.paymentId),
    charges: request.charges.flatMap((charge) => kept.get(charge) ?? prepared.get(charge)?.ref ?? []),
  };
  const rows = practiceRows(deps.sealer, request).map((row) => ({ ...row, replaces: true as const }));
  return [
    { to: instanceId, id: deps.identifiers.eventId(event.type), event, ...caller, rows },
    ...context.charges
      .filter((charge) => !keptIds.has(charge.paymentId))
      .map((charge) => dropped(deps, charge.paymentId, 'replaced', 'the charge was replaced', caller)),
    ...[...prepared.values()].map((charge) => charge.arrival),
  ];
}

type KeptCharges = ReadonlyMap<ChargeRequest, PresentPractice['context']['charges'][number]>;

/** A practice has one charge of a kind, so the kind says which former charge a requested one is to be compared with. */
async function keptCharges(
  { lookup }: ReplacePracticeDependencies,
  { context, payments }: PresentPractice,
  request: PracticeRequest,
): Promise<KeptCharges> {
  const kept = new Map<ChargeRequest, PresentPractice['context']['charges'][number]>();
  const compare = async (charge: ChargeRequest): Promise<void> => {
    const former = context.charges.find(({ kind }) => kind === charge.kind);
    const payment = payments.find(({ id }) => id === former?.paymentId);
    const content = payment ? await lookup.contentOf(payment.id) : null;
    if (former && payment && content && isSame(charge, request.payer, payment, content)) kept.set(charge, former);
  };
  await Promise.all(request.charges.map(compare));
  return kept;
}

const isSame = (
  charge: ChargeRequest,
  payer: Payer,
  payment: StoredInstance,
  former: { readonly charge: ChargeRequest; readonly payer: Payer | null },
): boolean =>
  isDeepStrictEqual(charge, former.charge) && (isPaid(payment) || payer.fiscalCode === former.payer?.fiscalCode);
