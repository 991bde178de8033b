import type { CallHandler, ExecutionContext, NestInterceptor } from '@nestjs/common';
import { Inject, Injectable } from '@nestjs/common';
import type { Response } from 'express';
import type { Observable } from 'rxjs';
import { from, lastValueFrom } from 'rxjs';
import { canonicalJson } from '#libs/engine';
import type { KeyedRequest, Problem } from '#libs/payments';
import { assertShallow, keyHashOf, problem } from '#libs/payments';
import type { Principal } from '../access/principal.js';
import type { AdmittedRequest } from '../access/roles.js';
import type { Payments } from '../payments.token.js';
import { PAYMENTS } from '../payments.token.js';
import { ProblemAnswer } from './problem.js';

const RETRY_AFTER_SECONDS = 1;
const VISIBLE_ASCII = /^[\x21-\x7e]{1,255}$/;

/**
 * Honours `Idempotency-Key` on every POST that needs a key or token: the same request under the same key has one effect
 * and one answer, the first. A new route needs nothing but to give its commands through `@Commands()`, or to name what it
 * makes by `@CommandName()`.
 */
@Injectable()
export class IdempotencyInterceptor implements NestInterceptor {
  constructor(@Inject(PAYMENTS) private readonly payments: Payments) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const request = context.switchToHttp().getRequest<AdmittedRequest>();
    const { principal, method, headers } = request;
    if (method !== 'POST' || !principal) return next.handle();
    const key = headers['idempotency-key'];
    if (key === undefined) {
      request.commands = this.payments;
      return next.handle();
    }
    if (typeof key !== 'string' || !VISIBLE_ASCII.test(key)) throw new ProblemAnswer(MALFORMED);
    const keyed = this.keyedRequest(request, principal, key);
    return from(this.answer(keyed, request, context.switchToHttp().getResponse<Response>(), next));
  }

  private async answer(
    keyed: KeyedRequest,
    request: AdmittedRequest,
    response: Response,
    next: CallHandler,
  ): Promise<unknown> {
    const once = await this.payments.answers.once(keyed, async (commandKey) => {
      request.commands = this.payments.once(commandKey);
      request.commandName = commandKey;
      const body = await lastValueFrom<unknown>(next.handle());
      const location = response.getHeader('Location');
      return { status: response.statusCode, body, location: typeof location === 'string' ? location : null };
    });
    if (once.kind === 'running') throw new ProblemAnswer(RUNNING);
    if (once.kind === 'otherRequest') throw new ProblemAnswer(OTHER_REQUEST);
    const { status, body, location } = once.answer;
    if (once.isRepeated) response.setHeader('Idempotent-Replayed', 'true');
    if (status >= 400) throw new ProblemAnswer(body as Problem);
    if (location !== null) response.location(location);
    return body;
  }

  private keyedRequest(request: AdmittedRequest, { subject }: Principal, key: string): KeyedRequest {
    assertShallow(request.body);
    const route = `POST ${(request.route as { readonly path: string }).path}`;
    const asked = { method: 'POST', address: request.originalUrl, body: request.body as unknown };
    return {
      keyHash: keyHashOf(subject, route, key),
      caller: subject,
      route,
      fingerprint: this.payments.answers.fingerprintOf(canonicalJson(asked)),
    };
  }
}

const MALFORMED = problem(
  400,
  'malformed-request',
  'The request is malformed',
  'Idempotency-Key must be 1 to 255 visible ASCII characters, and be sent once.',
);

const RUNNING = problem(
  409,
  'still-running',
  'Still running',
  'The first request under this Idempotency-Key is still worked on. Send it again for its answer.',
  { retryAfterSeconds: RETRY_AFTER_SECONDS },
);

const OTHER_REQUEST = problem(
  422,
  'idempotency-key-used',
  'The key was used before',
  'This Idempotency-Key was used for a request with another content; give each request a key of its own.',
);
