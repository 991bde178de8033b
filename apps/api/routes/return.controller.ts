import { Controller, Get, HttpStatus, Inject, Param, Res } from '@nestjs/common';
import type { Response } from 'express';
import type { FromRequest } from '#libs/payments';
import { Public, ThisRequest } from '../access/roles.js';
import type { Payments } from '../payments.token.js';
import { PAYMENTS } from '../payments.token.js';

/** Where IRIS sends the browser back. What the browser says is no evidence: nothing in the query is read. */
@Controller('return')
export class ReturnController {
  constructor(@Inject(PAYMENTS) private readonly payments: Payments) {}

  @Public()
  @Get(':token')
  async back(
    @Param('token') token: string,
    @ThisRequest() request: FromRequest,
    @Res() response: Response,
  ): Promise<void> {
    const address = await this.payments.payerReturned(token, request);
    response.status(HttpStatus.SEE_OTHER).location(address).end();
  }
}
