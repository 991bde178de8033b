import { Body, Controller, Delete, Get, HttpCode, Inject, Param, Post, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiBody, ApiOperation, ApiQuery, ApiResponse, ApiTags } from '@nestjs/swagger';
import { CommandRefused, NotFound, parseWebhookRequest, RequestRefused, webhookSchema } from '#libs/payments';
import type { DeliveryView, Endpoint, NewEndpoint, PageOf } from '#libs/webhooks';
import { TargetRefused, Webhooks } from '#libs/webhooks';
import { CommandName } from '../access/roles.js';
import { readLimit } from '../http/limit.js';

/** Who is told what happens. Each message is a CloudEvent, signed by Standard Webhooks 1.0. */
@ApiTags('webhooks')
@ApiBearerAuth()
@Controller('v1/webhooks')
export class WebhooksController {
  constructor(@Inject(Webhooks) private readonly webhooks: Webhooks) {}

  @Post()
  @HttpCode(201)
  @ApiOperation({ operationId: 'registerWebhook', summary: 'Registers an endpoint; its secret is shown here only' })
  @ApiBody({ schema: webhookSchema as object })
  @ApiResponse({ status: 201, description: 'The endpoint with its secret.' })
  @ApiResponse({ status: 422, description: 'The URL is not one that messages may be sent to; errors says why.' })
  async register(@Body() body: unknown, @CommandName() name?: string): Promise<NewEndpoint> {
    const { url, eventTypes } = parseWebhookRequest(body);
    try {
      return await this.webhooks.register(url, eventTypes, name);
    } catch (error) {
      if (!(error instanceof TargetRefused)) throw error;
      throw new RequestRefused('values', [{ pointer: '/url', message: error.message }]);
    }
  }

  @Get()
  @ApiOperation({ operationId: 'listWebhooks', summary: 'The endpoints, without their secrets' })
  @ApiResponse({ status: 200, description: 'One page of endpoints.' })
  @ApiQuery({ name: 'cursor', required: false, type: String, description: 'The nextCursor of the page before.' })
  @ApiQuery({ name: 'limit', required: false, type: String, description: '1 to 200, otherwise 50.' })
  list(@Query('cursor') cursor?: string, @Query('limit') limit?: string): Promise<PageOf<Endpoint>> {
    return this.webhooks.list(readCursor(cursor, WEBHOOK_ID) ?? '', readLimit(limit));
  }

  @Delete(':webhookId')
  @HttpCode(204)
  @ApiOperation({ operationId: 'deleteWebhook', summary: 'Sends nothing there any more, and forgets its deliveries' })
  @ApiResponse({ status: 204, description: 'It is gone.' })
  async remove(@Param('webhookId') webhookId: string): Promise<void> {
    if (!(await this.webhooks.remove(known(webhookId)))) throw new NotFound('webhook', webhookId);
  }

  @Post(':webhookId/rotate-secret')
  @HttpCode(200)
  @ApiOperation({
    operationId: 'rotateWebhookSecret',
    summary: 'Gives an endpoint a new secret, shown here only; the former one signs beside it for a while',
  })
  @ApiResponse({ status: 200, description: 'The new secret, and until when the former one signs too.' })
  async rotate(
    @Param('webhookId') webhookId: string,
  ): Promise<{ readonly webhookId: string; readonly secret: string; readonly formerLiveUntil: Date }> {
    const rotated = await this.webhooks.rotateSecret(known(webhookId));
    if (!rotated) throw new NotFound('webhook', webhookId);
    return rotated;
  }

  @Get(':webhookId/deliveries')
  @ApiOperation({ operationId: 'listDeliveries', summary: 'How the messages to an endpoint stand, the newest first' })
  @ApiResponse({ status: 200, description: 'One page of deliveries.' })
  @ApiQuery({ name: 'cursor', required: false, type: String, description: 'The nextCursor of the page before.' })
  @ApiQuery({ name: 'limit', required: false, type: String, description: '1 to 200, otherwise 50.' })
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
  @ApiOperation({
    operationId: 'redeliver',
    summary: 'Sends a message once more, under the same id; one that waits is sent now',
  })
  @ApiResponse({ status: 202, description: 'It is due.' })
  @ApiResponse({ status: 409, description: 'The endpoint is disabled.' })
  async redeliver(
    @Param('webhookId') webhookId: string,
    @Param('deliveryId') deliveryId: string,
  ): Promise<{ readonly deliveryId: string; readonly status: 'pending' }> {
    const isNamed = DELIVERY_ID.test(deliveryId);
    const answer = isNamed ? await this.webhooks.redeliver(known(webhookId), deliveryId) : 'unknown';
    if (answer === 'unknown') throw new NotFound('delivery', deliveryId);
    if (answer === 'disabled') {
      throw new CommandRefused(null, 'the endpoint is disabled; register it anew when it listens again', []);
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
