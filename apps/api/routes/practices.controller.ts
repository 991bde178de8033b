import { Body, Controller, Get, HttpCode, Inject, Param, Post, Put, Res } from '@nestjs/common';
import type { Response } from 'express';
import type { Caller, PaymentCommands, PracticeView } from '#libs/payments';
import { annulSchema, parsePracticeRequest, parsePracticeRequestFor, validator } from '#libs/payments';
import { Commands, KeyHolder } from '../access/roles.js';
import type { Payments } from '../payments.token.js';
import { PAYMENTS } from '../payments.token.js';

const readWithdrawal = validator<{ readonly reason: string }>(annulSchema);

@Controller('v1/practices')
export class PracticesController {
  constructor(@Inject(PAYMENTS) private readonly payments: Payments) {}

  @Post()
  @HttpCode(202)
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
  read(@Param('practiceId') practiceId: string): Promise<PracticeView> {
    return this.payments.views.practice(practiceId);
  }
}
