import type { Server } from 'node:http';
import type {
  BeforeApplicationShutdown,
  DynamicModule,
  OnApplicationBootstrap,
  OnApplicationShutdown,
} from '@nestjs/common';
import { Inject, Logger, Module } from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_INTERCEPTOR, HttpAdapterHost } from '@nestjs/core';
import { Metrics } from '#libs/metrics';
import type { AccessConfig } from '#libs/platform';
import { Webhooks } from '#libs/webhooks';
import { AccessGuard } from './access/access.guard.js';
import { IdempotencyInterceptor } from './http/idempotency.interceptor.js';
import type { RequestLog } from './http/access-log.js';
import { ProblemFilter } from './http/problem.filter.js';
import type { Payments } from './payments.token.js';
import { PAYMENTS } from './payments.token.js';
import type { QueuePlace } from './queues/board-queues.js';
import { QueueBoard } from './queues/queue-board.js';
import { asyncApiDocument } from './openapi/async-document.js';
import { openApiDocument } from './openapi/document.js';
import type { Descriptions } from './routes/description.controller.js';
import { DescriptionController, DESCRIPTIONS } from './routes/description.controller.js';
import { DocsController } from './routes/docs.controller.js';
import { IncidentsController } from './routes/incidents.controller.js';
import type { NotifyAccount } from './routes/iris-notifications.controller.js';
import { IrisNotificationsController, NOTIFY_ACCOUNT } from './routes/iris-notifications.controller.js';
import { MachinesController } from './routes/machines.controller.js';
import { MetricsController } from './routes/metrics.controller.js';
import { PaymentsController } from './routes/payments.controller.js';
import { PracticesController } from './routes/practices.controller.js';
import { ReturnController } from './routes/return.controller.js';
import { StatusController } from './routes/status.controller.js';
import { UnknownPathController } from './routes/unknown-path.controller.js';
import { WebhooksController } from './routes/webhooks.controller.js';

export interface ApiParts {
  readonly payments: Payments;
  readonly webhooks: Webhooks;
  readonly apiKey: string;
  /** What opens the queue board for changes, and decides about incidents; null: nothing does the former, `apiKey` the latter. */
  readonly operatorKey: string | null;
  /** Who else may call, and how often. */
  readonly access: AccessConfig;
  /** What the queue board shows. */
  readonly queues: QueuePlace;
  /** Where the API is reached from outside. */
  readonly publicUrl: string;
  readonly notifyAccount: NotifyAccount | null;
  /** Where a line is written for every request; without it none is. */
  readonly requestLog?: RequestLog;
  /** What the process counts already; its own otherwise. */
  readonly metrics?: Metrics;
}

const descriptionsOf = (publicUrl: string): Descriptions => ({
  openApi: JSON.stringify(openApiDocument(publicUrl)),
  asyncApi: JSON.stringify(asyncApiDocument()),
});

const HANG_UP_EVERY_MS = 50;
const PRUNE_EVERY_MS = 3_600_000;

/** The HTTP API. What it works with is put together by `main.ts` and handed in. */
@Module({})
export class ApiModule implements OnApplicationBootstrap, BeforeApplicationShutdown, OnApplicationShutdown {
  private readonly logger = new Logger('api');
  private hangingUp: NodeJS.Timeout | undefined;
  private pruning: NodeJS.Timeout | undefined;

  constructor(
    @Inject(PAYMENTS) private readonly payments: Payments,
    @Inject(HttpAdapterHost) private readonly host: HttpAdapterHost,
    @Inject(QueueBoard) private readonly board: QueueBoard,
  ) {}

  static with(parts: ApiParts, board: QueueBoard, metrics: Metrics): DynamicModule {
    const { payments, webhooks, notifyAccount, publicUrl } = parts;
    return {
      module: ApiModule,
      controllers: [
        StatusController,
        MetricsController,
        DescriptionController,
        DocsController,
        PracticesController,
        PaymentsController,
        IncidentsController,
        MachinesController,
        WebhooksController,
        ReturnController,
        IrisNotificationsController,
        UnknownPathController, // takes every path of /v1 that is not taken before it
      ],
      providers: [
        { provide: PAYMENTS, useValue: payments },
        { provide: Webhooks, useValue: webhooks },
        { provide: Metrics, useValue: metrics },
        { provide: QueueBoard, useValue: board },
        { provide: NOTIFY_ACCOUNT, useValue: notifyAccount },
        { provide: DESCRIPTIONS, useValue: descriptionsOf(publicUrl) },
        { provide: APP_GUARD, useClass: AccessGuard },
        { provide: APP_INTERCEPTOR, useClass: IdempotencyInterceptor },
        { provide: APP_FILTER, useClass: ProblemFilter },
      ],
    };
  }

  onApplicationBootstrap(): void {
    const prune = (): void => {
      this.payments.answers.prune().catch((error: unknown) => this.logger.warn(`answers not pruned: ${String(error)}`));
    };
    this.pruning = setInterval(prune, PRUNE_EVERY_MS);
  }

  /** Requests under way are answered; a connection that is kept alive for a next one is hung up meanwhile. */
  beforeApplicationShutdown(): void {
    const server = this.host.httpAdapter.getHttpServer() as Server;
    this.hangingUp = setInterval(() => server.closeIdleConnections(), HANG_UP_EVERY_MS);
  }

  /** The server has stopped listening by now: what is under way is committed, then everything closes. */
  async onApplicationShutdown(): Promise<void> {
    clearInterval(this.hangingUp);
    clearInterval(this.pruning);
    await Promise.all([this.payments.close(), this.board.close()]);
  }
}
