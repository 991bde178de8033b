import type { Claim, EffectHandler, Outcome } from '#libs/engine';
import { retryAt, scheduledPauseMs } from '#libs/engine';
import type { IrisGateway, PositionReport } from '#libs/iris';
import { IrisBatchRejected } from '#libs/iris';
import type { ChargeKind, PollPayload, PositionReported } from '#machines/payment';
import { isSilence } from './silence.js';

export interface PollDependencies {
  readonly iris: IrisGateway;
  /** Pauses between two questions about a position; the last repeats. */
  readonly scheduleMs: readonly number[];
  /** A draw in [0, 1) for the jitter. */
  readonly chance: () => number;
  /** The deadline of all the questions that one batch may need, less than half of the lease. */
  readonly timeoutMs: number;
  readonly leaseMs: number;
  /** Milliseconds of a clock that only goes forward, to tell how much of the deadline is left. */
  readonly now: () => number;
}

/** IRIS is asked about at most this many positions in one message. */
const BATCH = 50;
/** What there was no time left to ask about is asked as soon as somebody can. */
const NOT_ASKED_PAUSE_MS = 1_000;

/**
 * `iris.poll` and `iris.watch`: asks about many positions in one message and reports what changed. It goes on asking
 * until the machine wants it no more. A paid position is reported each time, under the fact's own id: however often
 * and by whatever way one payment is heard it counts once, and a second payment of the same position is heard too.
 */
export function pollPositions(deps: PollDependencies, effectClass: 'poll' | 'watch'): EffectHandler {
  return {
    class: effectClass,
    batch: BATCH,
    maxTries: Infinity, // asking is what it is for: only the machine ends it
    leaseMs: deps.leaseMs,
    async handle(claims) {
      const endsAt = deps.now() + deps.timeoutMs;
      const kinds = [...new Set(claims.map((claim) => payloadOf(claim).kind))];
      const answers = await Promise.all(
        kinds.map((kind) => {
          const ofKind = claims.filter((claim) => payloadOf(claim).kind === kind);
          return askHalving(deps, kind, ofKind, endsAt);
        }),
      );
      const outcomes = new Map(answers.flat());
      return claims.map((claim) => outcomes.get(claim) ?? again(deps, claim, 'not asked'));
    },
  };
}

type Answered = readonly [Claim, Outcome];

/**
 * One bad id spoils a whole list: only then is the batch halved, until that id stands alone. All halves share one
 * deadline, so that the lease need not be longer than that of one question: what a dead worker held is soon asked again.
 */
async function askHalving(
  deps: PollDependencies,
  kind: ChargeKind,
  claims: readonly Claim[],
  endsAt: number,
): Promise<readonly Answered[]> {
  const leftMs = Math.floor(endsAt - deps.now());
  if (leftMs <= 0) return claims.map((claim) => [claim, retryAt(NOT_ASKED_PAUSE_MS, 'no time was left to ask')]);
  try {
    const asked = claims.map((claim) => ({ idPagamento: payloadOf(claim).idPagamento, requestId: claim.requestId }));
    const reports = await deps.iris.verify(kind, asked, leftMs);
    const byId = new Map(reports.map((report) => [report.idPagamento, report]));
    return claims.map((claim) => [claim, read(deps, claim, byId.get(payloadOf(claim).idPagamento))]);
  } catch (error) {
    if (error instanceof IrisBatchRejected && claims.length > 1) {
      const middle = Math.ceil(claims.length / 2);
      const halves = [claims.slice(0, middle), claims.slice(middle)];
      return (await Promise.all(halves.map((half) => askHalving(deps, kind, half, endsAt)))).flat();
    }
    if (!isSilence(error)) throw error;
    return claims.map((claim) => [claim, again(deps, claim, `${error.name}: ${error.message}`)]);
  }
}

function read(deps: PollDependencies, claim: Claim, report: PositionReport | undefined): Outcome {
  if (!report) return again(deps, claim, 'IRIS did not answer for this position');
  const { known, report: wanted, idPagamento } = payloadOf(claim);
  const { esito, receipt } = report;
  const reason = report.doubt ?? `IRIS reports ${esito}`;
  const isUnreadable = esito === 'unknown' && report.stato === 'POSIZIONE_PAGATA';
  const isFact = esito === 'paid' || isUnreadable;
  if (!isFact && esito === known && wanted === 'change') return again(deps, claim, reason);
  const event: PositionReported = {
    type: 'position.reported',
    idPagamento,
    esito,
    askedAtSeq: claim.askedAtSeq,
    receipt: receipt && { idTransazione: receipt.idTransazione, amountCents: receipt.amountCents },
    ...(isUnreadable ? { unreadable: reason } : {}),
  };
  return retryAt(pause(deps, claim), reason, { to: claim.instanceId, id: eventId(claim, event), event });
}

/** A fact has an id of its own, so that it counts once; any other answer counts each time it was wanted. */
function eventId(claim: Claim, { idPagamento, esito, receipt, unreadable }: PositionReported): string {
  if (esito === 'paid') return `paid/${idPagamento}/${receipt?.idTransazione ?? '-'}`;
  if (unreadable !== undefined) return `unreadable/${idPagamento}`;
  return `esito/${idPagamento}/${claim.armedSeq}/${claim.tries}`;
}

const again = (deps: PollDependencies, claim: Claim, reason: string): Outcome => retryAt(pause(deps, claim), reason);

/** The first pause of the schedule was spent before the first try. */
const pause = (deps: PollDependencies, claim: Claim): number =>
  scheduledPauseMs(deps.scheduleMs, claim.tries + 1, deps.chance());

const payloadOf = (claim: Claim): PollPayload => claim.payload as unknown as PollPayload;
