import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { HistoryItem, PaymentView, PracticeView, Problem } from '#libs/payments';
import { practice } from './practice.fixture.js';
import type { Answer, Stack } from './stack.js';
import { eventually, startStack } from './stack.js';

/** What an Idempotency-Key promises, on the real API: over HTTP, with its rows in PostgreSQL. */

const OPERATOR_KEY = 'key-of-an-operator';
const DAY_MS = 86_400_000;

let stack: Stack;

beforeAll(async () => {
  stack = await startStack({ PORTOS_OPERATOR_KEY: OPERATOR_KEY, REGENERATE_COOLDOWN: '0' });
}, 60_000);

afterAll(() => stack.stop());

function post<Body>(path: string, body: unknown, key: string, bearer = stack.apiKey): Promise<Answer<Body>> {
  return stack.call<Body>('POST', path, body, { authorization: `Bearer ${bearer}`, 'idempotency-key': key });
}

async function readyPayment(): Promise<PaymentView> {
  const body = practice();
  await stack.call('POST', '/v1/practices', body);
  return eventually(async () => {
    const { body: view } = await stack.call<PracticeView>('GET', `/v1/practices/${body.practiceId}`);
    return view.payments.find(({ allowedActions }) => allowedActions.includes('redirect')) ?? null;
  }, 'the payment is ready');
}

async function countOf(paymentId: string, type: string): Promise<number> {
  const { body } = await stack.call<{ items: HistoryItem[] }>('GET', `/v1/payments/${paymentId}/history`);
  return body.items.filter((item) => item.type === type).length;
}

const isReplay = ({ headers }: Answer<unknown>): boolean => headers.get('idempotent-replayed') === 'true';

