import { Controller, Get, Header, Inject, Logger } from '@nestjs/common';
import type { Installation } from '#libs/metrics';
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
    const logger = new Logger('metrics');
    const installation: Installation = {
      instances: async () => {
        const counts: Record<string, Record<string, number>> = {};
        for (const { name } of registry.machines) counts[name] = await store.countByState(name);
        return counts;
      },
      openIncidents: () => incidentViews.countOpen(),
      oldestOverdueMs: () => store.oldestOverdueMs(),
      waitingDeliveries: () => webhooks.waiting(),
    };
    gaugeInstallation(metrics, installation, (error) => logger.warn(`a figure is missing: ${String(error)}`));
  }

  @Get()
  @Header('Content-Type', Metrics.contentType)
  read(): Promise<string> {
    return this.metrics.text();
  }
}
