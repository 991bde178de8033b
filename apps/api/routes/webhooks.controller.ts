import { Body, Controller, Delete, Get, HttpCode, Inject, Param, Post, Query } from '@nestjs/common';
import { CommandRefused, NotFound, parseWebhookRequest, RequestRefused } from '#libs/payments';
import type { DeliveryView, Endpoint, NamedCommand, NewEndpoint, PageOf } from '#libs/webhooks';
import { TargetRefused, Webhooks } from '#libs/webhooks';
import { CommandName } from '../access/roles.js';
import { readLimit } from '../http/limit.js';

/** Who is told what happens. Each message is a CloudEvent, signed by Standard Webhooks 1.0. */
@Controller('v1/webhooks')
export class WebhooksController {
  constructor(@Inject(Webhooks) private readonly webhooks: Webhooks) {}

  @Post()
  @HttpCode(201)
  async register(@Body() body: unknown, @CommandName() command?: NamedCommand): Promise<NewEndpoint> {
    const { url, eventTypes } = parseWebhookRequest(body);
    try {
      return await this.webhooks.register(url, eventTypes, command);
    } catch (error) {
      if (!(error instanceof TargetRefused)) throw error;
      throw new RequestRefused('values', [{ pointer: '/url', message: error.message }]);
    }
  }

  @Get()
  list(@Query('cursor') cursor?: string, @Query('limit') limit?: string): Promise<PageOf<Endpoint>> {
    return this.webhooks.list(readCursor(cursor, WEBHOOK_ID) ?? '', readLimit(limit));
  }

  @Delete(':webhookId')
  @HttpCode(204)
  async remove(@Param('webhookId') webhookId: string): Promise<void> {
    if (!(await this.webhooks.remove(known(webhookId)))) throw new NotFound('webhook', webhookId);
  }

  @Post(':webhookId/enable')
  @HttpCode(200)
  async enable(@Param('webhookId') webhookId: string): Promise<Endpoint> {
    const endpoint = await this.webhooks.enable(known(webhookId));
    if (!endpoint) throw new NotFound('webhook', webhookId);
    return endpoint;
  }

  @Post(':webhookId/rotate-secret')
  @HttpCode(200)
  async rotate(
    @Param('webhookId') webhookId: string,
  ): Promise<{ readonly webhookId: string; readonly secret: string; readonly formerLiveUntil: Date }> {
    const rotated = await this.webhooks.rotateSecret(known(webhookId));
    if (!rotated) throw new NotFound('webhook', webhookId);
    return rotated;
  }

  @Get(':webhookId/deliveries')
  async deliveries(
    @Param('webhookId') webhookId: string,
    @Query('cursor') cursor?: string,
    @Query('limit') limit?: string,
  ): Promise<PageOf<DeliveryView>> {
    const before = readCursor(cursor, POSITION);
    const page = await this.webhooks.deliveries(known(webhookId), before, readLimit(limit));
    if (!page) throw new NotFound('webhook', webhookId);
    return page;
  }

  @Post(':webhookId/deliveries/:deliveryId/redeliver')
  @HttpCode(202)
  async redeliver(
    @Param('webhookId') webhookId: string,
    @Param('deliveryId') deliveryId: string,
  ): Promise<{ readonly deliveryId: string; readonly status: 'pending' }> {
    const isNamed = DELIVERY_ID.test(deliveryId);
    const answer = isNamed ? await this.webhooks.redeliver(known(webhookId), deliveryId) : 'unknown';
    if (answer === 'unknown') throw new NotFound('delivery', deliveryId);
    if (answer === 'disabled') {
      throw new CommandRefused(null, 'the endpoint is disabled; enable it when it listens again', []);
    }
    return { deliveryId, status: 'pending' };
  }
}

const WEBHOOK_ID = /^whk_[0-9a-f]{32}$/;
const DELIVERY_ID = /^dlv_[0-9a-f]{32}$/;
const POSITION = /^\d{1,18}$/;

/** What cannot be an id is unknown, and asks the database nothing. */
function known(webhookId: string): string {
  if (WEBHOOK_ID.test(webhookId)) return webhookId;
  throw new NotFound('webhook', webhookId);
}

function readCursor(cursor: unknown, shape: RegExp): string | null {
  if (cursor === undefined) return null;
  if (typeof cursor === 'string' && shape.test(cursor)) return cursor;
  throw new RequestRefused('schema', [{ pointer: '/cursor', message: 'must be the nextCursor of a former answer' }]);
}
