import type { Claim, EffectHandler, Outcome } from '#libs/engine';
import { retryAt, done, scheduledPauseMs } from '#libs/engine';
import type { IrisGateway, PositionReport } from '#libs/iris';
import { IrisBatchRejected, IrisMisconfigured, IrisOutcomeUnknown, IrisUnavailable } from '#libs/iris';
import type { ChargeKind, PaymentMessage, PollPayload } from '#machines/payment';

export interface PollDependencies {
  readonly iris: IrisGateway;
  /** Pauses between two questions about a position; the last repeats. */
  readonly scheduleMs: readonly number[];
  /** A draw in [0, 1) for the jitter. */
  readonly chance: () => number;
}

/** IRIS is asked about at most this many positions in one message. */
const BATCH = 50;

/**
 * `iris.poll` and `iris.watch`: asks about many positions in one message and reports what changed. It goes on asking
 * until the machine wants it no more. A paid position is reported under the fact's own id, so that however often and
 * by whatever way it is heard it counts once.
 */
export function pollPositions(deps: PollDependencies, effectClass: 'poll' | 'watch'): EffectHandler {
  return {
    class: effectClass,
    batch: BATCH,
    async handle(claims) {
      const outcomes = new Map<Claim, Outcome>();
      for (const kind of ['bolli', 'istruttoria'] as const) {
        const ofKind = claims.filter((claim) => payloadOf(claim).kind === kind);
        if (ofKind.length > 0) await askHalving(deps, kind, ofKind, outcomes);
      }
      return claims.map((claim) => outcomes.get(claim) ?? again(deps, claim, 'not asked'));
    },
  };
}

/** One bad id spoils a whole list: only then is the batch halved, until that id stands alone. */
async function askHalving(
  deps: PollDependencies,
  kind: ChargeKind,
  claims: readonly Claim[],
  outcomes: Map<Claim, Outcome>,
): Promise<void> {
  try {
    const reports = await deps.iris.verify(
      kind,
      claims.map((claim) => ({ idPagamento: payloadOf(claim).idPagamento })),
    );
    const byId = new Map(reports.map((report) => [report.idPagamento, report]));
    for (const claim of claims) outcomes.set(claim, read(deps, claim, byId.get(payloadOf(claim).idPagamento)));
  } catch (error) {
    if (error instanceof IrisBatchRejected && claims.length > 1) {
      const middle = Math.ceil(claims.length / 2);
      await askHalving(deps, kind, claims.slice(0, middle), outcomes);
      await askHalving(deps, kind, claims.slice(middle), outcomes);
    } else if (isSilence(error)) {
      for (const claim of claims) outcomes.set(claim, again(deps, claim, `${error.name}: ${error.message}`));
    } else {
      throw error;
    }
  }
}

const isSilence = (error: unknown): error is Error =>
  error instanceof IrisBatchRejected ||
  error instanceof IrisUnavailable ||
  error instanceof IrisOutcomeUnknown ||
  error instanceof IrisMisconfigured;

function read(deps: PollDependencies, claim: Claim, report: PositionReport | undefined): Outcome {
  if (!report) return again(deps, claim, 'IRIS did not answer for this position');
  const { known, report: wanted, idPagamento } = payloadOf(claim);
  const { esito } = report;
  const event: PaymentMessage = {
    type: 'position.reported',
    idPagamento,
    esito,
    askedAtSeq: claim.askedAtSeq,
    receipt: report.receipt && {
      idTransazione: report.receipt.idTransazione,
      amountCents: report.receipt.amountCents,
    },
  };
  if (esito === 'paid') {
    const id = `paid/${idPagamento}/${report.receipt?.idTransazione ?? '-'}`;
    return done({ to: claim.instanceId, id, event });
  }
  const reason = report.doubt ?? `IRIS reports ${esito}`;
  if (esito === known && wanted === 'change') return again(deps, claim, reason);
  const id = `esito/${idPagamento}/${claim.armedSeq}/${claim.tries}`;
  return retryAt(pause(deps, claim), reason, { to: claim.instanceId, id, event });
}

const again = (deps: PollDependencies, claim: Claim, reason: string): Outcome => retryAt(pause(deps, claim), reason);

/** The first pause of the schedule was spent before the first try. */
const pause = (deps: PollDependencies, claim: Claim): number =>
  scheduledPauseMs(deps.scheduleMs, claim.tries + 1, deps.chance());

const payloadOf = (claim: Claim): PollPayload => claim.payload as unknown as PollPayload;
