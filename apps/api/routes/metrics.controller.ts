import { Controller, Get, Header, Inject } from '@nestjs/common';
import { gaugeInstallation, Metrics } from '#libs/metrics';
import { Webhooks } from '#libs/webhooks';
import type { Payments } from '../payments.token.js';
import { PAYMENTS } from '../payments.token.js';

/** How the installation does, for Prometheus: for who has a key, because it tells how much is paid here. */
@Controller('metrics')
export class MetricsController {
  constructor(
    @Inject(Metrics) private readonly metrics: Metrics,
    @Inject(PAYMENTS) { registry, store, incidentViews }: Payments,
    @Inject(Webhooks) webhooks: Webhooks,
  ) {
    gaugeInstallation(metrics, {
      instances: async () => {
        const names = registry.machines.map(({ name }) => name);
        const counts = await Promise.all(names.map((name) => store.countByState(name)));
        return Object.fromEntries(names.map((name, index) => [name, counts[index] ?? {}]));
      },
      openIncidents: () => incidentViews.countOpen(),
      oldestOverdueMs: () => store.oldestOverdueMs(),
      waitingDeliveries: () => webhooks.waiting(),
    });
  }

  @Get()
  @Header('Content-Type', Metrics.contentType)
  read(): Promise<string> {
    return this.metrics.text();
  }
}
