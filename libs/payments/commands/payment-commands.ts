import { isDeepStrictEqual } from 'node:util';
import type { EngineEvent, Instance, Registry, Source, Store, TransitionRecord } from '#libs/engine';
import { InstanceNotFound } from '#libs/engine';
import type { PaymentContext, PaymentMessage } from '#machines/payment';
import { currentAttempt, IDENTIFIERS_WANTED, QUARANTINED } from '#machines/payment';
import { CommandRefused, NotFound } from '../errors.js';
import { isPaymentId } from '../identifiers.js';
import { machineOf } from '../machines.js';
import { RequestRefused } from '../requests/validation.js';
import { allowedActions } from '../views/allowed-actions.js';
import type { Records } from '../records.js';
import type { Submits } from './command-key.js';

export interface PaymentCommandDependencies {
  readonly intake: Submits;
  readonly store: Store;
  readonly registry: Registry;
  readonly identifiers: Records['identifiers'];
  readonly lookup: Records['lookup'];
  readonly incidents: Records['incidents'];
  /** What names a command is its name no longer once it was given before then. Absent: names last for ever. */
  readonly forgottenBefore?: Date;
}

/** Who gives a command. */
export interface Caller {
  readonly source: Source;
  /** A key's name or an operator's account; never personal data. */
  readonly actor: string;
  /** The request that the command came with (`isRequestId`). */
  readonly requestId?: string;
}

/** IRIS usually opens a position within a second or two. */
const OPENING_RETRY_SECONDS = 2;

/**
 * Sends the payer to IRIS: the attempt's URL, the same however often it is asked for.
 * @throws NotFound, CommandRefused (with `retryAfterSeconds` while the position is still being opened)
 */
export async function redirect(deps: PaymentCommandDependencies, paymentId: string, caller: Caller): Promise<string> {
  const first = await submit(deps, paymentId, { type: 'redirect.requested', next: null }, caller);
  const decided = first.reason === IDENTIFIERS_WANTED ? await redirectAnew(deps, first.instance, caller) : first;
  const { redirectUrl } = currentAttempt(contextOf(decided.instance));
  if (decided.state.startsWith('redirected') && redirectUrl !== null) return redirectUrl;
  const isOpening = decided.state === 'initialized.opening';
  throw await refusal(deps, decided, isOpening ? OPENING_RETRY_SECONDS : null);
}

/** The attempt had grown stale: another one is opened, under identifiers of its own. */
async function redirectAnew(deps: PaymentCommandDependencies, stale: Instance, caller: Caller): Promise<Decided> {
  const next = await deps.identifiers.attempt(contextOf(stale).items.length);
  return submit(deps, stale.id, { type: 'redirect.requested', next }, caller);
}

/**
 * Annuls a payment that nobody is paying; one that is annulled already stays so.
 * @param key names the command: given twice under one key it has one effect, and the same answer or refusal.
 * @throws NotFound, CommandRefused while a payment is under way, or when it is paid; RequestRefused for a used key
 */
export async function annul(
  deps: PaymentCommandDependencies,
  paymentId: string,
  reason: string,
  caller: Caller,
  key?: string,
): Promise<void> {
  const decided = await submit(deps, paymentId, { type: 'annul.requested', reason }, caller, named('annul', key));
  if (decided.decision !== 'applied' && decided.state !== 'annulled') throw await refusal(deps, decided);
}

/**
 * Asks IRIS now; the answer decides.
 * @param reason of a person who asks, without personal data; recorded with the command
 * @throws NotFound
 */
export async function verify(
  deps: PaymentCommandDependencies,
  paymentId: string,
  caller: Caller,
  key?: string,
  reason?: string,
): Promise<void> {
  const event: PaymentMessage = { type: 'verify.requested', ...(reason !== undefined && { reason }) };
  await submit(deps, paymentId, event, caller, named('verify', key));
}

/** What became of a command, now or when its event first arrived. */
export interface Decided {
  readonly decision: 'applied' | 'ignored';
  /** Why it was ignored, else null. */
  readonly reason: string | null;
  /** State path that the decision led to, or left. */
  readonly state: string;
  /** The payment as it is now. */
  readonly instance: Instance;
}

/** @param id the event's, a new one if it has none. @throws NotFound, RequestRefused */
export async function submit(
  deps: PaymentCommandDependencies,
  paymentId: string,
  event: PaymentMessage,
  caller: Caller,
  id = deps.identifiers.eventId(event.type),
): Promise<Decided> {
  if (!isPaymentId(paymentId)) throw new NotFound('payment', paymentId);
  try {
    const [receipt] = await deps.intake.submit({ arrivals: [{ to: paymentId, id, event, ...caller }] });
    if (!receipt) throw new Error('intake gave no receipt');
    const { decision, reason, instance } = receipt;
    if (decision === 'applied' || decision === 'ignored') return { decision, reason, state: instance.state, instance };
    const first = await deps.store.readTransition(paymentId, id);
    if (!first) throw new Error(`the decision about ${id} is not recorded`);
    const isForgotten = deps.forgottenBefore !== undefined && first.at < deps.forgottenBefore;
    // Under another name, which is the same for whoever gives it again.
    if (isForgotten) return await submit(deps, paymentId, event, caller, `${id}/${first.seq}`);
    return decidedBefore(first, instance, event);
  } catch (error) {
    if (error instanceof InstanceNotFound) throw new NotFound('payment', paymentId);
    throw error;
  }
}

/** A command that came before is answered by what was decided then. */
function decidedBefore(first: TransitionRecord, instance: Instance, event: PaymentMessage): Decided {
  if (!isDeepStrictEqual(askedBy(first.event), askedBy(event))) throw new RequestRefused('values', [KEY_IS_USED]);
  return { decision: first.decision, reason: first.reason, state: first.to, instance };
}

/** The fault of a key that stood for another command. */
export const KEY_IS_USED = {
  pointer: '/idempotencyKey',
  message: 'was used before, with another content; give each command a key of its own',
};

/** What a command says, without the identifiers that are allocated for it anew each time. */
function askedBy(event: EngineEvent): object {
  const { next, ...asked } = event as EngineEvent & { readonly next?: unknown };
  return asked;
}

/** The event's id of a command that has a key. */
export const named = (command: string, key: string | undefined): string | undefined =>
  key === undefined ? undefined : `${command}/${key}`;

export async function countItems(store: Store, paymentId: string): Promise<number> {
  const instance = isPaymentId(paymentId) ? await store.readInstance(paymentId) : null;
  if (!instance) throw new NotFound('payment', paymentId);
  return contextOf(instance).items.length;
}

export const contextOf = (instance: Instance): PaymentContext => instance.snapshot.context as unknown as PaymentContext;

/** Why a command was refused, what may be done instead and, while money is quarantined, by which incidents. */
export async function refusal(
  { registry, incidents }: PaymentCommandDependencies,
  { state, reason, instance }: Decided,
  retryAfterSeconds: number | null = null,
): Promise<CommandRefused> {
  return new CommandRefused(
    state,
    reason ?? 'the payment is being opened at IRIS',
    allowedActions(machineOf(registry, instance), instance),
    retryAfterSeconds,
    reason === QUARANTINED ? { incidents: await incidents.quarantining(instance.id) } : {},
  );
}
