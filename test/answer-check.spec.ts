import { describe, expect, it } from '@jest/globals';
import { problem } from '#libs/payments';
import { openApiDocument } from '../apps/api/openapi/document.js';
import { redirection } from '../apps/api/openapi/examples/payments.js';
import { createAnswerCheck } from './answer-check.js';

/** The check itself: what it finds in an answer that is not as described. */

const PATH = '/v1/payments/pay_0123456789abcdef0123456789abcdef/redirect';
const check = createAnswerCheck(openApiDocument());

const answer = (status: number, body: unknown, headers: Record<string, string> = {}): Response =>
  new Response(typeof body === 'string' ? body : JSON.stringify(body), {
    status,
    headers: {
      'content-type': 'application/json; charset=utf-8',
      'cache-control': 'no-store',
      'x-request-id': 'request-7',
      ...headers,
    },
  });
const refusal = (body: object, headers: Record<string, string> = {}, status = 409): Response =>
  answer(status, body, { 'content-type': 'application/problem+json', ...headers });
const early = problem(409, 'conflict', 'Not possible now', 'the payment is being opened.', { retryAfterSeconds: 2 });

const faults = (response: Response, method = 'POST', path = PATH): Promise<string[]> =>
  check.faultsOf(method, path, response);

describe('an answer that is as described', () => {
  it.each([
    ['a body', answer(200, redirection)],
    ['a refusal', refusal(early, { 'retry-after': '2' })],
    [
      'headers that may be there',
      answer(200, redirection, { 'x-ratelimit-limit': '6000', 'idempotent-replayed': 'true' }),
    ],
  ])('has no fault: %s', async (_, response) => {
    expect(await faults(response)).toEqual([]);
  });

  it('can still be read by whoever asked', async () => {
    const response = answer(200, redirection);
    await faults(response);
    expect(await response.json()).toEqual(redirection);
  });

  it('may come from where there is nothing, as a problem', async () => {
    const nothing = problem(404, 'not-found', 'Not found', 'There is no such path.');
    expect(await faults(refusal(nothing, {}, 404), 'GET', '/v1/nothing')).toEqual([]);
  });
});

describe('an answer that is not', () => {
  it.each([
    ['a status nobody described', answer(418, {}), 'redirectPayer: status 418 is not described'],
    ['a member too many', answer(200, { ...redirection, fiscalCode: 'X' }), 'must NOT have additional properties'],
    [
      'a member too few',
      answer(200, { redirectUrl: 'https://iris.example.org' }),
      "must have required property 'expiresAt'",
    ],
    ['another type', answer(200, { ...redirection, expiresAt: 5 }), '/expiresAt must be'],
    ['no JSON', answer(200, '{'), 'must be object'],
    ['another content type', answer(200, 'x', { 'content-type': 'text/html' }), 'its type is "text/html"'],
    [
      'a header nobody described',
      answer(200, redirection, { location: '/x' }),
      'header location is sent and not described',
    ],
    [
      'a header that cannot be',
      answer(200, redirection, { 'x-ratelimit-reset': 'soon' }),
      'header X-RateLimit-Reset: ',
    ],
    ['a header that is missing', answer(200, redirection, { 'cache-control': 'public' }), 'header Cache-Control: '],
    ['no id of its request', answer(200, redirection, { 'x-request-id': '' }), 'header X-Request-ID: '],
    ['a problem of another status', refusal({ ...early, status: 400 }), "its status is 400, the answer's 409"],
    [
      'a problem that says another wait',
      refusal(early, { 'retry-after': '9' }),
      'retryAfterSeconds is 2, Retry-After 9',
    ],
    ['a problem with a member of its own', refusal({ ...early, sql: 'select' }), 'must NOT have additional properties'],
  ])('has a fault: %s', async (_, response, fault) => {
    expect((await faults(response)).join('\n')).toContain(fault);
  });

  it('has one where nothing is described, unless it says so', async () => {
    expect(await faults(answer(200, {}), 'GET', '/v1/nothing')).toHaveLength(1);
    expect(await faults(answer(404, {}), 'GET', '/v1/nothing')).toHaveLength(1);
  });
});
