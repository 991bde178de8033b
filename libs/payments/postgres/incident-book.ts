import type { DataSource } from 'typeorm';
import type { IncidentPayload } from '#machines/payment';
import { Incident } from './entities.js';

/** What needs a person. An incident is opened once: its id is made of what it is about. */
export class IncidentBook {
  constructor(private readonly source: DataSource) {}

  async open(instanceId: string, key: string, incident: IncidentPayload): Promise<void> {
    await this.insert({ incidentId: `${instanceId}/${key}`, instanceId, ...incident });
  }

  /** IRIS notified a payment nobody here asked for. */
  async openForUnknownPosition(payment: {
    readonly idPagamento: string;
    readonly idTransazione: string | null;
    readonly amountCents: number;
  }): Promise<void> {
    await this.insert({
      incidentId: `unknown/${payment.idPagamento}/${payment.idTransazione ?? '-'}`,
      instanceId: null,
      kind: 'unconfirmedNotification',
      ...payment,
      facts: 'IRIS notified a payment of a position this installation does not know.',
      allowedResolutions: ['dismiss'],
    });
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