describe('the same request under the same key', () => {
  it('is answered by the first answer, word for word, whatever has happened since', async () => {
    const [key, body] = [randomUUID(), practice()];
    const first = await post<PracticeView>('/v1/practices', body, key);
    expect(first.status).toBe(202);
    expect(isReplay(first)).toBe(false);
    await stack.call('POST', `/v1/practices/${body.practiceId}/withdraw`, { reason: 'rinuncia' });
    const again = await post<PracticeView>('/v1/practices', body, key);
    expect(again.status).toBe(202);
    expect(again.body).toEqual(first.body);
    expect(again.headers.get('location')).toBe(`/v1/practices/${body.practiceId}`);
    expect(isReplay(again)).toBe(true);
  });

  it('is the same however its properties are ordered', async () => {
    const [key, { practiceId, ...rest }] = [randomUUID(), practice()];
    await post('/v1/practices', { practiceId, ...rest }, key);
    expect(isReplay(await post('/v1/practices', { ...rest, practiceId }, key))).toBe(true);
  });

  it('has one effect where the same request without a key would have two', async () => {
    const { paymentId } = await readyPayment();
    const key = randomUUID();
    await post(`/v1/payments/${paymentId}/verify`, undefined, key);
    await post(`/v1/payments/${paymentId}/verify`, undefined, key);
    expect(await countOf(paymentId, 'verify.requested')).toBe(1);
    await post(`/v1/payments/${paymentId}/verify`, undefined, randomUUID());
    expect(await countOf(paymentId, 'verify.requested')).toBe(2);
  });

  it('has one effect when it is sent ten times at once; who does not get the answer is told to come back', async () => {
    const { paymentId } = await readyPayment();
    const key = randomUUID();
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => post<Problem>(`/v1/payments/${paymentId}/annul`, { reason: 'non serve' }, key)),
    );
    expect(answers.filter((answer) => answer.status === 202 && !isReplay(answer))).toHaveLength(1);
    for (const answer of answers.filter(({ status }) => status !== 202)) {
      expect([answer.status, answer.body.type]).toEqual([409, 'urn:portos:problem:still-running']);
      expect(answer.headers.get('retry-after')).toBe('1');
    }
    expect(await countOf(paymentId, 'annul.requested')).toBe(1);
    expect((await post(`/v1/payments/${paymentId}/annul`, { reason: 'non serve' }, key)).status).toBe(202);
  });

  it('is answered to everybody at once who sends it again together', async () => {
    const [key, body] = [randomUUID(), practice()];
    const first = await post('/v1/practices', body, key);
    const again = await Promise.all(Array.from({ length: 10 }, () => post('/v1/practices', body, key)));
    expect(again.map(({ status, body: told }) => [status, told])).toEqual(again.map(() => [202, first.body]));
    const others = await Promise.all(Array.from({ length: 10 }, () => post('/v1/practices', practice(), key)));
    expect(others.map(({ status }) => status)).toEqual(others.map(() => 422));
  });

  it('is refused again in the same words, though it would be taken by now', async () => {
    const body = practice();
    const { body: opened } = await stack.call<PracticeView>('POST', '/v1/practices', body);
    const paymentId = opened.payments[0]?.paymentId ?? '';
    const key = randomUUID();
    const path = `/v1/payments/${paymentId}/regenerate`;
    const first = await post<Problem>(path, { attempt: 7 }, key);
    expect(first.status).toBe(422);
    const again = await post<Problem>(path, { attempt: 7 }, key);
    expect([again.status, again.body]).toEqual([422, first.body]);
    expect(isReplay(again)).toBe(true);
  });

  it('keeps Retry-After with the refusal it belongs to', async () => {
    const key = randomUUID();
    const body = practice();
    const { body: opened } = await stack.call<PracticeView>('POST', '/v1/practices', body);
    const path = `/v1/payments/${opened.payments[0]?.paymentId ?? ''}/redirect`;
    const first = await post<Problem>(path, undefined, key);
    const again = await post<Problem>(path, undefined, key);
    expect(again.status).toBe(first.status);
    expect(again.headers.get('retry-after')).toBe(first.headers.get('retry-after'));
    expect(again.body).toEqual(first.body);
  });

  it('is forgotten after thirty days', async () => {
    const [key, body] = [randomUUID(), practice()];
    await post('/v1/practices', body, key);
    await stack.passTime(31 * DAY_MS);
    const later = await post('/v1/practices', body, key);
    expect([later.status, isReplay(later)]).toEqual([202, false]);
    expect(isReplay(await post('/v1/practices', body, key))).toBe(true);
    await stack.passTime(31 * DAY_MS);
    expect(await stack.payments.answers.prune()).toBeGreaterThan(0);
    expect((await stack.pool.query('select from payments.idempotency_key')).rowCount).toBe(0);
  });

  it('that is forgotten has its effect anew, once', async () => {
    const [{ paymentId }, key] = [await readyPayment(), randomUUID()];
    const verify = () => post(`/v1/payments/${paymentId}/verify`, undefined, key);
    for (const times of [1, 2, 3]) {
      expect([isReplay(await verify()), isReplay(await verify())]).toEqual([false, true]);
      expect(await countOf(paymentId, 'verify.requested')).toBe(times);
      await stack.passTime(31 * DAY_MS);
    }
  });

  it('that is forgotten serves for another request', async () => {
    const key = randomUUID();
    const eventTypes = ['it.toscana.portos.payment.paid.v1'];
    const register = (url: string) =>
      post<{ webhookId: string; url: string }>('/v1/webhooks', { url, eventTypes }, key);
    const first = await register('https://portos.example.org/one');
    await stack.passTime(31 * DAY_MS);
    const other = await register('https://portos.example.org/other');
    expect([other.status, other.body.url]).toEqual([201, 'https://portos.example.org/other']);
    expect(other.body.webhookId).not.toBe(first.body.webhookId);
    await stack.passTime(31 * DAY_MS);
    const same = await register('https://portos.example.org/other');
    expect(same.body.webhookId).not.toBe(other.body.webhookId);
    expect((await register('https://portos.example.org/other')).body).toEqual(same.body);
  });
});

