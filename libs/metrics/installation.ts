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

/** What is looked up for one scrape serves those that come within so many milliseconds. */
const KEPT_MS = 5_000;

/**
 * A figure that cannot be had is missing; while none can, the database is said to be away. The process's own figures are
 * there all the same. The questions are asked one after another, by one scrape for all that come meanwhile.
 * @param onFailure hears why a figure is missing
 */
export function gaugeInstallation(
  metrics: Metrics,
  installation: Installation,
  onFailure: (error: unknown) => void,
  keptMs = KEPT_MS,
): void {
  const figures = figuresOf(metrics, installation);
  const up = gaugeIn(metrics, 'portos_database_up', '1 while the database answers');

  const look = async (): Promise<void> => {
    let answered = 0;
    for (const { gauges, show } of figures) {
      try {
        const set = await show();
        for (const gauge of gauges) clear(gauge);
        set();
        answered += 1;
      } catch (error) {
        for (const gauge of gauges) clear(gauge);
        onFailure(error);
      }
    }
    up.set(answered > 0 ? 1 : 0);
  };

  let looking: Promise<void> | null = null;
  let lookedAt = -Infinity;
  metrics.beforeTold(() => {
    if (performance.now() - lookedAt < keptMs) return Promise.resolve();
    looking ??= look().finally(() => {
      [looking, lookedAt] = [null, performance.now()];
    });
    return looking;
  });
}

interface Figure {
  readonly gauges: readonly Gauge[];
  /** Asks; what it resolves to sets the gauges. */
  readonly show: () => Promise<() => void>;
}

const gaugeIn = <Label extends string = never>(
  { registry }: Metrics,
  name: string,
  help: string,
  ...labelNames: Label[]
) => new Gauge({ name, help, labelNames, registers: [registry] });

function clear(gauge: Gauge): void {
  gauge.reset();
  gauge.remove({}); // without labels a reset one would say 0
}

function figuresOf(metrics: Metrics, installation: Installation): readonly Figure[] {
  const instances = gaugeIn(metrics, 'portos_instances', 'Payments and practices by state', 'machine', 'state');
  const incidents = gaugeIn(metrics, 'portos_incidents_open', 'Incidents that wait for a person', 'kind');
  const overdue = gaugeIn(metrics, 'portos_effect_overdue_seconds', 'How late the oldest effect that is due is');
  const waiting = gaugeIn(metrics, 'portos_webhook_deliveries_waiting', 'Messages to webhooks not delivered yet');
  const oldest = gaugeIn(metrics, 'portos_webhook_oldest_waiting_seconds', 'How long the oldest of them has been next');
  return [
    {
      gauges: [instances],
      show: async () => {
        const found = await installation.instances();
        const counts = Object.entries(found).flatMap(([machine, states]) =>
          Object.entries(states).map(([state, count]) => ({ machine, state, count })),
        );
        return () => counts.forEach(({ count, ...labels }) => instances.set(labels, count));
      },
    },
    {
      gauges: [incidents],
      show: async () => {
        const kinds = Object.entries(await installation.openIncidents());
        return () => kinds.forEach(([kind, count]) => incidents.set({ kind }, count));
      },
    },
    {
      gauges: [overdue],
      show: async () => {
        const overdueMs = await installation.oldestOverdueMs();
        return () => overdue.set(overdueMs / 1000);
      },
    },
    {
      gauges: [waiting, oldest],
      show: async () => {
        const { count, oldestMs } = await installation.waitingDeliveries();
        return () => {
          waiting.set(count);
          oldest.set(oldestMs / 1000);
        };
      },
    },
  ];
}
