import { Body, Controller, Get, HttpCode, Inject, Param, Post, Put, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiBody, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import type { Caller, PaymentCommands, PracticeView } from '#libs/payments';
import { annulSchema, parsePracticeRequest, parsePracticeRequestFor, practiceSchema, validator } from '#libs/payments';
import { Commands, KeyHolder } from '../access/roles.js';
import type { Payments } from '../payments.token.js';
import { PAYMENTS } from '../payments.token.js';

const readWithdrawal = validator<{ readonly reason: string }>(annulSchema);

@ApiTags('practices')
@ApiBearerAuth()
@Controller('v1/practices')
export class PracticesController {
  constructor(@Inject(PAYMENTS) private readonly payments: Payments) {}

  @Post()
  @HttpCode(202)
  @ApiOperation({ operationId: 'openPractice', summary: 'Paga e Invia: opens a practice and its payments' })
  @ApiBody({ schema: practiceSchema as object })
  @ApiResponse({ status: 202, description: 'The practice. The same content again gives the same answer.' })
  async open(
    @Body() body: unknown,
    @KeyHolder() caller: Caller,
    @Commands() commands: PaymentCommands,
    @Res({ passthrough: true }) response: Response,
  ): Promise<PracticeView> {
    const request = parsePracticeRequest(body);
    await commands.openPractice(request, caller);
    response.location(`/v1/practices/${request.practiceId}`);
    return this.payments.views.practice(request.practiceId);
  }

  @Put(':practiceId')
  @ApiOperation({
    operationId: 'replacePractice',
    summary: 'Gives a practice other content; a charge that stays the same keeps its payment',
  })
  @ApiBody({ schema: practiceSchema as object })
  @ApiResponse({ status: 200, description: 'The practice as it is now. The same content again changes nothing.' })
  @ApiResponse({
    status: 409,
    description: 'A payment of a charge to be replaced is paid or in progress; payments says which, and why.',
  })
  @ApiResponse({ status: 404, description: 'There is no such practice; POST opens one.' })
  @ApiResponse({ status: 422, description: 'The values cannot be, or the body names another practice.' })
  async replace(
    @Param('practiceId') practiceId: string,
    @Body() body: unknown,
    @KeyHolder() caller: Caller,
  ): Promise<PracticeView> {
    await this.payments.replacePractice(parsePracticeRequestFor(practiceId, body), caller);
    return this.payments.views.practice(practiceId);
  }

  @Post(':practiceId/withdraw')
  @HttpCode(202)
  @ApiOperation({ operationId: 'withdrawPractice', summary: 'Withdraws a practice: what is unpaid is annulled' })
  @ApiBody({ schema: annulSchema as object })
  @ApiResponse({ status: 202, description: 'The practice, withdrawn. Asked for again, the same.' })
  @ApiResponse({
    status: 409,
    description: 'A payment is in progress, and nothing was annulled; payments says which, and why.',
  })
  async withdraw(
    @Param('practiceId') practiceId: string,
    @Body() body: unknown,
    @KeyHolder() caller: Caller,
    @Commands() commands: PaymentCommands,
  ): Promise<PracticeView> {
    await commands.withdrawPractice(practiceId, readWithdrawal(body).reason, caller);
    return this.payments.views.practice(practiceId);
  }

  @Get(':practiceId')
  @ApiOperation({ operationId: 'readPractice', summary: 'A practice with its payments' })
  @ApiResponse({ status: 200, description: 'The practice.' })
  read(@Param('practiceId') practiceId: string): Promise<PracticeView> {
    return this.payments.views.practice(practiceId);
  }
}
