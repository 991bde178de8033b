import { EntitySchema } from 'typeorm';

/** The rows of schema `payments`, for what is not on the hot path. Rows are rows: no relations, no cascades. */

export interface PracticeRow {
  practiceId: string;
  practiceType: string;
  fingerprint: string;
  returnUrl: string;
}

interface PayerRow {
  practiceId: string;
  sealed: Buffer;
}

interface ChargeRow {
  paymentId: string;
  practiceId: string;
  kind: 'bolli' | 'istruttoria';
  amountCents: string;
  /** Null once it was erased. */
  sealed: Buffer | null;
}

export interface IdPagamentoRow {
  idPagamento: string;
  paymentId: string;
}

export interface ReturnTokenRow {
  returnToken: string;
  paymentId: string;
}

export interface IncidentRow {
  incidentId: string;
  kind: string;
  instanceId: string | null;
  idPagamento: string | null;
  idTransazione: string | null;
  amountCents: string | null;
  effectKey: string | null;
  facts: string;
  allowedResolutions: string[];
  openedAt: Date;
}

export interface IncidentResolutionRow {
  incidentId: string;
  resolution: string;
  reason: string;
  resolvedBy: string;
  resolvedAt: Date;
}

export interface AttestationRow {
  idPagamento: string;
  paymentId: string;
  kind: string;
  contentType: string;
  sha256: string;
  /** Where it came from. */
  source: string;
  /** The stamp's own number, unique; null for a fee. */
  iubd: string | null;
  /** Null once it was erased. */
  sealed: Buffer | null;
  receivedAt: Date;
  erasedAt: Date | null;
}

const text = (name: string, primary = false) => ({
  type: 'text' as const,
  name,
  ...(primary ? { primary: true } : {}),
});
const optional = (name: string) => ({ type: 'text' as const, name, nullable: true });
const sealed = { type: 'bytea' as const, name: 'sealed' };
const erasable = { ...sealed, nullable: true };
const setByDatabase = (name: string) => ({ type: 'timestamptz' as const, name, default: () => 'engine.clock()' });

export const Practice = new EntitySchema<PracticeRow>({
  name: 'practice',
  schema: 'payments',
  columns: {
    practiceId: text('practice_id', true),
    practiceType: text('practice_type'),
    fingerprint: text('fingerprint'),
    returnUrl: text('return_url'),
  },
});

export const PayerEntity = new EntitySchema<PayerRow>({
  name: 'payer',
  schema: 'payments',
  columns: { practiceId: text('practice_id', true), sealed },
});

export const Charge = new EntitySchema<ChargeRow>({
  name: 'charge',
  schema: 'payments',
  columns: {
    paymentId: text('payment_id', true),
    practiceId: text('practice_id'),
    kind: { type: 'text', name: 'kind' },
    amountCents: { type: 'bigint', name: 'amount_cents' },
    sealed: erasable,
  },
});

export const IdPagamento = new EntitySchema<IdPagamentoRow>({
  name: 'id_pagamento',
  schema: 'payments',
  columns: { idPagamento: text('id_pagamento', true), paymentId: text('payment_id') },
});

export const ReturnToken = new EntitySchema<ReturnTokenRow>({
  name: 'return_token',
  schema: 'payments',
  columns: { returnToken: text('return_token', true), paymentId: text('payment_id') },
});

export const Incident = new EntitySchema<IncidentRow>({
  name: 'incident',
  schema: 'payments',
  columns: {
    incidentId: text('incident_id', true),
    kind: text('kind'),
    instanceId: optional('instance_id'),
    idPagamento: optional('id_pagamento'),
    idTransazione: optional('id_transazione'),
    amountCents: { type: 'bigint', name: 'amount_cents', nullable: true },
    effectKey: optional('effect_key'),
    facts: text('facts'),
    allowedResolutions: { type: 'text', name: 'allowed_resolutions', array: true },
    openedAt: setByDatabase('opened_at'),
  },
});

/** How an incident ended; an incident without such a row is open. */
export const IncidentResolution = new EntitySchema<IncidentResolutionRow>({
  name: 'incident_resolution',
  schema: 'payments',
  columns: {
    incidentId: text('incident_id', true),
    resolution: text('resolution'),
    reason: text('reason'),
    resolvedBy: text('resolved_by'),
    resolvedAt: setByDatabase('resolved_at'),
  },
});

export const Attestation = new EntitySchema<AttestationRow>({
  name: 'attestation',
  schema: 'payments',
  columns: {
    idPagamento: text('id_pagamento', true),
    paymentId: text('payment_id'),
    kind: text('kind'),
    contentType: text('content_type'),
    sha256: text('sha256'),
    source: text('source'),
    iubd: optional('iubd'),
    sealed: erasable,
    receivedAt: setByDatabase('received_at'),
    erasedAt: { type: 'timestamptz', name: 'erased_at', nullable: true },
  },
});

export const paymentEntities = [
  Practice,
  PayerEntity,
  Charge,
  IdPagamento,
  ReturnToken,
  Incident,
  IncidentResolution,
  Attestation,
];

/** Tables that events may bring rows for, in their own transaction. */
export const sideTables = [
  'payments.practice',
  'payments.payer',
  'payments.charge',
  'payments.id_pagamento',
  'payments.return_token',
  'payments.incident_resolution',
  'payments.event',
  'payments.idempotency_key',
];
