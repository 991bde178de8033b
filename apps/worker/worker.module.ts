import { BullModule, getQueueToken } from '@nestjs/bullmq';
import type { BeforeApplicationShutdown, DynamicModule, OnApplicationBootstrap } from '@nestjs/common';
import { Inject, Module } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import type { Queue } from 'bullmq';
import type { Relay, Runner, WorkerConnection } from '#libs/engine';
import { EFFECT_CLASSES, wakeQueueName } from '#libs/engine';
import { Metrics } from '#libs/metrics';
import type { Payments } from '#libs/payments';
import { COMMAND_QUEUE } from '#libs/payments';
import { CommandProcessor, PAYMENTS } from './command.processor.js';
import { HealthController, RELAY } from './health.controller.js';
import { MetricsController } from './metrics.controller.js';
import { RUNNER, wakeProcessors } from './wake.processors.js';

const CONNECTION = Symbol('CONNECTION');
const QUEUES = [COMMAND_QUEUE, ...EFFECT_CLASSES.map(wakeQueueName)];

export interface WorkerParts {
  readonly payments: Payments;
  readonly relay: Relay;
  readonly runner: Runner;
  readonly connection: WorkerConnection;
  readonly queuePrefix: string;
  readonly metrics: Metrics;
}

/** The worker process: BullMQ processors that take commands in and carry effects out, and the relay that wakes them. */
@Module({})
export class WorkerModule implements OnApplicationBootstrap, BeforeApplicationShutdown {
  constructor(
    @Inject(RELAY) private readonly relay: Relay,
    @Inject(CONNECTION) private readonly connection: WorkerConnection,
    @Inject(ModuleRef) private readonly moduleRef: ModuleRef,
  ) {}

  static with(parts: WorkerParts): DynamicModule {
    return {
      module: WorkerModule,
      imports: [
        BullModule.forRoot({ connection: parts.connection.options, prefix: parts.queuePrefix }),
        BullModule.registerQueue(...QUEUES.map((name) => ({ name }))),
      ],
      controllers: [HealthController, MetricsController],
      providers: [
        { provide: RELAY, useValue: parts.relay },
        { provide: RUNNER, useValue: parts.runner },
        { provide: CONNECTION, useValue: parts.connection },
        { provide: Metrics, useValue: parts.metrics },
        { provide: PAYMENTS, useValue: parts.payments },
        ...wakeProcessors,
        CommandProcessor,
      ],
    };
  }

  onApplicationBootstrap(): void {
    // Registered for their workers' sake only, and unheard their errors would be printed whole; the workers tell them.
    for (const name of QUEUES)
      this.moduleRef.get<Queue>(getQueueToken(name), { strict: false }).on('error', () => undefined);
    this.relay.start();
  }

  /**
   * No command is taken in and nothing new is woken; then the jobs in hand are finished. What they need is closed
   * after the application.
   */
  async beforeApplicationShutdown(): Promise<void> {
    this.moduleRef.get(CommandProcessor).stop();
    const commands = this.moduleRef.get(CommandProcessor).worker;
    const effects = wakeProcessors.map((processor) => this.moduleRef.get(processor).worker);
    await Promise.all([this.relay.stop(), this.connection.drain([commands])]);
    await this.connection.drain(effects);
  }
}
