import { Gauge } from 'prom-client';
import type { Metrics } from './metrics.js';

/** What is asked of the database each time the figures are told: the same in whichever process. */
export interface Installation {
  /** Instances of each machine by state path. */
  instances(): Promise<Readonly<Record<string, Readonly<Record<string, number>>>>>;
  /** Incidents that wait for a person, by kind. */
  openIncidents(): Promise<Readonly<Record<string, number>>>;
  /** How long the oldest effect that is due has been waiting for a worker. */
  oldestOverdueMs(): Promise<number>;
  /** Messages that webhooks wait for, and how long the oldest of those that are next in their order has been next. */
  waitingDeliveries(): Promise<{ readonly count: number; readonly oldestMs: number }>;
}

/** While the database is away, nothing is said of it but that; the process still has its own figures. */
export function gaugeInstallation(metrics: Metrics, installation: Installation): void {
  const gauge = <Label extends string = never>(name: string, help: string, ...labelNames: Label[]) =>
    new Gauge({ name, help, labelNames, registers: [metrics.registry] });
  const up = gauge('portos_database_up', '1 while the database answers');
  const instances = gauge('portos_instances', 'Payments and practices by state', 'machine', 'state');
  const incidents = gauge('portos_incidents_open', 'Incidents that wait for a person', 'kind');
  const overdue = gauge('portos_effect_overdue_seconds', 'How late the oldest effect that is due is');
  const waiting = gauge('portos_webhook_deliveries_waiting', 'Messages to webhooks that are not delivered yet');
  const oldest = gauge('portos_webhook_oldest_waiting_seconds', 'How long the oldest of them has been next');

  const read = () =>
    Promise.all([
      installation.instances(),
      installation.openIncidents(),
      installation.oldestOverdueMs(),
      installation.waitingDeliveries(),
    ]);

  metrics.beforeTold(async () => {
    const found = await read().catch(() => null);
    for (const each of [instances, incidents]) each.reset();
    for (const each of [overdue, waiting, oldest]) each.remove();
    up.set(found ? 1 : 0);
    if (!found) return;
    const [machines, kinds, overdueMs, deliveries] = found;
    for (const [machine, states] of Object.entries(machines)) {
      for (const [state, count] of Object.entries(states)) instances.set({ machine, state }, count);
    }
    for (const [kind, count] of Object.entries(kinds)) incidents.set({ kind }, count);
    overdue.set(overdueMs / 1000);
    waiting.set(deliveries.count);
    oldest.set(deliveries.oldestMs / 1000);
  });
}
