import { Controller, Header, HttpCode, Post, Req, UseGuards } from '@nestjs/common';
import type { Element } from '@xmldom/xmldom';
import type { Request } from 'express';
import type { Markup } from '../markup.js';
import { Alignment } from './alignment.js';
import { CallersGuard } from './callers.guard.js';
import { envelopeAround, SoapFault, soapBodyOf, unwrapped } from './envelope.js';
import { Verification } from './verification.js';

/** The SOAP 1.1 services of IRIS. The SOAPAction is not looked at: the wrapper element names the operation. */
@Controller('iris/services')
@UseGuards(CallersGuard)
export class IrisController {
  constructor(
    private readonly alignment: Alignment,
    private readonly verification: Verification,
  ) {}

  @Post('IdpAllineamentoPendenzeEnteOTF')
  @HttpCode(200)
  @Header('Content-Type', 'text/xml; charset=utf-8')
  align(@Req() request: Request): string {
    return answered(request, 'IdpAllineamentoPendenzeEnteOTF', (message) => this.alignment.answer(message));
  }

  @Post('IdpVerificaStatoPagamenti')
  @HttpCode(200)
  @Header('Content-Type', 'text/xml; charset=utf-8')
  verify(@Req() request: Request): string {
    return answered(request, 'IdpVerificaStatoPagamenti', (message) => this.verification.answer(message));
  }
}

function answered(request: Request, operation: string, answer: (message: Element) => Markup): string {
  const bytes: unknown = request.body;
  if (request.is('text/xml') !== 'text/xml' || !(bytes instanceof Buffer)) {
    throw new SoapFault('Client', 'SOAP 1.1 chiede Content-Type text/xml e un corpo');
  }
  return envelopeAround(answer(unwrapped(soapBodyOf(bytes), operation)));
}
