import { Controller, Get, HttpStatus, Inject, Param, Res } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import type { FromRequest } from '#libs/payments';
import { Public, ThisRequest } from '../access/roles.js';
import type { Payments } from '../payments.token.js';
import { PAYMENTS } from '../payments.token.js';

/** Where IRIS sends the browser back. What the browser says is no evidence: nothing in the query is read. */
@ApiTags('iris')
@Controller('return')
export class ReturnController {
  constructor(@Inject(PAYMENTS) private readonly payments: Payments) {}

  @Public()
  @Get(':token')
  @ApiOperation({ operationId: 'returnFromIris', summary: 'The payer is back from IRIS and is sent on to PORTOS' })
  @ApiResponse({ status: 303, description: 'On to the return address of the practice.' })
  async back(
    @Param('token') token: string,
    @ThisRequest() request: FromRequest,
    @Res() response: Response,
  ): Promise<void> {
    response.redirect(HttpStatus.SEE_OTHER, await this.payments.payerReturned(token, request));
  }
}
