import { Controller, Get, Header, Inject } from '@nestjs/common';
import { Metrics } from '#libs/metrics';

/** What this worker has done. Like its health it is asked on a port that is not for the public, and needs no key. */
@Controller('metrics')
export class MetricsController {
  constructor(@Inject(Metrics) private readonly metrics: Metrics) {}

  @Get()
  @Header('Content-Type', Metrics.contentType)
  read(): Promise<string> {
    return this.metrics.text();
  }
}
