import { BullModule } from '@nestjs/bullmq';
import type { BeforeApplicationShutdown, DynamicModule, OnApplicationBootstrap } from '@nestjs/common';
import { Inject, Module } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import type { Relay, Runner, WorkerConnection } from '#libs/engine';
import { closeWorker, EFFECT_CLASSES, wakeQueueName } from '#libs/engine';
import { HealthController, RELAY } from './health.controller.js';
import { RUNNER, wakeProcessors } from './wake.processors.js';

export interface WorkerParts {
  readonly relay: Relay;
  readonly runner: Runner;
  readonly connection: WorkerConnection;
  readonly queuePrefix: string;
}

/** The worker process: BullMQ processors that carry effects out, and the relay that wakes them. */
@Module({})
export class WorkerModule implements OnApplicationBootstrap, BeforeApplicationShutdown {
  constructor(
    @Inject(RELAY) private readonly relay: Relay,
    @Inject(ModuleRef) private readonly moduleRef: ModuleRef,
  ) {}

  static with(parts: WorkerParts): DynamicModule {
    return {
      module: WorkerModule,
      imports: [
        BullModule.forRoot({ connection: parts.connection.options, prefix: parts.queuePrefix }),
        BullModule.registerQueue(...EFFECT_CLASSES.map((effectClass) => ({ name: wakeQueueName(effectClass) }))),
      ],
      controllers: [HealthController],
      providers: [
        { provide: RELAY, useValue: parts.relay },
        { provide: RUNNER, useValue: parts.runner },
        ...wakeProcessors,
      ],
    };
  }

  onApplicationBootstrap(): void {
    this.relay.start();
  }

  /** Nothing new is woken; then the jobs in hand are finished. What they need is closed after the application. */
  async beforeApplicationShutdown(): Promise<void> {
    await this.relay.stop();
    await Promise.all(wakeProcessors.map((processor) => closeWorker(this.moduleRef.get(processor).worker)));
  }
}
