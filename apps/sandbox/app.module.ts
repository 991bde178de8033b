import type { Server } from 'node:http';
import {
  Inject,
  Module,
  type BeforeApplicationShutdown,
  type DynamicModule,
  type OnApplicationShutdown,
} from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { Clock } from './clock.js';
import { Faults } from './faults.js';
import { Alignment } from './iris/alignment.js';
import { Attestations } from './iris/attestations.js';
import { IrisController } from './iris/iris.controller.js';
import { Verification } from './iris/verification.js';
import { Wire } from './iris/wire.js';
import { Ledger } from './ledger.js';
import { FaultsController } from './payer/faults.controller.js';
import { GatewayController } from './payer/gateway.controller.js';
import { HomeController } from './payer/home.controller.js';
import { LedgerController } from './payer/ledger.controller.js';
import { Play } from './payer/play.js';
import { SandboxController } from './payer/sandbox.controller.js';
import { Push } from './push.js';
import { Scenarios } from './scenarios.js';
import { Settings } from './settings.js';

@Module({
  controllers: [
    HomeController,
    IrisController,
    GatewayController,
    SandboxController,
    FaultsController,
    LedgerController,
  ],
  providers: [Alignment, Attestations, Verification, Wire, Play, Push, Ledger, Scenarios, Faults],
})
export class AppModule implements BeforeApplicationShutdown, OnApplicationShutdown {
  static with(settings: Settings, clock: Clock): DynamicModule {
    return {
      module: AppModule,
      providers: [
        { provide: Settings, useValue: settings },
        { provide: Clock, useValue: clock },
      ],
    };
  }

  constructor(
    @Inject(Clock) private readonly clock: Clock,
    @Inject(HttpAdapterHost) private readonly http: HttpAdapterHost,
  ) {}

  /** Every answer is ready at once, so whatever connection is still open belongs to a slow or an idle caller. */
  beforeApplicationShutdown(): void {
    const server = this.http.httpAdapter.getHttpServer() as Server;
    server.closeAllConnections();
  }

  onApplicationShutdown(): void {
    this.clock.stop();
  }
}
