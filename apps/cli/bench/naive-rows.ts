import { EntitySchema } from 'typeorm';

/** The rows of the naive build, as TypeORM's `synchronize` makes them. */

export interface NaiveInstance {
  id: string;
  machine: string;
  state: string;
  snapshot: unknown;
  /** What stands in the queues for it: key of a timer or effect -> id of its job. */
  armed: Record<string, string>;
  version: number;
}

export interface NaiveTransition {
  instanceId: string;
  seq: number;
  type: string;
  payload: unknown;
  fromState: string | null;
  toState: string;
}

export interface NaivePractice {
  practiceId: string;
  paymentId: string;
  returnToken: string;
  returnUrl: string;
  /** Payer and charge as they came: sealing them is more than a naive build does. */
  payer: unknown;
  charge: unknown;
}

export interface NaiveAttestation {
  idPagamento: string;
  paymentId: string;
  contentType: string;
  sha256: string;
  content: Buffer;
}

const createdAt = { type: 'timestamptz', createDate: true } as const;

export const NaiveInstances = new EntitySchema<NaiveInstance & { createdAt: Date; updatedAt: Date }>({
  name: 'naive_instance',
  columns: {
    id: { type: 'text', primary: true },
    machine: { type: 'text' },
    state: { type: 'text' },
    snapshot: { type: 'jsonb' },
    armed: { type: 'jsonb' },
    version: { type: 'int', version: true },
    createdAt,
    updatedAt: { type: 'timestamptz', updateDate: true },
  },
  indices: [{ columns: ['machine', 'state'] }],
});

export const NaiveTransitions = new EntitySchema<NaiveTransition & { id: string; at: Date }>({
  name: 'naive_transition',
  columns: {
    id: { type: 'bigint', primary: true, generated: 'increment' },
    instanceId: { type: 'text' },
    seq: { type: 'int' },
    type: { type: 'text' },
    payload: { type: 'jsonb' },
    fromState: { type: 'text', nullable: true },
    toState: { type: 'text' },
    at: createdAt,
  },
  indices: [{ columns: ['instanceId'] }],
});

export const NaivePractices = new EntitySchema<NaivePractice & { createdAt: Date }>({
  name: 'naive_practice',
  columns: {
    practiceId: { type: 'text', primary: true },
    paymentId: { type: 'text' },
    returnToken: { type: 'text' },
    returnUrl: { type: 'text' },
    payer: { type: 'jsonb' },
    charge: { type: 'jsonb' },
    createdAt,
  },
  indices: [{ columns: ['returnToken'], unique: true }],
});

export const NaiveAttestations = new EntitySchema<NaiveAttestation & { receivedAt: Date }>({
  name: 'naive_attestation',
  columns: {
    idPagamento: { type: 'text', primary: true },
    paymentId: { type: 'text' },
    contentType: { type: 'text' },
    sha256: { type: 'text' },
    content: { type: 'bytea' },
    receivedAt: createdAt,
  },
});

export const naiveEntities = [NaiveInstances, NaiveTransitions, NaivePractices, NaiveAttestations];
