import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { PaymentView, PracticeView, Problem } from '#libs/payments';
import { bolli, istruttoria, practice } from './practice.fixture.js';
import type { Answer, Stack } from './stack.js';
import { eventually, startStack } from './stack.js';

let stack: Stack;
beforeAll(async () => {
  stack = await startStack();
}, 60_000);
afterAll(() => stack.stop());

type Body = ReturnType<typeof practice>;

/** An istanza with both charges, each with its URL. */
async function opened(): Promise<{ body: Body; payments: readonly PaymentView[] }> {
  const body = practice({ practiceType: 'istanza', charges: [bolli(1), istruttoria('150.00')] });
  await stack.call('POST', '/v1/practices', body);
  const payments = await eventually(async () => {
    const { payments: views } = (await read(body)).body;
    return views.every(({ allowedActions }) => allowedActions.includes('redirect')) ? views : null;
  }, 'both payments are ready');
  return { body, payments };
}

const read = ({ practiceId }: Body) => stack.call<PracticeView>('GET', `/v1/practices/${practiceId}`);
const put = <Answered = PracticeView>(body: Body, practiceId = body.practiceId): Promise<Answer<Answered>> =>
  stack.call<Answered>('PUT', `/v1/practices/${practiceId}`, body);
const withdraw = <Answered = PracticeView>({ practiceId }: Body, body: object = { reason: 'rinuncia' }) =>
  stack.call<Answered>('POST', `/v1/practices/${practiceId}/withdraw`, body);
const otherFee = (body: Body): Body => ({ ...body, charges: [bolli(1), istruttoria('200.00')] }) as Body;

async function pay(payment: PaymentView | undefined): Promise<void> {
  const paymentId = payment?.paymentId ?? '';
  await stack.call('POST', `/v1/payments/${paymentId}/redirect`);
  await stack.sandbox('POST', `/sandbox/pay/${payment?.attempt.positions[0]?.idPagamento ?? ''}`);
  await eventually(async () => {
    const { body } = await stack.call<PaymentView>('GET', `/v1/payments/${paymentId}`);
    return body.state === 'paid' ? body : null;
  }, 'it is paid');
}

describe('PUT /v1/practices/{practiceId}', () => {
  it('replaces the charge that changed, keeps the other, and answers the practice, however often it is sent', async () => {
    const { body, payments } = await opened();
    const [first, second] = [await put(otherFee(body)), await put(otherFee(body))];
    expect([first.status, second.status]).toEqual([200, 200]);
    expect(first.body.payments.map(({ amount }) => amount.amount)).toEqual(['16.00', '200.00']);
    expect(first.body.payments[0]?.paymentId).toBe(payments[0]?.paymentId);
    expect(second.body.payments.map(({ paymentId }) => paymentId)).toEqual(
      first.body.payments.map(({ paymentId }) => paymentId),
    );
    const former = await stack.call<PaymentView>('GET', `/v1/payments/${payments[1]?.paymentId ?? ''}`);
    expect(former.body).toMatchObject({ state: 'annulled', dropped: 'replaced', blocked: false });
  });

  it('of a charge that is paid is a 409 that says which and why', async () => {
    const { body, payments } = await opened();
    await pay(payments[1]);
    const answer = await put<Problem>(otherFee(body));
    expect(answer.status).toBe(409);
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
    expect(answer.body).toMatchObject({
      detail: `istruttoria (${payments[1]?.paymentId ?? ''}): it is paid.`,
      payments: [{ paymentId: payments[1]?.paymentId, kind: 'istruttoria', reason: 'it is paid' }],
    });
  });

  it('for another practice than the address names is a 422, for none a 404, malformed a 400', async () => {
    const body = practice();
    expect((await put<Problem>(body, 'another')).body).toMatchObject({
      status: 422,
      errors: [{ pointer: '/practiceId' }],
    });
    expect((await put(body)).status).toBe(404);
    expect((await put({ ...body, charges: [] })).status).toBe(400);
  });
});

describe('POST /v1/practices/{practiceId}/withdraw', () => {
  it('annuls what is unpaid and keeps what is paid; asked again it is the same answer', async () => {
    const { body, payments } = await opened();
    await pay(payments[0]);
    for (const answer of [await withdraw(body), await withdraw(body)]) {
      expect(answer.status).toBe(202);
      expect(answer.body).toMatchObject({
        withdrawn: true,
        payments: [
          { state: 'paid', dropped: null },
          { state: 'annulled', dropped: 'withdrawn', allowedActions: ['verify'] },
        ],
      });
    }
    expect((await put(otherFee(body))).status).toBe(409);
  });

  it('says why, or is a 400; of a practice nobody opened it is a 404', async () => {
    const { body } = await opened();
    expect((await withdraw<Problem>(body, {})).body).toMatchObject({ status: 400, errors: [{ pointer: '/reason' }] });
    expect((await withdraw(practice())).status).toBe(404);
    expect((await read(body)).body.withdrawn).toBe(false);
  });
});

describe('Rigenera over HTTP', () => {
  it('too soon is a 429 with Retry-After; of an attempt that was replaced it is a 202 and nothing new', async () => {
    const { payments } = await opened();
    const path = `/v1/payments/${payments[0]?.paymentId ?? ''}`;
    await stack.call('POST', `${path}/annul`, { reason: 'non serve' });
    const begun = await stack.call<PaymentView>('POST', `${path}/regenerate`, { attempt: 1 });
    expect(begun.status).toBe(202);
    expect(begun.body.message.it).toMatch(
      /^Stiamo verificando il pagamento: non pagare di nuovo\. .* entro le \d\d:\d\d\.$/,
    );
    expect(begun.body.acknowledgeFrom).toBe(begun.body.attempt.expiresAt);
    await eventually(async () => {
      const { body } = await stack.call<PaymentView>('GET', path);
      return body.state === 'initialized' && body.attempt.number === 2 ? body : null;
    }, 'the second attempt');
    const doubled = await stack.call<PaymentView>('POST', `${path}/regenerate`, { attempt: 1 });
    expect([doubled.status, doubled.body.attempts.length]).toEqual([202, 2]);
    await stack.call('POST', `${path}/annul`, { reason: 'non serve' });
    const early = await stack.call<Problem>('POST', `${path}/regenerate`, { attempt: 2 });
    expect(early.status).toBe(429);
    expect(early.headers.get('retry-after')).toBe(String(early.body.retryAfterSeconds));
  });
});
