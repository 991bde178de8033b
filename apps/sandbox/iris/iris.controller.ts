import { Controller, HttpCode, Post, Req, Res, UseGuards } from '@nestjs/common';
import type { Element } from '@xmldom/xmldom';
import type { Request, Response } from 'express';
import type { Markup } from '../markup.js';
import { Alignment } from './alignment.js';
import { CallersGuard } from './callers.guard.js';
import { SoapFault, soapBodyOf, unwrapped } from './envelope.js';
import { Verification } from './verification.js';
import { Wire } from './wire.js';

/** The SOAP 1.1 services of IRIS. The SOAPAction is not looked at: the wrapper element names the operation. */
@Controller('iris/services')
@UseGuards(CallersGuard)
export class IrisController {
  constructor(
    private readonly alignment: Alignment,
    private readonly verification: Verification,
    private readonly wire: Wire,
  ) {}

  @Post('IdpAllineamentoPendenzeEnteOTF')
  @HttpCode(200)
  align(@Req() request: Request, @Res() response: Response): Promise<void> {
    return this.answer(
      'IdpAllineamentoPendenzeEnteOTF',
      (message) => this.alignment.answer(message),
      request,
      response,
    );
  }

  @Post('IdpVerificaStatoPagamenti')
  @HttpCode(200)
  verify(@Req() request: Request, @Res() response: Response): Promise<void> {
    return this.answer('IdpVerificaStatoPagamenti', (message) => this.verification.answer(message), request, response);
  }

  private async answer(
    operation: string,
    work: (message: Element) => Markup,
    request: Request,
    response: Response,
  ): Promise<void> {
    if (this.wire.refuseWhileDown(response)) return;
    const bytes: unknown = request.body;
    if (request.is('text/xml') !== 'text/xml' || !(bytes instanceof Buffer)) {
      throw new SoapFault('Client', 'SOAP 1.1 chiede Content-Type text/xml e un corpo');
    }
    await this.wire.answer(unwrapped(soapBodyOf(bytes), operation), work, response);
  }
}
