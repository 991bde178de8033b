import { createHash } from 'node:crypto';
import type { Claim, EffectHandler, Outcome } from '#libs/engine';
import { done, park, retryAt, scheduledPauseMs } from '#libs/engine';
import type { AskedPosition, Attachment, IrisGateway } from '#libs/iris';
import type { AttestationPayload, ChargeKind, PaymentMessage } from '#machines/payment';
import { checkAttestation } from './check-attestation.js';
import { isSilence } from './silence.js';
import type { Records } from '../records.js';

/** IRIS may hand the attestation out later than the payment: asked again with growing pauses. */
const SCHEDULE_MS = [5_000, 30_000, 300_000, 3_600_000];
/** So many answers without it, and a person is told; about half a day. A redrive grants as many again. */
const MAX_TRIES = 15;

/** An attestation, and where it was found. */
export interface FoundAttestation {
  readonly attachment: Attachment;
  readonly source: string;
}

/** Where attestations come from: null when there is none yet. Rejects with an error of IRIS's while it is silent. */
export type AttestationSource = (kind: ChargeKind, position: AskedPosition) => Promise<FoundAttestation | null>;

export interface FetchAttestationDependencies {
  readonly source: AttestationSource;
  readonly lookup: Pick<Records['lookup'], 'documentHash'>;
  readonly shelf: Records['shelf'];
  /** A draw in [0, 1) for the jitter. */
  readonly chance: () => number;
  readonly leaseMs: number;
}

/**
 * `attestation.fetch`: the proof of a settled position, fetched once, checked, and kept sealed. A wrong one is given up
 * at once and a missing one after a while, for a person to look at and to redrive. Only answers can show that it is
 * missing: while IRIS is silent nobody is told.
 */
export function fetchAttestation(deps: FetchAttestationDependencies): EffectHandler {
  const handle = async (claim: Claim): Promise<Outcome> => {
    const again = (reason: string) => retryAt(scheduledPauseMs(SCHEDULE_MS, claim.tries, deps.chance()), reason);
    const { kind, idPagamento } = claim.payload as unknown as AttestationPayload;
    const found = await askFor(deps.source, kind, { idPagamento, requestId: claim.requestId });
    if (found instanceof Error) return again(`${found.name}: ${found.message}`);
    if (found) {
      const fault = await keep(deps, claim, found);
      return fault === null ? tell(claim, { type: 'attestation.stored', idPagamento }) : park(fault);
    }
    if (claim.tries % MAX_TRIES !== 0) return again('IRIS has no attestation yet');
    return park(`IRIS gave none; it was asked ${claim.tries} times.`);
  };
  return {
    class: 'delivery',
    maxTries: MAX_TRIES,
    leaseMs: deps.leaseMs,
    handle: (claims) => Promise.all(claims.map(handle)),
  };
}

/**
 * The default source: `Pagamento/Allegato` of the poll's answer. Where attestations really come from is not confirmed,
 * so this is the one function to replace.
 */
export const attachmentFromPoll =
  (iris: IrisGateway): AttestationSource =>
  async (kind, position) => {
    const [report] = await iris.verify(kind, [position]);
    const attachment = report?.receipt?.attachment ?? null;
    return attachment && { attachment, source: 'irisPoll' };
  };

/** What was found, or why IRIS was silent. */
async function askFor(
  source: AttestationSource,
  kind: ChargeKind,
  position: AskedPosition,
): Promise<FoundAttestation | Error | null> {
  try {
    return await source(kind, position);
  } catch (error) {
    if (isSilence(error)) return error;
    throw error;
  }
}

/** Checks an attestation and puts it on the shelf; answers what is wrong with it, or null when it is kept. */
async function keep(
  { lookup, shelf }: FetchAttestationDependencies,
  claim: Claim,
  { attachment, source }: FoundAttestation,
): Promise<string | null> {
  const { kind, idPagamento, item } = claim.payload as unknown as AttestationPayload;
  const documentHash = kind === 'bolli' ? await lookup.documentHash(claim.instanceId, item) : null;
  const checked = checkAttestation(attachment, { kind, documentHash });
  if (checked.fault !== null) return checked.fault;
  const { contentType, iubd } = checked;
  const { content } = attachment;
  const sha256 = createHash('sha256').update(content).digest('hex');
  const isKept = await shelf.store({
    ...{ paymentId: claim.instanceId, kind, idPagamento },
    ...{ contentType, sha256, source, iubd, content },
  });
  return isKept ? null : 'IUBD is that of a stamp that was seen before, for another position.';
}

const tell = (claim: Claim, event: PaymentMessage): Outcome =>
  done({ to: claim.instanceId, id: `${claim.key}/${event.type}`, event });
