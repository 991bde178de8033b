import type { ArgumentsHost, ExceptionFilter } from '@nestjs/common';
import { BadRequestException, Catch, HttpException, Logger } from '@nestjs/common';
import type { Response } from 'express';
import { CommandRefused, NotFound, RequestRefused } from '#libs/payments';
import type { Problem } from './problem.js';
import { problem, sendProblem } from './problem.js';

/** Every error leaves the API as problem+json; this is the one table that says which becomes what. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  private readonly logger = new Logger('http');

  catch(error: unknown, host: ArgumentsHost): void {
    const response = host.switchToHttp().getResponse<Response>();
    if (response.headersSent) return;
    const headers: Record<string, string> = {};
    if (error instanceof CommandRefused && error.retryAfterSeconds !== null) {
      headers['Retry-After'] = String(error.retryAfterSeconds);
    }
    if (statusOf(error) === 401) headers['WWW-Authenticate'] = 'Bearer realm="portos-payments"';
    const body = toProblem(error);
    if (body.status >= 500) this.logger.error(error instanceof Error ? (error.stack ?? error.message) : String(error));
    sendProblem(response, body, headers);
  }
}

function toProblem(error: unknown): Problem {
  if (error instanceof RequestRefused) {
    const { faults: errors } = error;
    return error.because === 'schema'
      ? problem(
          400,
          'malformed-request',
          'The request is malformed',
          'Correct the values listed in errors and send it again.',
          { errors },
        )
      : problem(
          422,
          'invalid-values',
          'The values cannot be',
          'Correct the values listed in errors and send it again.',
          { errors },
        );
  }
  if (error instanceof NotFound) {
    return problem(404, 'not-found', 'Not found', `${error.message}; check the identifier.`);
  }
  if (error instanceof CommandRefused) {
    const { state, allowedActions } = error;
    const allowed = allowedActions.length > 0 ? ` Allowed now: ${allowedActions.join(', ')}.` : '';
    const where = state === null ? '' : ` The payment is in state ${state}.`;
    return problem(409, 'conflict', 'Not possible now', `${error.message}.${where}${allowed}`, {
      state,
      allowedActions,
    });
  }
  if (isUnreadableJson(error)) return NOT_JSON;
  const status = statusOf(error);
  return FRAMEWORK_PROBLEMS[status] ?? problem(status, 'internal', 'Internal error', INTERNAL);
}

const INTERNAL =
  'The request could not be completed and may be repeated. If it persists, tell the operator the time of it.';

const NOT_JSON = problem(
  400,
  'malformed-request',
  'The request is malformed',
  'The body is not JSON. Send a JSON object with Content-Type application/json.',
);

const isUnreadableJson = (error: unknown): boolean =>
  (error as { type?: unknown } | null)?.type === 'entity.parse.failed' ||
  (error instanceof BadRequestException && /JSON/.test(error.message));

/** Errors of the web framework: malformed JSON, unknown routes, missing keys, bodies too large. */
const FRAMEWORK_PROBLEMS: Readonly<Record<number, Problem>> = {
  400: problem(
    400,
    'malformed-request',
    'The request is malformed',
    'The address or the body cannot be read; check their encoding.',
  ),
  401: problem(
    401,
    'unauthenticated',
    'Authentication is missing',
    'Send the header "Authorization: Bearer <API key>" with a valid key.',
  ),
  403: problem(403, 'forbidden', 'Not allowed', 'This key may not do that.'),
  404: problem(404, 'not-found', 'Not found', 'There is no such path; see /openapi.json for those there are.'),
  413: problem(413, 'too-large', 'The request is too large', 'Send a smaller body.'),
  415: problem(
    415,
    'unsupported-media-type',
    'Media type not supported',
    'Send the body as application/json in UTF-8.',
  ),
  503: problem(503, 'unavailable', 'Not available', 'A part of the system cannot be reached now. Try again later.'),
};

function statusOf(error: unknown): number {
  if (error instanceof HttpException) return error.getStatus();
  const status = (error as { status?: unknown } | null)?.status; // errors of the body parser carry one
  return typeof status === 'number' && status >= 400 && status < 600 ? status : 500;
}
