import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { PracticeView } from '#libs/payments';
import type { OpenApiDocument } from '../apps/api/openapi/document.js';
import type { AnswerCheck } from './answer-check.js';
import { createAnswerCheck } from './answer-check.js';
import type { Described, HostileRequest } from './hostile-request.fixture.js';
import { hostileRequests } from './hostile-request.fixture.js';
import { keptRows } from './kept-rows.js';
import { practice } from './practice.fixture.js';
import type { Stack } from './stack.js';
import { eventually, startStack } from './stack.js';

/**
 * Three thousand requests made from the API's own description, none of which fits it. Each is answered as the document
 * says, in words that tell nothing of our code, and nothing that is kept of practices and payments changes.
 */

const REQUESTS = 3_000;
const AT_ONCE = 8;
const SEED = 20_261_129;
const OPERATOR_KEY = 'key-of-an-operator';
const OF_OUR_CODE =
  /\bat .*:\d+:\d+|node_modules|dist\/|\.ts\b|select |insert |TypeError|SyntaxError|PrismaClient|violates/i;

let stack: Stack;
let described: Described & OpenApiDocument;
beforeAll(async () => {
  stack = await startStack({ PORTOS_OPERATOR_KEY: OPERATOR_KEY });
  described = (await stack.call<Described & OpenApiDocument>('GET', '/openapi.json')).body;
}, 60_000);
afterAll(() => stack.stop());

/** What there is, and could be harmed: a payment that was annulled, so that nothing else is under way. */
async function harmless(): Promise<Record<string, string>> {
  const body = practice();
  await stack.call('POST', '/v1/practices', body);
  const find = () => stack.call<PracticeView>('GET', `/v1/practices/${body.practiceId}`);
  const payment = await eventually(async () => {
    const [found] = (await find()).body.payments;
    return found?.allowedActions.includes('redirect') ? found : null;
  }, 'the payment is ready');
  await stack.call('POST', `/v1/payments/${payment.paymentId}/annul`, { reason: 'non serve' });
  await eventually(async () => {
    const { rows } = await stack.pool.query<{ due: number }>(
      `select (select count(*) from engine.effect where status = 'pending' and due_at <= engine.clock())::int
              + (select count(*) from payments.event where not is_fanned_out)::int as due`,
    );
    return rows[0]?.due === 0 ? true : null;
  }, 'nothing is due');
  const idPagamento = payment.attempt.positions[0]?.idPagamento ?? '';
  return { practiceId: body.practiceId, paymentId: payment.paymentId, idPagamento };
}

/** All that is kept of practices and payments; what was answered under a key is not of them. */
const kept = () => keptRows(stack.pool, ['idempotency_key']);

async function faultsOf(check: AnswerCheck, asked: HostileRequest): Promise<string[]> {
  const { method, address, headers, body } = asked;
  const answer = await fetch(`${stack.apiUrl}${address}`, { method, headers, body, redirect: 'manual' });
  const text = await answer.clone().text();
  return [
    ...(answer.status >= 500 ? [`answered ${answer.status}`] : []),
    ...(answer.status >= 400 && OF_OUR_CODE.test(text) ? [`tells of our code: ${text.slice(0, 200)}`] : []),
    ...(await check.faultsOf(method, address, answer)),
  ].map((fault) => `${method} ${address.slice(0, 200)} (${answer.status}): ${fault}`);
}

describe(`${REQUESTS} requests that do not fit`, () => {
  it('are answered as the document says, change nothing, and tell nothing of our code', async () => {
    const ids = await harmless();
    const check = createAnswerCheck(described);
    const requests = fc.sample(hostileRequests(described, { keys: [stack.apiKey, OPERATOR_KEY], ids }), {
      numRuns: REQUESTS,
      seed: SEED,
    });
    const before = await kept();
    const faults: string[] = [];
    for (let from = 0; from < requests.length; from += AT_ONCE) {
      const some = requests.slice(from, from + AT_ONCE);
      faults.push(...(await Promise.all(some.map((asked) => faultsOf(check, asked)))).flat());
    }
    expect(faults.slice(0, 20)).toEqual([]);
    expect(await kept()).toEqual(before);

    await stack.call('POST', `/v1/payments/${ids['paymentId'] ?? ''}/verify`);
    expect(await kept()).not.toEqual(before); // a change would have been seen
  }, 240_000);
});

describe('a notification that is no SOAP message', () => {
  const post = (body: string, type: string) =>
    stack.call<{ title: string }>('POST', '/iris/notifications', body, { 'content-type': type });

  it.each([
    ['<a', 'text/xml', 400],
    ['<a/>', 'text/xml', 400],
    ['', 'text/xml', 400],
    ['{"a":1}', 'application/json', 415],
    ['<a/>', 'text/plain', 415],
  ])('is no fault: %j as %s', async (body, type, status) => {
    const answer = await post(body, type);
    expect([answer.status, answer.headers.get('content-type')]).toEqual([
      status,
      'application/problem+json; charset=utf-8',
    ]);
  });
});
