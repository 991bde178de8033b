import { Body, Controller, Get, HttpCode, Inject, Param, Post, Query, Res } from '@nestjs/common';
import type { Response } from 'express';
import type { Caller, HistoryItem, PaymentCommands, PaymentView, ReceiptView, RegenerateRequest } from '#libs/payments';
import {
  annulSchema,
  parsePaymentQuery,
  regenerateBodySchema,
  RequestRefused,
  validator,
  verifySchema,
} from '#libs/payments';
import type { Principal } from '../access/principal.js';
import { isPerson } from '../access/principal.js';
import { Allow, CallingPrincipal, Commands, KeyHolder } from '../access/roles.js';
import { readLimit, readSeqCursor } from '../http/limit.js';
import type { Payments } from '../payments.token.js';
import { PAYMENTS } from '../payments.token.js';

const readAnnulment = validator<{ readonly reason: string }>(annulSchema);
const readRegeneration = validator<RegenerateRequest>(regenerateBodySchema);
const readVerification = validator<{ readonly reason?: string }>(verifySchema);

interface List<Item> {
  readonly items: readonly Item[];
  readonly nextCursor: string | null;
}

@Controller('v1/payments')
export class PaymentsController {
  constructor(@Inject(PAYMENTS) private readonly payments: Payments) {}

  @Get()
  list(@Query() query: Readonly<Record<string, unknown>>): Promise<List<PaymentView>> {
    const { limit, ...filters } = query;
    return this.payments.views.list({ ...parsePaymentQuery(filters), limit: readLimit(limit) });
  }

  @Get(':paymentId')
  read(@Param('paymentId') paymentId: string): Promise<PaymentView> {
    return this.payments.views.payment(paymentId);
  }

  @Get(':paymentId/history')
  history(
    @Param('paymentId') paymentId: string,
    @Query('cursor') cursor?: string,
    @Query('limit') limit?: string,
  ): Promise<List<HistoryItem>> {
    return this.payments.views.history(paymentId, readSeqCursor(cursor), readLimit(limit, 100));
  }

  @Get(':paymentId/receipts')
  async receipts(@Param('paymentId') paymentId: string): Promise<List<ReceiptView>> {
    return { items: await this.payments.receiptViews.list(paymentId), nextCursor: null };
  }

  /** It carries a name, so it is not for every reader, and may be any kind of document: it is saved, never shown or kept on the way. */
  @Get(':paymentId/receipts/:idPagamento')
  @Allow('service', 'operator')
  async receipt(
    @Param('paymentId') paymentId: string,
    @Param('idPagamento') idPagamento: string,
    @Res() response: Response,
  ): Promise<void> {
    const { contentType, content, fileName } = await this.payments.receiptViews.document(paymentId, idPagamento);
    response
      .setHeader('Content-Type', contentType)
      .setHeader('Content-Disposition', `attachment; filename="${fileName}"`)
      .setHeader('Cache-Control', 'no-store')
      .setHeader('X-Content-Type-Options', 'nosniff')
      .end(content);
  }

  @Post(':paymentId/redirect')
  @HttpCode(200)
  async redirect(
    @Param('paymentId') paymentId: string,
    @KeyHolder() caller: Caller,
    @Commands() commands: PaymentCommands,
  ): Promise<{ redirectUrl: string; expiresAt: string | null }> {
    const redirectUrl = await commands.redirect(paymentId, caller);
    const { attempt } = await this.payments.views.payment(paymentId);
    return { redirectUrl, expiresAt: attempt.expiresAt };
  }

  @Post(':paymentId/regenerate')
  @Allow('service', 'operator')
  @HttpCode(202)
  async regenerate(
    @Param('paymentId') paymentId: string,
    @Body() body: unknown,
    @CallingPrincipal() principal: Principal,
    @Commands() commands: PaymentCommands,
  ): Promise<PaymentView> {
    const request = readRegeneration(body);
    demandReason(principal, request);
    await commands.regenerate(paymentId, request, principal.caller);
    return this.payments.views.payment(paymentId);
  }

  @Post(':paymentId/annul')
  @Allow('service', 'operator')
  @HttpCode(202)
  async annul(
    @Param('paymentId') paymentId: string,
    @Body() body: unknown,
    @KeyHolder() caller: Caller,
    @Commands() commands: PaymentCommands,
  ): Promise<PaymentView> {
    await commands.annul(paymentId, readAnnulment(body).reason, caller);
    return this.payments.views.payment(paymentId);
  }

  @Post(':paymentId/verify')
  @Allow('service', 'operator')
  @HttpCode(202)
  async verify(
    @Param('paymentId') paymentId: string,
    @Body() body: unknown,
    @CallingPrincipal() principal: Principal,
    @Commands() commands: PaymentCommands,
  ): Promise<PaymentView> {
    const request = readVerification(body ?? {});
    demandReason(principal, request);
    await commands.verify(paymentId, principal.caller, undefined, request.reason);
    return this.payments.views.payment(paymentId);
  }
}

/** PORTOS acts by its rules; a person says why. @throws RequestRefused */
function demandReason(principal: Principal, { reason }: { readonly reason?: string }): void {
  if (!isPerson(principal) || reason !== undefined) return;
  throw new RequestRefused('schema', [{ pointer: '/reason', message: 'is required of an operator' }]);
}
