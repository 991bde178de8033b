import type { DynamicModule, OnApplicationShutdown } from '@nestjs/common';
import { Inject, Module } from '@nestjs/common';
import { APP_FILTER, APP_GUARD } from '@nestjs/core';
import { API_KEY, ApiKeyGuard } from './http/api-key.guard.js';
import { ProblemFilter } from './http/problem.filter.js';
import type { Payments } from './payments.token.js';
import { PAYMENTS } from './payments.token.js';
import type { NotifyAccount } from './routes/iris-notifications.controller.js';
import { IrisNotificationsController, NOTIFY_ACCOUNT } from './routes/iris-notifications.controller.js';
import { MachinesController } from './routes/machines.controller.js';
import { PaymentsController } from './routes/payments.controller.js';
import { PracticesController } from './routes/practices.controller.js';
import { ReturnController } from './routes/return.controller.js';
import { StatusController } from './routes/status.controller.js';

export interface ApiParts {
  readonly payments: Payments;
  readonly apiKey: string;
  readonly notifyAccount: NotifyAccount | null;
}

/** The HTTP API. What it works with is put together by `main.ts` and handed in. */
@Module({})
export class ApiModule implements OnApplicationShutdown {
  constructor(@Inject(PAYMENTS) private readonly payments: Payments) {}

  static with({ payments, apiKey, notifyAccount }: ApiParts): DynamicModule {
    return {
      module: ApiModule,
      controllers: [
        StatusController,
        PracticesController,
        PaymentsController,
        MachinesController,
        ReturnController,
        IrisNotificationsController,
      ],
      providers: [
        { provide: PAYMENTS, useValue: payments },
        { provide: API_KEY, useValue: apiKey },
        { provide: NOTIFY_ACCOUNT, useValue: notifyAccount },
        { provide: APP_GUARD, useClass: ApiKeyGuard },
        { provide: APP_FILTER, useClass: ProblemFilter },
      ],
    };
  }

  /** The server has stopped listening by now: what is under way is committed, then everything closes. */
  async onApplicationShutdown(): Promise<void> {
    await this.payments.close();
  }
}
