import { BullModule } from '@nestjs/bullmq';
import type {
  BeforeApplicationShutdown,
  DynamicModule,
  OnApplicationBootstrap,
  OnApplicationShutdown,
} from '@nestjs/common';
import { Inject, Module } from '@nestjs/common';
import type { QueueBackend, Relay, Runner } from '#libs/engine';
import { EFFECT_CLASSES, wakeQueueName, workerConnection } from '#libs/engine';
import { HealthController, RELAY } from './health.controller.js';
import { RUNNER, wakeProcessors } from './wake.processors.js';

export interface WorkerParts {
  readonly relay: Relay;
  readonly runner: Runner;
  readonly backend: QueueBackend;
  readonly queuePrefix: string;
  /** Called last, when no job runs any more. */
  readonly close: () => Promise<void>;
}

const PARTS = Symbol('PARTS');

/** The worker process: BullMQ processors that carry effects out, and the relay that wakes them. */
@Module({})
export class WorkerModule implements OnApplicationBootstrap, BeforeApplicationShutdown, OnApplicationShutdown {
  constructor(@Inject(PARTS) private readonly parts: WorkerParts) {}

  static with(parts: WorkerParts): DynamicModule {
    return {
      module: WorkerModule,
      imports: [
        BullModule.forRoot({ connection: workerConnection(parts.backend) as never, prefix: parts.queuePrefix }),
        BullModule.registerQueue(...EFFECT_CLASSES.map((effectClass) => ({ name: wakeQueueName(effectClass) }))),
      ],
      controllers: [HealthController],
      providers: [
        { provide: PARTS, useValue: parts },
        { provide: RELAY, useValue: parts.relay },
        { provide: RUNNER, useValue: parts.runner },
        ...wakeProcessors,
      ],
    };
  }

  onApplicationBootstrap(): void {
    this.parts.relay.start();
  }

  /** First nothing new is woken; then @nestjs/bullmq closes its workers, which waits for the jobs in hand. */
  async beforeApplicationShutdown(): Promise<void> {
    await this.parts.relay.stop();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.parts.close();
  }
}
