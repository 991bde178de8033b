import {
  Body,
  Controller,
  Headers,
  HttpCode,
  Inject,
  Logger,
  Post,
  Res,
  UnsupportedMediaTypeException,
} from '@nestjs/common';
import type { Response } from 'express';
import { IrisMalformed, notificationFault, notificationStored, NotSoap, readNotification } from '#libs/iris';
import type { FromRequest } from '#libs/payments';
import { problem } from '#libs/payments';
import { Public, ThisRequest } from '../access/roles.js';
import { isSameSecret } from '../access/same-secret.js';
import { ProblemAnswer } from '../http/problem.js';
import type { Payments } from '../payments.token.js';
import { PAYMENTS } from '../payments.token.js';

/** The account IRIS presents, null when none is configured. */
export const NOTIFY_ACCOUNT = Symbol('NOTIFY_ACCOUNT');
export interface NotifyAccount {
  readonly user: string;
  readonly password: string;
}

/**
 * SOAP `IdpInformativaPagamento`: IRIS tells of a payment. "Elaborato Correttamente" is said once it is stored, even
 * for a position we do not know; a fault only if it could not be stored, so that IRIS sends it again. A fault is a 500
 * (WS-I Basic Profile 1.1, R1126); what is no SOAP message at all is a 400 or 415 (R1113, R1115).
 */
@Controller('iris/notifications')
export class IrisNotificationsController {
  private readonly logger = new Logger('iris');

  constructor(
    @Inject(PAYMENTS) private readonly payments: Payments,
    @Inject(NOTIFY_ACCOUNT) private readonly account: NotifyAccount | null,
  ) {}

  @Public()
  @Post()
  @HttpCode(200)
  async notify(
    @Body() body: unknown,
    @Headers('authorization') authorization: string | undefined,
    @ThisRequest() request: FromRequest,
    @Res() response: Response,
  ): Promise<void> {
    response.type('text/xml');
    if (!this.isIris(authorization)) {
      response
        .status(401)
        .set('WWW-Authenticate', 'Basic realm="iris"')
        .send(notificationFault('Authentication is missing'));
      return;
    }
    if (this.account !== null) response.locals['caller'] = 'iris';
    if (typeof body !== 'string') throw new UnsupportedMediaTypeException();
    try {
      const notification = readNotification(body);
      await this.payments.irisNotified(
        notification.payments.map(({ idPagamento, idTransazione, amountCents }) => ({
          idPagamento,
          idTransazione,
          amountCents,
        })),
        request,
      );
      response.send(notificationStored());
    } catch (error) {
      if (error instanceof NotSoap) throw noSoap(error);
      const isMalformed = error instanceof IrisMalformed;
      if (!isMalformed) this.logger.error(error instanceof Error ? (error.stack ?? error.message) : String(error));
      const reason = isMalformed ? error.message : 'The notification could not be stored; send it again.';
      response.status(500).send(notificationFault(reason));
    }
  }

  private isIris(authorization: string | undefined): boolean {
    if (this.account === null) return true;
    const expected = `Basic ${Buffer.from(`${this.account.user}:${this.account.password}`).toString('base64')}`;
    return isSameSecret(authorization ?? '', expected);
  }
}

const noSoap = ({ message }: NotSoap): ProblemAnswer =>
  new ProblemAnswer(
    problem(
      400,
      'malformed-request',
      'The request is malformed',
      `${message} Send a SOAP 1.1 envelope in UTF-8 as text/xml.`,
    ),
  );
