import type { Page, Registry, Store, StoredInstance } from '#libs/engine';
import { advance } from '#libs/engine';
import type { Resolution } from '#machines/payment';
import { NotFound } from '../errors.js';
import { isPaymentId } from '../identifiers.js';
import { machineOf } from '../machines.js';
import type { IncidentEnd, StoredIncident } from '../postgres/incident-book.js';
import { isIncidentId } from '../postgres/incident-book.js';
import type { IncidentQuery } from '../requests/incident-query.js';
import { unknownCursor } from '../requests/validation.js';
import type { Money } from '../values/money.js';
import { money } from '../values/money.js';
import type { Records } from '../records.js';

/** An incident as the API shows it; no personal data. */
export interface IncidentView {
  readonly incidentId: string;
  readonly kind: string;
  readonly state: 'open' | 'resolved';
  /** Null when it is about a practice, or about a position nobody here knows. */
  readonly paymentId: string | null;
  readonly practiceId: string | null;
  readonly idPagamento: string | null;
  readonly amount: Money | null;
  readonly facts: string;
  /** What may be decided now: asked of the machine, and nothing once it is decided. */
  readonly allowedResolutions: readonly Resolution[];
  /** What was given up can be tried once more. */
  readonly redrivable: boolean;
  readonly openedAt: string;
  /** How it ended, why, by which key and when: all null while it is open. */
  readonly resolution: IncidentEnd | null;
  readonly reason: string | null;
  readonly resolvedBy: string | null;
  readonly resolvedAt: string | null;
}

/** Reads what the API shows of incidents: two statements a page. */
export class IncidentViews {
  constructor(
    private readonly deps: {
      readonly store: Store;
      readonly registry: Registry;
      readonly incidents: Records['incidents'];
    },
  ) {}

  /** @throws NotFound */
  async incident(incidentId: string): Promise<IncidentView> {
    const incident = isIncidentId(incidentId) ? await this.deps.incidents.find(incidentId) : null;
    if (!incident) throw new NotFound('incident', incidentId);
    const [view] = await this.show([incident]);
    if (!view) throw new NotFound('incident', incidentId);
    return view;
  }

  /** Newest first. @throws RequestRefused for a cursor that no answer gave */
  async list({ limit, ...query }: IncidentQuery & { readonly limit: number }): Promise<Page<IncidentView>> {
    const { incidents } = this.deps;
    const found = await incidents.list(query, limit + 1);
    if (found.length === 0 && query.cursor !== undefined && !(await incidents.find(query.cursor)))
      throw unknownCursor();
    const items = await this.show(found.slice(0, limit));
    return { items, nextCursor: found.length > limit ? (items.at(-1)?.incidentId ?? null) : null };
  }

  /** Open incidents by kind. */
  countOpen(): Promise<Record<string, number>> {
    return this.deps.incidents.countOpen();
  }

  private async show(incidents: readonly StoredIncident[]): Promise<IncidentView[]> {
    const ids = [...new Set(incidents.flatMap(({ instanceId }) => instanceId ?? []))];
    const instances = new Map((await this.deps.store.readInstances(ids)).map((row) => [row.id, row]));
    return incidents.map((incident) => {
      const instance = instances.get(incident.instanceId ?? '') ?? null;
      return incidentView(incident, allowedResolutions(this.deps.registry, incident, instance));
    });
  }
}

/** Each resolution the incident was opened with is tried on its machine, without consequence. */
function allowedResolutions(
  registry: Registry,
  incident: StoredIncident,
  instance: StoredInstance | null,
): readonly Resolution[] {
  if (incident.resolution !== null) return [];
  if (!instance) return incident.allowedResolutions;
  const machine = machineOf(registry, instance);
  return incident.allowedResolutions.filter((resolution) => {
    const event = resolutionEvent(incident, resolution, 'asked');
    const arrival = { to: instance.id, id: 'asked', event, source: 'engine' } as const;
    return advance(machine, instance.version, instance, arrival).kind === 'applied';
  });
}

/** What a machine hears of a decision; what is redriven is closed there, for the effect itself goes on. */
export const resolutionEvent = (
  { kind, idPagamento, idTransazione }: StoredIncident,
  resolution: IncidentEnd,
  reason: string,
) => ({
  type: 'incident.resolved' as const,
  kind,
  idPagamento,
  idTransazione,
  resolution: resolution === 'redriven' ? ('dismiss' as const) : resolution,
  reason,
});

const PRACTICE = /^practice\//;

function incidentView(incident: StoredIncident, allowed: readonly Resolution[]): IncidentView {
  const { incidentId, kind, instanceId, idPagamento, amountCents, facts, effectKey, openedAt } = incident;
  const { resolution, reason, resolvedBy, resolvedAt } = incident;
  const isOpen = resolution === null;
  return {
    incidentId,
    kind,
    state: isOpen ? 'open' : 'resolved',
    paymentId: instanceId !== null && isPaymentId(instanceId) ? instanceId : null,
    practiceId: instanceId !== null && PRACTICE.test(instanceId) ? instanceId.replace(PRACTICE, '') : null,
    idPagamento,
    amount: amountCents === null ? null : money(amountCents),
    facts,
    allowedResolutions: allowed,
    redrivable: isOpen && effectKey !== null,
    openedAt: openedAt.toISOString(),
    resolution,
    reason,
    resolvedBy,
    resolvedAt: resolvedAt?.toISOString() ?? null,
  };
}
