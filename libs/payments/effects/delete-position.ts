import type { EffectHandler, Outcome } from '#libs/engine';
import { done, park, retryAt } from '#libs/engine';
import type { IrisGateway } from '#libs/iris';
import { IrisUnavailable } from '#libs/iris';
import type { DeletePayload, PaymentMessage } from '#machines/payment';
import type { Records } from '../records.js';

const UNREACHED_PAUSE_MS = 5_000;

/**
 * `iris.delete`: asks IRIS to delete a position that a Rigenera replaces. Best effort, never evidence: whatever else
 * happens than a plain "deleted", the machine simply asks for the position's state once more.
 */
export function deletePosition(deps: {
  readonly iris: IrisGateway;
  readonly lookup: Records['lookup'];
  readonly leaseMs: number;
}): EffectHandler {
  return {
    class: 'interactive',
    leaseMs: deps.leaseMs,
    handle: (claims) =>
      Promise.all(
        claims.map(async (claim): Promise<Outcome> => {
          const { kind, idPagamento, idPendenza } = claim.payload as unknown as DeletePayload;
          const data = await deps.lookup.personalData(claim.instanceId);
          if (!data) return park('the data of the payer was erased');
          const answered = (answer: 'deleted' | 'notFound' | 'notDeletable'): Outcome => {
            const event: PaymentMessage = { type: 'position.deleteAnswered', idPagamento, answer };
            return done({ to: claim.instanceId, id: `${claim.key}/${event.type}`, event });
          };
          try {
            const { requestId } = claim;
            const { fiscalCode: payerFiscalCode } = data.payer;
            return answered(await deps.iris.delete({ kind, idPendenza, payerFiscalCode, requestId }));
          } catch (error) {
            if (error instanceof IrisUnavailable) return retryAt(UNREACHED_PAUSE_MS, error.message);
            return answered('notDeletable');
          }
        }),
      ),
  };
}
