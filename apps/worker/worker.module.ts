import { BullModule } from '@nestjs/bullmq';
import type { BeforeApplicationShutdown, DynamicModule, OnApplicationBootstrap } from '@nestjs/common';
import { Inject, Module } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import type { QueueBackend, Relay, Runner } from '#libs/engine';
import { EFFECT_CLASSES, wakeQueueName, workerConnection } from '#libs/engine';
import type { Payments } from '#libs/payments';
import { COMMAND_QUEUE } from '#libs/payments';
import { CommandProcessor, PAYMENTS } from './command.processor.js';
import { HealthController, RELAY } from './health.controller.js';
import { RUNNER, wakeProcessors } from './wake.processors.js';

export interface WorkerParts {
  readonly payments: Payments;
  readonly relay: Relay;
  readonly runner: Runner;
  readonly backend: QueueBackend;
  readonly queuePrefix: string;
}

/** The worker process: BullMQ processors that take commands in and carry effects out, and the relay that wakes them. */
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
        BullModule.forRoot({ connection: workerConnection(parts.backend), prefix: parts.queuePrefix }),
        BullModule.registerQueue(...[COMMAND_QUEUE, ...EFFECT_CLASSES.map(wakeQueueName)].map((name) => ({ name }))),
      ],
      controllers: [HealthController],
      providers: [
        { provide: RELAY, useValue: parts.relay },
        { provide: RUNNER, useValue: parts.runner },
        { provide: PAYMENTS, useValue: parts.payments },
        ...wakeProcessors,
        CommandProcessor,
      ],
    };
  }

  onApplicationBootstrap(): void {
    this.relay.start();
  }

  /**
   * No command is taken in and nothing new is woken; then the jobs in hand are finished. What they need is closed
   * after the application.
   */
  async beforeApplicationShutdown(): Promise<void> {
    await Promise.all([this.moduleRef.get(CommandProcessor).stop(), this.relay.stop()]);
    await Promise.all(wakeProcessors.map((processor) => this.moduleRef.get(processor).worker.close()));
  }
}
