import type { Intake, Receipt, Registry, SideRow, Source, Store } from '#libs/engine';
import { InstanceNotFound } from '#libs/engine';
import type { PaymentContext, PaymentMessage } from '#machines/payment';
import { currentAttempt } from '#machines/payment';
import { CommandRefused, NotFound } from '../errors.js';
import type { Identifiers } from '../identifiers.js';
import { isPaymentId, rowsOf } from '../identifiers.js';
import { machineOf } from '../machines.js';
import { allowedActions } from '../views/allowed-actions.js';

export interface PaymentCommandDependencies {
  readonly intake: Intake;
  readonly store: Store;
  readonly registry: Registry;
  readonly identifiers: Identifiers;
}

/** Who gives a command. */
export interface Caller {
  readonly source: Source;
  /** A key's name or an operator's account; never personal data. */
  readonly actor: string;
}

/** IRIS usually opens a position within a second or two. */
const OPENING_RETRY_SECONDS = 2;

/**
 * Sends the payer to IRIS: the attempt's URL, the same however often it is asked for.
 * @throws NotFound, CommandRefused (with `retryAfterSeconds` while the position is still being opened)
 */
export async function redirect(deps: PaymentCommandDependencies, paymentId: string, caller: Caller): Promise<string> {
  const items = await countItems(deps.store, paymentId);
  const next = await deps.identifiers.attempt(items); // used only if the attempt went stale
  const receipt = await submit(deps, paymentId, { type: 'redirect.requested', next }, caller, rowsOf(paymentId, next));
  const { state, snapshot } = receipt.instance;
  const { redirectUrl } = currentAttempt(snapshot.context as unknown as PaymentContext);
  if (state.startsWith('redirected') && redirectUrl !== null) return redirectUrl;
  const isOpening = state === 'initialized.opening';
  throw refusal(deps, receipt, isOpening ? OPENING_RETRY_SECONDS : null);
}

/**
 * Annuls a payment that nobody is paying; one that is annulled already stays so.
 * @throws NotFound, CommandRefused while a payment is under way, or when it is paid
 */
export async function annul(
  deps: PaymentCommandDependencies,
  paymentId: string,
  reason: string,
  caller: Caller,
): Promise<void> {
  const receipt = await submit(deps, paymentId, { type: 'annul.requested', reason }, caller);
  if (receipt.decision !== 'applied' && receipt.instance.state !== 'annulled') throw refusal(deps, receipt, null);
}

/** Asks IRIS now; the answer decides. @throws NotFound */
export async function verify(deps: PaymentCommandDependencies, paymentId: string, caller: Caller): Promise<void> {
  await submit(deps, paymentId, { type: 'verify.requested' }, caller);
}

async function submit(
  deps: PaymentCommandDependencies,
  paymentId: string,
  event: PaymentMessage,
  caller: Caller,
  rows: readonly SideRow[] = [],
): Promise<Receipt> {
  if (!isPaymentId(paymentId)) throw new NotFound('payment', paymentId);
  try {
    const id = deps.identifiers.eventId(event.type);
    const [receipt] = await deps.intake.submit({ arrivals: [{ to: paymentId, id, event, rows, ...caller }] });
    if (!receipt) throw new Error('intake gave no receipt');
    return receipt;
  } catch (error) {
    if (error instanceof InstanceNotFound) throw new NotFound('payment', paymentId);
    throw error;
  }
}

async function countItems(store: Store, paymentId: string): Promise<number> {
  const instance = isPaymentId(paymentId) ? await store.readInstance(paymentId) : null;
  if (!instance) throw new NotFound('payment', paymentId);
  return (instance.snapshot.context as unknown as PaymentContext).items.length;
}

const refusal = (
  { registry }: PaymentCommandDependencies,
  receipt: Receipt,
  retryAfterSeconds: number | null,
): CommandRefused =>
  new CommandRefused(
    receipt.instance.state,
    receipt.reason ?? 'the payment is being opened at IRIS',
    allowedActions(machineOf(registry, receipt.instance), receipt.instance),
    retryAfterSeconds,
  );
