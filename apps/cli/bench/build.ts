import type { PracticeRequest } from '#libs/payments';
import { parsePracticeRequest } from '#libs/payments';
import type { PromptIris } from './prompt-iris.js';
import { DOCUMENT_HASH } from './prompt-iris.js';

/** A payment whose URL exists, with what the payer and IRIS call it. */
export interface ReadyPayment {
  readonly paymentId: string;
  readonly idPagamento: string;
  readonly returnToken: string;
}

/** Something that carries payments from "Paga e Invia" to paid: ours, or the one it is compared with. */
export interface Build {
  readonly name: string;
  readonly iris: PromptIris;
  /** "Paga e Invia". Resolves when the URL of its payment exists. */
  open(request: PracticeRequest): Promise<ReadyPayment>;
  /** The payer is sent to IRIS. Resolves when that is committed and answered. */
  redirect(payment: ReadyPayment): Promise<void>;
  /** The payer's browser is back: IRIS is asked now. Resolves when that is committed and answered. */
  payerReturned(payment: ReadyPayment): Promise<void>;
  /** Resolves when the practice is settled and its payment receipted. */
  ended(practiceId: string): Promise<void>;
  /** What the database and the queues say of all lifecycles so far. */
  census(): Promise<Census>;
  /** Transactions that took events in, where the build can tell. */
  readonly intakeCommits: number | null;
  close(): Promise<void>;
}

export interface Census {
  readonly receipted: number;
  readonly settled: number;
  /** Instances in any other state. */
  readonly unfinished: number;
  readonly transitions: number;
  /** Jobs and effects given up. */
  readonly failed: number;
}

/** A practice with one stamp duty. */
export const practiceRequest = (practiceId: string): PracticeRequest =>
  parsePracticeRequest({
    practiceId,
    practiceType: 'fineLavori',
    payer: { fiscalCode: 'RSSMRA80A01H501U', email: 'mario.rossi@example.org' },
    charges: [{ kind: 'bolli', stampDuties: [{ documentHash: DOCUMENT_HASH, province: 'FI' }] }],
    returnUrl: 'https://portos.example.org/pratiche',
  });
