import { createHash } from 'node:crypto';
import type { Claim, EffectHandler, Outcome } from '#libs/engine';
import { done, retryAt, scheduledPauseMs } from '#libs/engine';
import type { Attachment, IrisGateway } from '#libs/iris';
import type { AttestationPayload, PaymentMessage } from '#machines/payment';
import type { AttestationShelf } from '../postgres/attestation-shelf.js';
import { isSilence } from './silence.js';

/** IRIS may hand the attestation out later than the payment: asked again with growing pauses. */
const SCHEDULE_MS = [5_000, 30_000, 300_000, 3_600_000];
/** So many answers without it, and a person is told; about half a day. */
const MAX_TRIES = 15;

export interface FetchAttestationDependencies {
  readonly iris: IrisGateway;
  readonly shelf: AttestationShelf;
  /** A draw in [0, 1) for the jitter. */
  readonly chance: () => number;
  readonly leaseMs: number;
}

/**
 * `attestation.fetch`: the proof of a settled position, fetched once and kept sealed. It comes from
 * `Pagamento/Allegato` of the poll's answer; where it really comes from is not confirmed, so the source is the one
 * function `attachmentFromPoll`. Only answers can show that it is missing: while IRIS is silent nobody is told.
 */
export function fetchAttestation(deps: FetchAttestationDependencies): EffectHandler {
  const handle = async (claim: Claim): Promise<Outcome> => {
    const again = (reason: string) => retryAt(scheduledPauseMs(SCHEDULE_MS, claim.tries, deps.chance()), reason);
    const { kind, idPagamento } = claim.payload as unknown as AttestationPayload;
    const found = await attachmentFromPoll(deps.iris, kind, idPagamento);
    if (found instanceof Error) return again(`${found.name}: ${found.message}`);
    if (found) {
      const sha256 = createHash('sha256').update(found.content).digest('hex');
      await deps.shelf.store(claim.instanceId, kind, idPagamento, { ...found, sha256 });
      return tell(claim, { type: 'attestation.stored', idPagamento });
    }
    if (claim.tries < MAX_TRIES) return again('IRIS has no attestation yet');
    const problem = `IRIS gave no attestation for position ${idPagamento}; it was asked ${claim.tries} times.`;
    return tell(claim, { type: 'attestation.faulty', idPagamento, problem });
  };
  return {
    class: 'delivery',
    maxTries: MAX_TRIES,
    leaseMs: deps.leaseMs,
    handle: (claims) => Promise.all(claims.map(handle)),
  };
}

/** The attachment, null when IRIS has none yet, or why IRIS was silent. */
async function attachmentFromPoll(
  iris: IrisGateway,
  kind: AttestationPayload['kind'],
  idPagamento: string,
): Promise<Attachment | Error | null> {
  try {
    const [report] = await iris.verify(kind, [{ idPagamento }]);
    return report?.receipt?.attachment ?? null;
  } catch (error) {
    if (isSilence(error)) return error;
    throw error;
  }
}

const tell = (claim: Claim, event: PaymentMessage): Outcome =>
  done({ to: claim.instanceId, id: `${claim.key}/${event.type}`, event });
