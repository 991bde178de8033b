import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { PracticeView, Problem, ReceiptView } from '#libs/payments';
import { ErasureBook, ErasureRefused } from '#libs/payments';
import { brokenInvariants, inWords } from '../apps/cli/invariants.js';
import { bolli, istruttoria, practice } from './practice.fixture.js';
import type { Stack } from './stack.js';
import { eventually, startStack } from './stack.js';

let stack: Stack;
let book: ErasureBook;
const body = practice({ practiceType: 'istanza', charges: [bolli(2), istruttoria()] });
const path = `/v1/practices/${body.practiceId}`;

const receiptsOf = async (paymentId: string): Promise<readonly ReceiptView[]> =>
  (await stack.call<{ items: ReceiptView[] }>('GET', `/v1/payments/${paymentId}/receipts`)).body.items;

const read = async (): Promise<PracticeView> => (await stack.call<PracticeView>('GET', path)).body;

async function payAll(): Promise<void> {
  const ready = await eventually(async () => {
    const view = await read();
    return view.payments.every(({ allowedActions }) => allowedActions.includes('redirect')) ? view : null;
  }, 'every payment is ready');
  for (const { paymentId, attempt } of ready.payments) {
    await stack.call('POST', `/v1/payments/${paymentId}/redirect`);
    await stack.sandbox('POST', `/sandbox/pay/${attempt.positions[0]?.idPagamento ?? ''}`);
    await eventually(async () => {
      const items = await receiptsOf(paymentId);
      return items.length === attempt.positions.length ? items : null;
    }, 'every attestation is here');
  }
}

beforeAll(async () => {
  stack = await startStack();
  book = new ErasureBook(stack.pool);
  await stack.call('POST', '/v1/practices', body);
}, 90_000);

afterAll(() => stack.stop());

describe('a practice whose personal data is erased', () => {
  it('is not erased before it has come to its end', async () => {
    await expect(book.erase(body.practiceId, 'desk')).rejects.toThrow(ErasureRefused);
    await payAll();
    // The last effects of a payment end a moment after its attestation is there.
    const erased = await eventually(
      () =>
        book.erase(body.practiceId, 'desk').catch((error: unknown) => {
          if (error instanceof ErasureRefused) return null;
          throw error;
        }),
      'nothing of the practice moves any more',
    );
    expect(erased).toEqual({ practices: 1, payers: 1, charges: 2, attestations: 3 });
  }, 60_000);

  it('is shown as before, with its payments and what was paid', async () => {
    const view = await read();
    expect(view).toMatchObject({ state: 'settled', practiceType: 'istanza' });
    expect(view.payments.map(({ state, amount }) => [state, amount.amount])).toEqual([
      ['paid', '32.00'],
      ['paid', '150.00'],
    ]);
    for (const { paymentId } of view.payments) {
      expect((await stack.call('GET', `/v1/payments/${paymentId}/history`)).status).toBe(200);
    }
    expect((await stack.call('GET', `/v1/payments?q=${body.practiceId}`)).status).toBe(200);
  });

  it('says of its receipts that they were, and when they were erased', async () => {
    for (const { paymentId } of (await read()).payments) {
      const receipts = await receiptsOf(paymentId);
      expect(receipts.length).toBeGreaterThan(0);
      for (const { idPagamento, sha256, erasedAt } of receipts) {
        expect([sha256.length, Date.parse(erasedAt ?? '') <= Date.now()]).toEqual([64, true]);
        const answer = await stack.call<Problem>('GET', `/v1/payments/${paymentId}/receipts/${idPagamento}`);
        expect(answer).toMatchObject({ status: 404, body: { type: 'urn:portos:problem:erased' } });
        expect(answer.body.detail).toMatch(/was erased on \d{4}-\d\d-\d\d/);
      }
    }
  });

  it('may be asked for whatever PORTOS asks, and nothing breaks', async () => {
    const [payment] = (await read()).payments;
    const address = `/v1/payments/${payment?.paymentId ?? ''}`;
    const answers = [
      await stack.call('POST', '/v1/practices', body),
      await stack.call('POST', '/v1/practices', { ...body, charges: [bolli(1)] }),
      await stack.call('PUT', path, body),
      await stack.call('PUT', path, { ...body, charges: [bolli(1)] }),
      await stack.call('POST', `${path}/withdraw`, { reason: 'prova' }),
      await stack.call('POST', `${address}/redirect`),
      await stack.call('POST', `${address}/regenerate`, { attempt: 1 }),
      await stack.call('POST', `${address}/annul`, { reason: 'prova' }),
      await stack.call('POST', `${address}/verify`),
    ];
    expect(answers.map(({ status }) => status)).toEqual([202, 409, 200, 409, 409, 409, 409, 409, 202]);
    const { rows } = await stack.pool.query('select 1 from payments.payer');
    expect(rows).toEqual([]);
  });

  it('still holds every invariant', async () => {
    expect((await brokenInvariants(stack.pool, false)).map(inWords)).toEqual([]);
  });
});
