import type { Instance } from '#libs/engine';
import { advance } from '#libs/engine';
import type { AttemptIds, PaymentContext, PaymentMessage } from '#machines/payment';
import { currentAttempt } from '#machines/payment';
import { paymentMachine } from '../machines.js';

export type PaymentAction = 'redirect' | 'regenerate' | 'annul' | 'verify';

/**
 * What may be done with a payment now. The machine is asked, not its state compared: each command is tried on it
 * without consequence. A payer who is at IRIS may be sent to the same URL again.
 */
export function allowedActions(instance: Instance): readonly PaymentAction[] {
  const context = instance.snapshot.context as unknown as PaymentContext;
  const attempt = currentAttempt(context).number;
  const can = (event: PaymentMessage): boolean =>
    advance(paymentMachine, 1, instance, { to: instance.id, id: 'can', event, source: 'engine' }).kind === 'applied';
  const next = imaginaryIds(context.items.length);
  const actions: PaymentAction[] = [];
  if (instance.state.startsWith('redirected') || can({ type: 'redirect.requested', next })) actions.push('redirect');
  if (can({ type: 'regenerate.requested', attempt, acknowledgeInFlight: false, actor: 'can', next }))
    actions.push('regenerate');
  if (can({ type: 'annul.requested', reason: 'can' })) actions.push('annul');
  if (!instance.state.startsWith('paid')) actions.push('verify');
  return actions;
}

const imaginaryIds = (count: number): AttemptIds => ({
  returnToken: '-',
  positions: Array.from({ length: count }, () => ({ idPagamento: '-', idPendenza: '-', iuv: '-' })),
});
