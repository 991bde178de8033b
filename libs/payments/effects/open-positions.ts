import type { Claim, EffectHandler, Outcome } from '#libs/engine';
import { done, park } from '#libs/engine';
import type { IrisGateway, OpenRequest } from '#libs/iris';
import { IrisMisconfigured, IrisOutcomeUnknown, IrisRefused, IrisUnavailable } from '#libs/iris';
import type { OpenPayload, PaymentMessage } from '#machines/payment';
import { rowsOf } from '../identifiers.js';
import type { ChargeRequest } from '../requests/practice-request.js';
import type { Records } from '../records.js';

export interface OpenPositionsDependencies {
  readonly iris: IrisGateway;
  readonly lookup: Records['lookup'];
  readonly identifiers: Records['identifiers'];
  /** Where IRIS sends the browser back; no slash at the end. */
  readonly publicUrl: string;
  readonly leaseMs: number;
}

/**
 * `iris.open`: opens all positions of an attempt in one message, at most once per set of identifiers. A second claim
 * means that someone began it and was never heard of again: whether IRIS has the positions nobody can tell, so they
 * are given up and watched, and fresh identifiers are brought for a new attempt. Only a failure that proves IRIS was
 * never reached lets the same identifiers be tried again.
 */
export function openPositions(deps: OpenPositionsDependencies): EffectHandler {
  const handle = async (claim: Claim): Promise<Outcome> => {
    const payload = claim.payload as unknown as OpenPayload;
    if (claim.tries > 1) return lost(deps, claim, payload, 'the opening was begun before and its answer is not known');
    const request = await composeRequest(deps, claim, payload);
    if (request instanceof Error) {
      return tell(claim, { type: 'attempt.unreached', attempt: payload.attempt, reason: reasonOf(request) });
    }
    if (!request) return park('the data of the payer or of the charge was erased');
    return send(deps, claim, payload, request);
  };
  return {
    class: 'interactive',
    leaseMs: deps.leaseMs,
    rowsOf: (paymentId, payload) => rowsOf(paymentId, payload as unknown as OpenPayload),
    handle: (claims) => Promise.all(claims.map(handle)),
  };
}

/** The message to IRIS, null when its data was erased, or why it could not be read: nothing was sent then. */
async function composeRequest(
  deps: OpenPositionsDependencies,
  { instanceId: paymentId, requestId }: Claim,
  payload: OpenPayload,
): Promise<OpenRequest | Error | null> {
  const { kind, practiceId, returnToken, positions } = payload;
  try {
    const data = await deps.lookup.personalData(paymentId);
    if (!data) return null;
    const { charge, payer } = data;
    const urlBack = `${deps.publicUrl}/return/${returnToken}`;
    return {
      kind,
      payer,
      positions: positions.map(({ idPagamento, idPendenza, item, amountCents }) => ({
        idPagamento,
        idPendenza,
        amountCents,
        description: describeItem(charge, practiceId, item),
        stamp: charge.kind === 'bolli' ? (charge.stampDuties[item - 1] ?? null) : null,
      })),
      urlBack,
      urlCancel: `${urlBack}?cancelled=true`,
      requestId,
    };
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

async function send(
  deps: OpenPositionsDependencies,
  claim: Claim,
  payload: OpenPayload,
  request: OpenRequest,
): Promise<Outcome> {
  const { attempt } = payload;
  try {
    const { redirectUrl } = await deps.iris.open(request);
    return tell(claim, { type: 'attempt.opened', attempt, redirectUrl });
  } catch (error) {
    if (error instanceof IrisRefused) return tell(claim, { type: 'attempt.refused', attempt, code: codeOf(error) });
    if (error instanceof IrisMisconfigured) {
      return tell(claim, { type: 'attempt.misconfigured', attempt, code: codeOf(error) });
    }
    if (error instanceof IrisUnavailable) {
      return tell(claim, { type: 'attempt.unreached', attempt, reason: reasonOf(error) });
    }
    if (error instanceof IrisOutcomeUnknown) return lost(deps, claim, payload, reasonOf(error));
    throw error;
  }
}

const reasonOf = (error: Error): string => `${error.name}: ${error.message}`;

const codeOf = (error: { readonly code?: string | undefined; readonly message: string }): string =>
  error.code ?? error.message;

async function lost(
  deps: OpenPositionsDependencies,
  claim: Claim,
  payload: OpenPayload,
  reason: string,
): Promise<Outcome> {
  const next = await deps.identifiers.attempt(payload.positions.length);
  const event: PaymentMessage = { type: 'attempt.openingUnknown', attempt: payload.attempt, reason, next };
  return tell(claim, event);
}

/** One effect reports one outcome: its key and the outcome's name make the event's id. */
const tell = (claim: Claim, event: PaymentMessage): Outcome =>
  done({ to: claim.instanceId, id: `${claim.key}/${event.type}`, event });

/** What the payer reads at the bank. No personal data may stand in it (SANP). */
function describeItem(charge: ChargeRequest, practiceId: string, item: number): string {
  return charge.kind === 'bolli'
    ? `Imposta di bollo ${item} di ${charge.stampDuties.length}, pratica ${practiceId}`
    : `${charge.reason}, pratica ${practiceId}`;
}
