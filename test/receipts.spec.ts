import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { PracticeView, Problem, ReceiptView } from '#libs/payments';
import { bolli, hashOf, istruttoria, practice } from './practice.fixture.js';
import type { Stack } from './stack.js';
import { eventually, startStack } from './stack.js';

const API = { authorization: 'Bearer key-of-the-journey' };

let stack: Stack;
let paid: PracticeView;

const receiptsOf = async (paymentId: string): Promise<readonly ReceiptView[]> => {
  const { status, body } = await stack.call<{ items: ReceiptView[] }>('GET', `/v1/payments/${paymentId}/receipts`);
  expect(status).toBe(200);
  return body.items;
};

const ready = (practiceId: string): Promise<PracticeView> =>
  eventually(async () => {
    const { body } = await stack.call<PracticeView>('GET', `/v1/practices/${practiceId}`);
    return body.payments.every(({ allowedActions }) => allowedActions.includes('redirect')) ? body : null;
  }, 'every payment is ready');

beforeAll(async () => {
  stack = await startStack();
  const body = practice({ practiceType: 'istanza', charges: [bolli(2), istruttoria()] });
  await stack.call('POST', '/v1/practices', body);
  paid = await ready(body.practiceId);
  for (const { paymentId, attempt } of paid.payments) {
    await stack.call('POST', `/v1/payments/${paymentId}/redirect`);
    await stack.sandbox('POST', `/sandbox/pay/${attempt.positions[0]?.idPagamento ?? ''}`);
    await eventually(async () => {
      const items = await receiptsOf(paymentId);
      return items.length === attempt.positions.length ? items : null;
    }, 'every attestation is here');
  }
}, 90_000);

afterAll(() => stack.stop());

const payment = (kind: string) => {
  const found = paid.payments.find((candidate) => candidate.kind === kind);
  if (!found) throw new Error(`the practice has a payment of ${kind}`);
  return found;
};

const download = async (path: string) => {
  const response = await fetch(`${stack.apiUrl}/v1/payments/${path}`, { headers: API });
  return { headers: response.headers, content: Buffer.from(await response.arrayBuffer()), status: response.status };
};

describe('the attestations of a payment', () => {
  it('are one for each stamp: the stamp of that very document, as it came', async () => {
    const { paymentId, attempt } = payment('bolli');
    for (const receipt of await receiptsOf(paymentId)) {
      expect(receipt).toMatchObject({ kind: 'bolli', contentType: 'application/xml', source: 'irisPoll' });
      const { headers, content } = await download(`${paymentId}/receipts/${receipt.idPagamento}`);
      expect(createHash('sha256').update(content).digest('hex')).toBe(receipt.sha256);
      expect(Object.fromEntries(headers)).toMatchObject({
        'content-type': 'application/xml',
        'content-disposition': `attachment; filename="marca-da-bollo-${receipt.idPagamento}.xml"`,
        'x-content-type-options': 'nosniff',
        'cache-control': 'no-store',
      });
      const { item } = attempt.positions.find(({ idPagamento }) => idPagamento === receipt.idPagamento) ?? { item: 0 };
      expect(content.toString()).toContain(`DigestValue>${hashOf(`document ${item - 1}`)}<`);
    }
  });

  it('of a fee are its receipt', async () => {
    const { paymentId } = payment('istruttoria');
    const [receipt] = await receiptsOf(paymentId);
    expect(receipt).toMatchObject({ kind: 'istruttoria', contentType: 'text/plain' });
    const { headers, content } = await download(`${paymentId}/receipts/${receipt?.idPagamento ?? ''}`);
    expect(headers.get('content-type')).toBe('text/plain');
    expect(content.toString()).toContain('RICEVUTA DI PAGAMENTO');
  });

  it('are not there before there are any, nor anywhere else, nor for who has no key', async () => {
    const { practiceId } = practice();
    await stack.call('POST', '/v1/practices', practice({ practiceId }));
    const unpaid = (await ready(practiceId)).payments[0];
    const waiting = unpaid?.attempt.positions[0]?.idPagamento ?? '';
    expect(await receiptsOf(unpaid?.paymentId ?? '')).toEqual([]);
    const { paymentId, attempt } = payment('bolli');
    const { idPagamento } = attempt.positions[0] ?? { idPagamento: '' };
    for (const path of [
      `${unpaid?.paymentId ?? ''}/receipts/${waiting}`,
      `${unpaid?.paymentId ?? ''}/receipts/${idPagamento}`,
      `pay_00000000000000000000000000000000/receipts`,
      `${paymentId}/receipts/none`,
      `${paymentId}/receipts/%00`,
    ]) {
      const { status, body } = await stack.call<Problem>('GET', `/v1/payments/${path}`);
      expect([path, status, body.status]).toEqual([path, 404, 404]);
    }
    const { status } = await stack.call('GET', `/v1/payments/${paymentId}/receipts/${idPagamento}`, undefined, {});
    expect(status).toBe(401);
  });
});
