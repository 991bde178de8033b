import { createHash } from 'node:crypto';
import type { Claim, EffectHandler, Outcome } from '#libs/engine';
import { done, retryAt, scheduledPauseMs } from '#libs/engine';
import type { Attachment, IrisGateway } from '#libs/iris';
import type { AttestationPayload, PaymentMessage } from '#machines/payment';
import type { AttestationShelf } from '../postgres/attestation-shelf.js';

/** IRIS may hand the attestation out later than the payment: asked again with growing pauses. */
const SCHEDULE_MS = [5_000, 30_000, 300_000, 3_600_000];
/** Then a person is told; about half a day. */
const MAX_TRIES = 15;

/**
 * `attestation.fetch`: the proof of a settled position, fetched once and kept sealed. It comes from
 * `Pagamento/Allegato` of the poll's answer; where it really comes from is not confirmed, so the source is the one
 * function `attachmentFromPoll`.
 */
export function fetchAttestation(deps: {
  readonly iris: IrisGateway;
  readonly shelf: AttestationShelf;
  readonly chance: () => number;
}): EffectHandler {
  const handle = async (claim: Claim): Promise<Outcome> => {
    const { kind, idPagamento } = claim.payload as unknown as AttestationPayload;
    const attachment = await attachmentFromPoll(deps.iris, kind, idPagamento);
    if (attachment) {
      const sha256 = createHash('sha256').update(attachment.content).digest('hex');
      await deps.shelf.store(claim.instanceId, kind, idPagamento, { ...attachment, sha256 });
      return tell(claim, { type: 'attestation.stored', idPagamento });
    }
    if (claim.tries < MAX_TRIES) {
      return retryAt(scheduledPauseMs(SCHEDULE_MS, claim.tries, deps.chance()), 'IRIS has no attestation yet');
    }
    const problem = `IRIS gave no attestation for position ${idPagamento} after ${claim.tries} questions.`;
    return tell(claim, { type: 'attestation.faulty', idPagamento, problem });
  };
  return { class: 'delivery', maxTries: MAX_TRIES, handle: (claims) => Promise.all(claims.map(handle)) };
}

async function attachmentFromPoll(
  iris: IrisGateway,
  kind: AttestationPayload['kind'],
  idPagamento: string,
): Promise<Attachment | null> {
  const [report] = await iris.verify(kind, [{ idPagamento }]);
  return report?.receipt?.attachment ?? null;
}

const tell = (claim: Claim, event: PaymentMessage): Outcome =>
  done({ to: claim.instanceId, id: `${claim.key}/${event.type}`, event });
