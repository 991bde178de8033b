import type { Instance, RegisteredMachine } from '#libs/engine';
import { advance } from '#libs/engine';
import type { AttemptIds, PaymentContext, PaymentMessage } from '#machines/payment';
import { currentAttempt } from '#machines/payment';

export type PaymentAction = 'redirect' | 'regenerate' | 'annul' | 'verify';

/**
 * What may be done with a payment now. The machine is asked, not its state compared: each command is tried on it
 * without consequence. The one exception is a payer who is at IRIS: the machine refuses to send them a second time,
 * and the command answers the URL they have.
 */
export const allowedActions = (machine: RegisteredMachine['versions'][1], instance: Instance): PaymentAction[] =>
  ACTIONS.filter((action) => isAllowed(machine, instance, action));

const ACTIONS = ['redirect', 'regenerate', 'annul', 'verify'] as const satisfies readonly PaymentAction[];

/** Whether one of them may be done now. */
export function isAllowed(
  machine: RegisteredMachine['versions'][1],
  instance: Instance,
  action: PaymentAction,
): boolean {
  if (action === 'redirect' && instance.state.startsWith('redirected')) return true;
  const context = instance.snapshot.context as unknown as PaymentContext;
  const { number: attempt } = currentAttempt(context);
  const next = imaginaryIds(context.items.length);
  const commands: Readonly<Record<PaymentAction, PaymentMessage>> = {
    redirect: { type: 'redirect.requested', next },
    regenerate: { type: 'regenerate.requested', attempt, acknowledgeInFlight: false, actor: 'nobody', next },
    annul: { type: 'annul.requested', reason: 'asked' },
    verify: { type: 'verify.requested' },
  };
  const asked = { to: instance.id, id: 'asked', event: commands[action], source: 'engine' } as const;
  return advance(machine, instance.version, instance, asked).kind === 'applied';
}

const imaginaryIds = (count: number): AttemptIds => ({
  returnToken: '-',
  positions: Array.from({ length: count }, () => ({ idPagamento: '-', idPendenza: '-', iuv: '-' })),
});
