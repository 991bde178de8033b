import { describe, expect, it } from '@jest/globals';
import type { ArgumentsHost } from '@nestjs/common';
import { Logger } from '@nestjs/common';
import { EffectExcluded } from '#libs/engine';
import { ProblemFilter } from './problem.filter.js';

/** What a caller is answered after this error: status, problem's type and Retry-After. */
function answerTo(error: unknown): unknown[] {
  const answer: { status?: number; retryAfter?: string | undefined; body?: string } = {};
  const response = {
    headersSent: false,
    status: (status: number) => ((answer.status = status), response),
    set: (headers: Record<string, string>) => ((answer.retryAfter = headers['Retry-After']), response),
    type: () => response,
    send: (body: string) => ((answer.body = body), response),
  };
  const host = { switchToHttp: () => ({ getRequest: () => ({}), getResponse: () => response }) };
  Logger.overrideLogger(false);
  new ProblemFilter().catch(error, host as unknown as ArgumentsHost);
  const { type } = JSON.parse(answer.body ?? '{}') as { type?: string };
  return [answer.status, type, answer.retryAfter];
}

describe('what stands in the way for a moment only', () => {
  it.each([
    ['an opening that is still held', new EffectExcluded('held')],
    ['a database that is being moved', Object.assign(new Error('read only'), { code: '25006' })],
    ['a lost connection', Object.assign(new Error('read'), { code: 'ECONNRESET' })],
  ])('is no error of ours, and may be sent again: %s', (_, error) => {
    expect(answerTo(error)).toEqual([503, 'urn:portos:problem:unavailable', '5']);
  });

  it('is told from what will fail again', () => {
    expect(answerTo(new TypeError('x is not a function'))).toEqual([500, 'urn:portos:problem:internal', undefined]);
  });
});
