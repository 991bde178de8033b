import { createHash } from 'node:crypto';
import type { Job } from 'bullmq';
import { DelayedError } from 'bullmq';
import type { DataSource } from 'typeorm';
import type { EngineEvent } from '#libs/engine';
import type { IrisGateway } from '#libs/iris';
import type { PracticeRequest } from '#libs/payments';
import type { AttestationPayload, OpenPayload, PollPayload, TellPayload } from '#machines/payment';
import { NaiveAttestations, NaivePractices } from './naive-rows.js';

/** One effect on its way: a job of the queue of effects. */
export interface EffectJob {
  readonly instanceId: string;
  readonly key: string | null;
  readonly payload: unknown;
  /** The number of the decision that asked for it. */
  readonly seq: number;
}

/** What an effect learned: an event for an instance. */
interface Learned {
  readonly to: string;
  readonly event: EngineEvent;
}

interface World {
  readonly iris: IrisGateway;
  readonly source: DataSource;
}

/** @returns null when there is nothing to tell yet. */
export function carryOut(type: string, job: EffectJob, world: World): Promise<Learned | null> {
  switch (type) {
    case 'iris.open':
      return open(job, job.payload as OpenPayload, world);
    case 'iris.poll':
    case 'iris.watch':
      return poll(job, job.payload as PollPayload, world);
    case 'attestation.fetch':
      return fetchAttestation(job, job.payload as AttestationPayload, world);
    case 'tell': {
      const { to, event } = job.payload as TellPayload;
      return Promise.resolve({ to, event });
    }
    default:
      throw new RangeError(`no such effect is expected here: ${type}`);
  }
}

const POLL_AGAIN_MS = 10_000;

/** The same job once more, so that whoever cancels it still finds it. */
export async function retryLater(job: Job, token: string | undefined): Promise<never> {
  await job.moveToDelayed(Date.now() + POLL_AGAIN_MS, token);
  throw new DelayedError();
}

async function open(job: EffectJob, payload: OpenPayload, { iris, source }: World): Promise<Learned> {
  const { practiceId, kind, attempt, positions, returnToken } = payload;
  const practice = await source.getRepository(NaivePractices).findOneByOrFail({ practiceId });
  const urlBack = `http://localhost:3000/return/${returnToken}`;
  const { redirectUrl } = await iris.open({
    kind,
    payer: practice.payer as PracticeRequest['payer'],
    positions: positions.map(({ idPagamento, idPendenza, amountCents }) => ({
      idPagamento,
      idPendenza,
      amountCents,
      description: `Imposta di bollo, pratica ${practiceId}`,
      stamp: null,
    })),
    urlBack,
    urlCancel: `${urlBack}?cancelled=true`,
  });
  return { to: job.instanceId, event: { type: 'attempt.opened', attempt, redirectUrl } as EngineEvent };
}

async function poll(job: EffectJob, payload: PollPayload, { iris }: World): Promise<Learned | null> {
  const { kind, idPagamento, known, report: wanted } = payload;
  const [report] = await iris.verify(kind, [{ idPagamento }]);
  if (!report || (report.esito === known && wanted === 'change')) return null;
  const { esito, receipt } = report;
  const event = {
    type: 'position.reported',
    idPagamento,
    esito,
    askedAtSeq: job.seq,
    receipt: receipt && { idTransazione: receipt.idTransazione, amountCents: receipt.amountCents },
  };
  return { to: job.instanceId, event };
}

async function fetchAttestation(
  { instanceId: paymentId }: EffectJob,
  { kind, idPagamento }: AttestationPayload,
  { iris, source }: World,
): Promise<Learned | null> {
  const [report] = await iris.verify(kind, [{ idPagamento }]);
  const attachment = report?.receipt?.attachment;
  if (!attachment) return null;
  const { contentType, content } = attachment;
  const sha256 = createHash('sha256').update(content).digest('hex');
  await source.getRepository(NaiveAttestations).insert({ idPagamento, paymentId, contentType, sha256, content });
  return { to: paymentId, event: { type: 'attestation.stored', idPagamento } as EngineEvent };
}
