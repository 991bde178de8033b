import { Body, Controller, Get, HttpCode, Inject, Param, Post, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiBody, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import type { PracticeView } from '#libs/payments';
import { parsePracticeRequest, practiceSchema } from '#libs/payments';
import type { Payments } from '../payments.token.js';
import { API_CALLER, PAYMENTS } from '../payments.token.js';

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
  async open(@Body() body: unknown, @Res({ passthrough: true }) response: Response): Promise<PracticeView> {
    const request = parsePracticeRequest(body);
    await this.payments.openPractice(request, API_CALLER);
    response.location(`/v1/practices/${request.practiceId}`);
    return this.payments.views.practice(request.practiceId);
  }

  @Get(':practiceId')
  @ApiOperation({ operationId: 'readPractice', summary: 'A practice with its payments' })
  @ApiResponse({ status: 200, description: 'The practice.' })
  read(@Param('practiceId') practiceId: string): Promise<PracticeView> {
    return this.payments.views.practice(practiceId);
  }
}
