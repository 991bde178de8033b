import { createHash } from 'node:crypto';
import type { SideRow } from '#libs/engine';
import { withoutPersonalData } from '#libs/platform';
import type { DataSource } from 'typeorm';
import type { IncidentPayload, Resolution } from '#machines/payment';
import type { IncidentQuery } from '../requests/incident-query.js';
import { Incident, IncidentResolution } from './entities.js';

/** How an incident ends: as an operator decided, or because what was given up is tried once more. */
export type IncidentEnd = Resolution | 'redriven';

/** What a person must look at, and what became of it. */
export interface StoredIncident extends IncidentPayload {
  readonly incidentId: string;
  /** The payment or practice it is about; null for a position nobody here knows. */
  readonly instanceId: string | null;
  readonly openedAt: Date;
  /** Null while it is open, like all that follows. */
  readonly resolution: IncidentEnd | null;
  readonly reason: string | null;
  /** The name of a key, never a person's. */
  readonly resolvedBy: string | null;
  readonly resolvedAt: Date | null;
}

/** An incident's end as it is written down. */
export interface Closing {
  readonly incidentId: string;
  readonly resolution: IncidentEnd;
  readonly reason: string;
  readonly resolvedBy: string;
}

/** `amount_cents` is a bigint, which arrives as text. */
type IncidentRow = Omit<StoredIncident, 'amountCents'> & { readonly amountCents: string | null };

const SELECT = `
  select incident.incident_id as "incidentId", incident.kind, incident.instance_id as "instanceId",
         incident.id_pagamento as "idPagamento", incident.id_transazione as "idTransazione",
         incident.amount_cents as "amountCents", incident.effect_key as "effectKey", incident.facts,
         incident.allowed_resolutions as "allowedResolutions", incident.opened_at as "openedAt",
         closed.resolution, closed.reason, closed.resolved_by as "resolvedBy", closed.resolved_at as "resolvedAt"
  from payments.incident left join payments.incident_resolution closed using (incident_id)`;

const LIST = `${SELECT}
  where ($1::text is null or incident.kind = $1)
    and ($2::boolean is null or (closed.incident_id is null) = $2)
    and ($3::text is null or (incident.opened_at, incident.incident_id) <
         (select last.opened_at, last.incident_id from payments.incident last where last.incident_id = $3))
  order by incident.opened_at desc, incident.incident_id desc
  limit $4`;

/** Only money that waits for a decision may be decided to go back; a duplicate goes back whatever is decided. */
const QUARANTINING = `${SELECT}
  where incident.instance_id = $1 and closed.incident_id is null and 'refund' = any(incident.allowed_resolutions)
  order by incident.opened_at, incident.incident_id`;

const COUNT_OPEN = `
  select kind, count(*)::int as count
  from payments.incident left join payments.incident_resolution closed using (incident_id)
  where closed.incident_id is null
  group by kind`;

/** What needs a person. An incident is opened once and decided once: its id is made of what it is about. */
export class IncidentBook {
  constructor(private readonly source: DataSource) {}

  async open(instanceId: string, key: string, incident: IncidentPayload): Promise<void> {
    await this.insert({ incidentId: idOf(`${instanceId}/${key}`), instanceId, ...incident });
  }

  /** IRIS notified a payment nobody here asked for. What it names may be anything, so it is kept without personal data. */
  async openForUnknownPosition(payment: {
    readonly idPagamento: string;
    readonly idTransazione: string | null;
    readonly amountCents: number;
  }): Promise<void> {
    await this.insert({
      incidentId: idOf(`unknown/${payment.idPagamento}/${payment.idTransazione ?? '-'}`),
      instanceId: null,
      kind: 'unconfirmedNotification',
      idPagamento: withoutPersonalData(payment.idPagamento),
      idTransazione: payment.idTransazione && withoutPersonalData(payment.idTransazione),
      amountCents: payment.amountCents,
      effectKey: null,
      facts: 'IRIS notified a payment of a position this installation does not know.',
      allowedResolutions: ['dismiss'],
    });
  }

  async find(incidentId: string): Promise<StoredIncident | null> {
    const [row] = await this.source.query<IncidentRow[]>(`${SELECT} where incident.incident_id = $1`, [incidentId]);
    return row ? incidentOf(row) : null;
  }

  /** Newest first. */
  async list(query: IncidentQuery, limit: number): Promise<StoredIncident[]> {
    const isOpen = query.state === undefined ? null : query.state === 'open';
    const values = [query.kind ?? null, isOpen, query.cursor ?? null, limit];
    return (await this.source.query<IncidentRow[]>(LIST, values)).map(incidentOf);
  }

  /** Open incidents by kind. */
  async countOpen(): Promise<Record<string, number>> {
    const rows = await this.source.query<{ readonly kind: string; readonly count: number }[]>(COUNT_OPEN);
    return Object.fromEntries(rows.map(({ kind, count }) => [kind, count]));
  }

  /** Ids of the open incidents about a payment's quarantined money, oldest first. */
  async quarantining(paymentId: string): Promise<string[]> {
    return (await this.source.query<IncidentRow[]>(QUARANTINING, [paymentId])).map((row) => row.incidentId);
  }

  /** Closes an incident that no machine needs to hear of. One that is closed already stays as it is. */
  async close(closing: Closing): Promise<void> {
    await this.source
      .createQueryBuilder()
      .insert()
      .into(IncidentResolution)
      .values({ ...closing })
      .orIgnore()
      .execute();
  }

  private async insert(
    incident: IncidentPayload & { readonly incidentId: string; readonly instanceId: string | null },
  ): Promise<void> {
    const { amountCents, allowedResolutions, ...row } = incident;
    await this.source
      .createQueryBuilder()
      .insert()
      .into(Incident)
      .values({ ...row, amountCents: amountCents?.toString() ?? null, allowedResolutions: [...allowedResolutions] })
      .orIgnore()
      .execute();
  }
}

/** The end of an incident, to be written with the event that brings it about. */
export const closingRow = ({ incidentId, resolution, reason, resolvedBy }: Closing): SideRow => ({
  table: 'payments.incident_resolution',
  key: 'incident_id',
  row: { incident_id: incidentId, resolution, reason, resolved_by: resolvedBy },
});

/** Whether this can name an incident. */
export const isIncidentId = (text: string): boolean => /^inc_[0-9a-f]{32}$/.test(text);

/** Fit for a URL, whatever stands in the names of what it is about. */
const idOf = (about: string): string => `inc_${createHash('sha256').update(about).digest('hex').slice(0, 32)}`;

const incidentOf = ({ amountCents, ...row }: IncidentRow): StoredIncident => ({
  ...row,
  amountCents: amountCents === null ? null : Number(amountCents),
});
