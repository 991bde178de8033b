import type { ArgumentsHost, ExceptionFilter } from '@nestjs/common';
import { BadRequestException, Catch, HttpException, Logger } from '@nestjs/common';
import type { Response } from 'express';
import { mayPassLater } from '#libs/engine';
import type { Problem } from '#libs/payments';
import { problem, problemOf } from '#libs/payments';
import { ProblemAnswer, sendProblem } from './problem.js';
import { requestIdOf } from './request-id.js';

/** Every error leaves the API as problem+json: the payments' own (`problemOf`), and those of the web framework. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  private readonly logger = new Logger('http');

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const response = http.getResponse<Response>();
    if (response.headersSent) return;
    const body = toProblem(error);
    const headers: Record<string, string> = {};
    if (body.retryAfterSeconds !== undefined) headers['Retry-After'] = String(body.retryAfterSeconds);
    if (body.status === 401) headers['WWW-Authenticate'] = 'Bearer realm="portos-payments"';
    if (body.status >= 500) {
      const { message, stack } = error instanceof Error ? error : new Error(String(error));
      this.logger.error({ requestId: requestIdOf(http.getRequest()), msg: message, stack });
    }
    sendProblem(response, body, headers);
  }
}

function toProblem(error: unknown): Problem {
  if (error instanceof ProblemAnswer) return error.problem;
  const told = problemOf(error);
  if (told) return told;
  if (isUnreadableJson(error)) return NOT_JSON;
  const status = statusOf(error);
  if (status === 500 && mayPassLater(error)) return UNAVAILABLE;
  return FRAMEWORK_PROBLEMS[status] ?? problem(status, 'internal', 'Internal error', INTERNAL);
}

const INTERNAL =
  'The request could not be completed and may be repeated. If it persists, tell the operator its X-Request-ID.';

const NOT_JSON = problem(
  400,
  'malformed-request',
  'The request is malformed',
  'The body is not JSON. Send a JSON object with Content-Type application/json.',
);

const isUnreadableJson = (error: unknown): boolean =>
  (error as { type?: unknown } | null)?.type === 'entity.parse.failed' ||
  (error instanceof BadRequestException && /JSON/.test(error.message));

export const UNAUTHENTICATED = problem(
  401,
  'unauthenticated',
  'Authentication is missing',
  'Send the header "Authorization: Bearer <API key or token>" with one that is valid.',
);

const UNAVAILABLE = problem(
  503,
  'unavailable',
  'Not available',
  'A part of the system cannot be reached now, or is still busy with the same. Send it again in a moment.',
  { retryAfterSeconds: 5 },
);

/** Errors of the web framework: malformed JSON, unknown routes, missing keys, bodies too large. */
const FRAMEWORK_PROBLEMS: Readonly<Record<number, Problem>> = {
  400: problem(
    400,
    'malformed-request',
    'The request is malformed',
    'The address or the body cannot be read; check their encoding.',
  ),
  401: UNAUTHENTICATED,
  403: problem(403, 'forbidden', 'Not allowed', 'This key may not do that.'),
  404: problem(404, 'not-found', 'Not found', 'There is no such path; see /openapi.json for those there are.'),
  413: problem(413, 'too-large', 'The request is too large', 'Send a smaller body.'),
  415: problem(
    415,
    'unsupported-media-type',
    'Media type not supported',
    'Send the body as application/json in UTF-8.',
  ),
  503: UNAVAILABLE,
};

function statusOf(error: unknown): number {
  if (error instanceof HttpException) return error.getStatus();
  const status = (error as { status?: unknown } | null)?.status; // errors of the body parser carry one
  return typeof status === 'number' && status >= 400 && status < 600 ? status : 500;
}