describe('a key', () => {
  it('that was used for another content is refused', async () => {
    const key = randomUUID();
    await post('/v1/practices', practice(), key);
    const other = await post<Problem>('/v1/practices', practice(), key);
    expect([other.status, other.body.type]).toEqual([422, 'urn:portos:problem:idempotency-key-used']);
  });

  it('that was used for another payment is refused', async () => {
    const [one, other, key] = [await readyPayment(), await readyPayment(), randomUUID()];
    expect((await post(`/v1/payments/${one.paymentId}/verify`, undefined, key)).status).toBe(202);
    expect((await post(`/v1/payments/${other.paymentId}/verify`, undefined, key)).status).toBe(422);
  });

  it('of one caller never meets that of another', async () => {
    const [{ paymentId }, key, asked] = [await readyPayment(), randomUUID(), { reason: 'da verificare' }];
    const path = `/v1/payments/${paymentId}/verify`;
    await post(path, asked, key);
    const theirs = await post(path, asked, key, OPERATOR_KEY);
    expect([theirs.status, isReplay(theirs)]).toEqual([202, false]);
    expect(await countOf(paymentId, 'verify.requested')).toBe(2);
  });

  it('of one route never meets that of another', async () => {
    const [{ paymentId }, key] = [await readyPayment(), randomUUID()];
    await post(`/v1/payments/${paymentId}/verify`, undefined, key);
    expect(isReplay(await post(`/v1/payments/${paymentId}/redirect`, undefined, key))).toBe(false);
  });

  it('stays free when the request was malformed, so that it may be corrected', async () => {
    const key = randomUUID();
    expect((await post('/v1/practices', { nothing: true }, key)).status).toBe(400);
    expect((await post('/v1/practices', practice(), key)).status).toBe(202);
  });

  it.each(['', 'with space', 'x'.repeat(256), 'caffè'])('cannot be %p', async (key) => {
    const answer = await post<Problem>('/v1/practices', practice(), key);
    expect([answer.status, answer.body.type]).toEqual([400, 'urn:portos:problem:malformed-request']);
  });

  it('of 255 characters is taken', async () => {
    expect((await post('/v1/practices', practice(), 'x'.repeat(255))).status).toBe(202);
  });

  it('whose answer was never stored, because the process died, registers a webhook once and shows its secret', async () => {
    const [key, body] = [
      randomUUID(),
      { url: 'https://hooks.example.org/', eventTypes: ['it.toscana.portos.payment.paid.v1'] },
    ];
    const first = await post<{ webhookId: string; url: string }>('/v1/webhooks', body, key);
    expect(first.status).toBe(201);
    await stack.pool.query(`delete from payments.idempotency_key where route = 'POST /v1/webhooks'`);
    const again = await post('/v1/webhooks', body, key);
    expect([again.status, isReplay(again), again.body]).toEqual([201, false, first.body]);
    const { body: listed } = await stack.call<{ items: { url: string }[] }>('GET', '/v1/webhooks');
    expect(listed.items.filter(({ url }) => url === first.body.url)).toHaveLength(1);
  });

  it('leaves no content behind that could be read or guessed', async () => {
    const [key, body] = [`key-${randomUUID()}`, practice()];
    await post('/v1/practices', body, key);
    const { rows } = await stack.pool.query<Record<string, unknown>>('select * from payments.idempotency_key');
    expect(rows.length).toBeGreaterThan(0);
    for (const row of rows) expect(JSON.stringify({ ...row, instance_id: null })).not.toContain(key);
  });
});

describe('the description of the API', () => {
  it('names the header at every command', async () => {
    interface Operation {
      readonly parameters?: readonly object[];
    }
    const { body } = await stack.call<{ paths: Record<string, { post?: Operation }> }>('GET', '/openapi.json');
    const commands = Object.entries(body.paths).filter(
      ([path, { post: command }]) => path.startsWith('/v1/') && command,
    );
    expect(commands.length).toBeGreaterThan(5);
    for (const [path, { post: command }] of commands) {
      expect([path, command?.parameters]).toEqual([
        path,
        expect.arrayContaining([{ $ref: '#/components/parameters/IdempotencyKey' }]),
      ]);
    }
  });
});

describe('an answer that was lost', () => {
  it('on its way from the handler is rebuilt, and the command has one effect', async () => {
    const { paymentId } = await readyPayment();
    const [key, path] = [randomUUID(), `/v1/payments/${paymentId}/annul`];
    const first = await post<PaymentView>(path, { reason: 'non serve' }, key);
    // As a process leaves it that dies after the commit of the event and before that of the answer.
    await stack.pool.query('update payments.idempotency_key set answer = null where instance_id = $1', [paymentId]);
    const again = await post<PaymentView>(path, { reason: 'non serve' }, key);
    expect([again.status, again.body.state]).toEqual([202, first.body.state]);
    expect(await countOf(paymentId, 'annul.requested')).toBe(1);
    expect((await post<Problem>(path, { reason: 'altro' }, key)).status).toBe(422);
  });
});
