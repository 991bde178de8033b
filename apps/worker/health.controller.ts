import { Controller, Get, Inject, ServiceUnavailableException } from '@nestjs/common';
import type { Relay } from '#libs/engine';

export const RELAY = Symbol('RELAY');

/** For whoever supervises the worker: it is ready while its database answers; lateness is the figure to watch. */
@Controller('health')
export class HealthController {
  constructor(@Inject(RELAY) private readonly relay: Relay) {}

  @Get('live')
  live() {
    return { status: 'live' };
  }

  @Get('ready')
  async ready() {
    try {
      return { status: 'ready', oldestOverdueMs: await this.relay.oldestOverdueMs() };
    } catch {
      throw new ServiceUnavailableException();
    }
  }
}
