import { STATUS_CODES } from 'node:http';
import { Catch, HttpException, Logger, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { Request, Response } from 'express';
import { faultEnvelope, SoapFault } from './iris/envelope.js';
import { InputFaulty } from './payer/input.js';
import { notice } from './payer/layout.js';

/** Answers every error in the language of the caller: a SOAP fault, a page, or problem+json (RFC 9457). */
@Catch()
export class ErrorsFilter implements ExceptionFilter {
  private readonly log = new Logger(ErrorsFilter.name);

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const { path } = http.getRequest<Request>();
    const response = http.getResponse<Response>();
    const status = statusOf(error);
    if (status >= 500 && !(error instanceof SoapFault)) this.log.error(error);
    if (path.startsWith('/iris/services')) answerInSoap(response, status, error);
    else if (path.startsWith('/iris/gateway')) response.status(status).type('html').send(pageFor(status, error));
    else answerInJson(response, status, error);
  }
}

function statusOf(error: unknown): number {
  if (error instanceof HttpException) return error.getStatus();
  // The body parser's errors are plain errors that carry a status.
  const status: unknown = error instanceof Error && 'status' in error ? error.status : undefined;
  return typeof status === 'number' && status >= 400 && status < 500 ? status : 500;
}

/** SOAP 1.1 has one HTTP status for faults, 500. Only who may not call at all hears 401, and a wrong address 404. */
function answerInSoap(response: Response, status: number, error: unknown): void {
  const isFault = status !== 401 && status !== 404;
  const fault =
    error instanceof SoapFault
      ? error
      : new SoapFault(
          status < 500 ? 'Client' : 'Server',
          status === 413 ? 'Messaggio troppo grande' : 'Errore interno',
        );
  response.status(isFault ? 500 : status).type('text/xml');
  response.send(isFault ? faultEnvelope(fault) : '');
}

function pageFor(status: number, error: unknown): string {
  if (error instanceof HttpException) {
    const page = error.getResponse();
    if (typeof page === 'string') return page;
  }
  return status < 500
    ? notice('Pagina non trovata', ['Questo indirizzo non esiste nel simulatore.'])
    : notice('Errore del simulatore', ['Qualcosa è andato storto nel simulatore: il registro dice che cosa.']);
}

function answerInJson(response: Response, status: number, error: unknown): void {
  const title = STATUS_CODES[status] ?? 'Error';
  const detail = error instanceof Error && status < 500 ? error.message : 'Errore interno del simulatore';
  response.status(status).type('application/problem+json');
  const errors = error instanceof InputFaulty ? { errors: error.errors } : {};
  response.send(JSON.stringify({ type: 'about:blank', title, status, detail, ...errors }));
}
