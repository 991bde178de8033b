import { Body, Controller, Get, HttpCode, Inject, Param, Post, Query, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiBody, ApiOperation, ApiProduces, ApiQuery, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import type { Caller, HistoryItem, PaymentCommands, PaymentView, ReceiptView, RegenerateRequest } from '#libs/payments';
import {
  annulSchema,
  parsePaymentQuery,
  PAYMENT_STATES,
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

const REASON_OF_A_PERSON = 'An operator must give a reason; it is recorded.';

interface List<Item> {
  readonly items: readonly Item[];
  readonly nextCursor: string | null;
}

@ApiTags('payments')
@ApiBearerAuth()
@Controller('v1/payments')
export class PaymentsController {
  constructor(@Inject(PAYMENTS) private readonly payments: Payments) {}

  @Get()
  @ApiOperation({ operationId: 'listPayments', summary: 'Payments, the newest first' })
  @ApiResponse({ status: 200, description: 'One page of payments.' })
  @ApiQuery({ name: 'state', required: false, enum: PAYMENT_STATES })
  @ApiQuery({ name: 'kind', required: false, enum: ['bolli', 'istruttoria'] })
  @ApiQuery({
    name: 'q',
    required: false,
    type: String,
    description: 'A practice id, payment id, IUV or IdPagamento, exactly.',
  })
  @ApiQuery({ name: 'cursor', required: false, type: String, description: 'The nextCursor of the page before.' })
  @ApiQuery({ name: 'limit', required: false, type: String, description: '1 to 200, otherwise 50.' })
  list(@Query() query: Readonly<Record<string, unknown>>): Promise<List<PaymentView>> {
    const { limit, ...filters } = query;
    return this.payments.views.list({ ...parsePaymentQuery(filters), limit: readLimit(limit) });
  }

  @Get(':paymentId')
  @ApiOperation({ operationId: 'readPayment', summary: 'A payment: its state, until when it waits, what can be done' })
  @ApiResponse({ status: 200, description: 'The payment.' })
  read(@Param('paymentId') paymentId: string): Promise<PaymentView> {
    return this.payments.views.payment(paymentId);
  }

  @Get(':paymentId/history')
  @ApiOperation({
    operationId: 'readHistory',
    summary: 'Everything that was decided about a payment, refusals included',
  })
  @ApiQuery({ name: 'cursor', required: false, type: String, description: 'The nextCursor of the page before.' })
  @ApiQuery({ name: 'limit', required: false, type: String, description: '1 to 200, otherwise 100.' })
  @ApiResponse({ status: 200, description: 'One page of the history, oldest first.' })
  history(
    @Param('paymentId') paymentId: string,
    @Query('cursor') cursor?: string,
    @Query('limit') limit?: string,
  ): Promise<List<HistoryItem>> {
    return this.payments.views.history(paymentId, readSeqCursor(cursor), readLimit(limit, 100));
  }

  @Get(':paymentId/receipts')
  @ApiOperation({ operationId: 'listReceipts', summary: 'The attestations of a payment: one for each paid position' })
  @ApiResponse({ status: 200, description: 'What is here so far; an empty list before the first one.' })
  async receipts(@Param('paymentId') paymentId: string): Promise<List<ReceiptView>> {
    return { items: await this.payments.receiptViews.list(paymentId), nextCursor: null };
  }

  /** It carries a name, so it is not for every reader, and may be any kind of document: it is saved, never shown or kept on the way. */
  @Get(':paymentId/receipts/:idPagamento')
  @Allow('service', 'operator')
  @ApiOperation({ operationId: 'readReceipt', summary: 'One attestation, byte for byte as it came' })
  @ApiProduces('application/xml', 'application/pdf', 'text/plain')
  @ApiResponse({ status: 200, description: 'The MarcaDaBollo of a stamp duty, or the receipt of a fee.' })
  @ApiResponse({ status: 404, description: 'There is none, or none yet.' })
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
  @ApiOperation({ operationId: 'redirectPayer', summary: 'Where to send the payer; the same URL however often asked' })
  @ApiResponse({ status: 200, description: 'The address at IRIS, and until when the payer may choose.' })
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
  @ApiOperation({
    operationId: 'regeneratePayment',
    summary: 'Rigenera: asks for a new attempt in place of the one that is named',
    description: REASON_OF_A_PERSON,
  })
  @ApiBody({ schema: regenerateBodySchema as object })
  @ApiResponse({ status: 202, description: 'The payment. An attempt that was replaced already brings nothing new.' })
  @ApiResponse({ status: 409, description: 'Not allowed in this state; names the state and the allowed actions.' })
  @ApiResponse({ status: 422, description: 'There is no such attempt.' })
  @ApiResponse({ status: 429, description: 'It was regenerated a moment ago; Retry-After says when to come back.' })
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
  @ApiOperation({ operationId: 'annulPayment', summary: 'Annuls a payment that nobody is paying' })
  @ApiBody({ schema: annulSchema as object })
  @ApiResponse({ status: 202, description: 'The payment, annulled.' })
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
  @ApiOperation({
    operationId: 'verifyPayment',
    summary: 'Asks IRIS now; the answer decides',
    description: REASON_OF_A_PERSON,
  })
  @ApiBody({ schema: verifySchema as object, required: false })
  @ApiResponse({ status: 202, description: 'The payment as it stands; the answer is on its way.' })
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
