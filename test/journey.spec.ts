import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { describeOnEachQueue } from '#libs/testkit';
import type { HistoryItem, PaymentView, PracticeView } from '#libs/payments';
import { bolli, istruttoria, practice } from './practice.fixture.js';
import type { Stack } from './stack.js';
import { environmentOf, eventually, startStack } from './stack.js';

const MINUTE = 60_000;
let stack: Stack;

/** Opens a practice and waits until each of its payments can be paid. */
async function open(body: ReturnType<typeof practice>): Promise<PracticeView> {
  const { status, headers } = await stack.call('POST', '/v1/practices', body);
  expect(status).toBe(202);
  expect(headers.get('location')).toBe(`/v1/practices/${body.practiceId}`);
  return eventually(async () => {
    const { body: view } = await stack.call<PracticeView>('GET', `/v1/practices/${body.practiceId}`);
    return view.payments.every((payment) => payment.allowedActions.includes('redirect')) ? view : null;
  }, 'every payment is ready');
}

async function openAndRedirect(body = practice()): Promise<PaymentView> {
  const { payments } = await open(body);
  const [payment] = payments;
  if (!payment) throw new Error('the practice has a payment');
  const { status } = await stack.call('POST', `/v1/payments/${payment.paymentId}/redirect`);
  expect(status).toBe(200);
  return payment;
}

const read = async (paymentId: string): Promise<PaymentView> =>
  (await stack.call<PaymentView>('GET', `/v1/payments/${paymentId}`)).body;

const reaches = (paymentId: string, state: string): Promise<PaymentView> =>
  eventually(async () => {
    const view = await read(paymentId);
    return view.state === state ? view : null;
  }, `${paymentId} is ${state}`);

async function play(payment: PaymentView, scenario: string): Promise<void> {
  const [position] = payment.attempt.positions;
  const idPagamento = position?.idPagamento ?? '';
  await stack.sandbox('POST', '/sandbox/scenario', { idPagamento, scenario });
  const { status } = await stack.sandbox('POST', `/sandbox/pay/${idPagamento}`);
  expect(status).toBe(200);
}

describeOnEachQueue('from "Paga e Invia"', (leg) => {
  beforeAll(async () => {
    stack = await startStack(environmentOf(leg));
  }, 60_000);
  afterAll(() => stack.stop());

  it('to paid: every step stands in the history, complete and in order', async () => {
    const payment = await openAndRedirect();
    await play(payment, 'paid');
    const paid = await reaches(payment.paymentId, 'paid');
    expect(paid.items).toEqual([
      {
        item: 1,
        amount: { amount: '16.00', currency: 'EUR' },
        settledBy: { attempt: 1, idPagamento: payment.attempt.positions[0]?.idPagamento },
      },
    ]);
    const { body: history } = await stack.call<{ items: HistoryItem[] }>(
      'GET',
      `/v1/payments/${payment.paymentId}/history`,
    );
    expect(history.items.map((item) => item.seq)).toEqual(history.items.map((_, index) => index + 1));
    const applied = history.items.filter((item) => item.decision === 'applied').map((item) => item.type);
    expect(applied.slice(0, 3)).toEqual(['payment.initialized', 'attempt.opened', 'redirect.requested']);
    expect(applied).toContain('position.reported');
    const settled = await eventually(async () => {
      const { body } = await stack.call<PracticeView>('GET', `/v1/practices/${payment.practiceId}`);
      return body.state === 'settled' ? body : null;
    }, 'the practice is settled');
    expect(settled.payments).toHaveLength(1);
  });

  it('to rejected, when the bank refuses', async () => {
    const payment = await openAndRedirect();
    await play(payment, 'rejected');
    const view = await reaches(payment.paymentId, 'rejected');
    expect(view).toMatchObject({ blocked: true, allowedActions: ['regenerate', 'annul', 'verify'] });
    expect(view.attempt.positions[0]?.esito).toBe('refused');
  });

  it('to annulled, when the payer cancels', async () => {
    const payment = await openAndRedirect();
    await play(payment, 'cancelled-by-payer');
    expect(await reaches(payment.paymentId, 'annulled')).toMatchObject({ blocked: true });
  });

  it('to annulled, when the choice takes too long, and only once IRIS was asked after the deadline', async () => {
    const payment = await openAndRedirect();
    await play(payment, 'choice-too-slow');
    await stack.passTime(16 * MINUTE);
    expect(await reaches(payment.paymentId, 'annulled')).toMatchObject({ blocked: true });
  });

  it('to notConcluded, when the payer closes the page halfway', async () => {
    const payment = await openAndRedirect();
    await play(payment, 'page-closed');
    await eventually(async () => {
      const view = await read(payment.paymentId);
      return view.attempt.positions[0]?.esito === 'inProgress' ? view : null;
    }, 'IRIS reports it in progress');
    await stack.passTime(31 * MINUTE);
    expect(await reaches(payment.paymentId, 'notConcluded')).toMatchObject({ blocked: true });
  });

  it('through a bank transfer that is confirmed later', async () => {
    const payment = await openAndRedirect();
    await play(payment, 'sbf-then-paid');
    await reaches(payment.paymentId, 'paid');
  });

  it('an istanza has two charges, and is settled when both are paid', async () => {
    const body = practice({ practiceType: 'istanza', charges: [bolli(3), istruttoria('212.50')] });
    const view = await open(body);
    expect(view.payments.map(({ kind, amount }) => [kind, amount.amount])).toEqual([
      ['bolli', '48.00'],
      ['istruttoria', '212.50'],
    ]);
    for (const payment of view.payments) {
      await stack.call('POST', `/v1/payments/${payment.paymentId}/redirect`);
      await play(payment, 'paid');
      const paid = await reaches(payment.paymentId, 'paid');
      expect(paid.items.every((item) => item.settledBy !== null)).toBe(true);
    }
    await eventually(async () => {
      const { body: settled } = await stack.call<PracticeView>('GET', `/v1/practices/${body.practiceId}`);
      return settled.state === 'settled' ? true : null;
    }, 'the practice is settled');
  });
});

describe('a command', () => {
  beforeAll(async () => {
    stack = await startStack();
  }, 60_000);
  afterAll(() => stack.stop());

  it('repeated with the same content opens one practice', async () => {
    const body = practice();
    const first = await stack.call<PracticeView>('POST', '/v1/practices', body);
    const second = await stack.call<PracticeView>('POST', '/v1/practices', body);
    expect(second.status).toBe(202);
    expect(second.body.payments.map(({ paymentId }) => paymentId)).toEqual(
      first.body.payments.map(({ paymentId }) => paymentId),
    );
  });

  it('repeated with other content is refused, and leaves nothing behind', async () => {
    const body = practice();
    await stack.call('POST', '/v1/practices', body);
    const before = await countRows();
    const other = await stack.call('POST', '/v1/practices', { ...body, charges: [bolli(2)] });
    expect(other.status).toBe(409);
    expect(await countRows()).toEqual(before);
  });

  it('redirect gives the same URL however often it is asked for', async () => {
    const payment = await openAndRedirect();
    const urls = await Promise.all(
      [1, 2, 3].map(() => stack.call<{ redirectUrl: string }>('POST', `/v1/payments/${payment.paymentId}/redirect`)),
    );
    expect(new Set(urls.map(({ body }) => body.redirectUrl)).size).toBe(1);
  });

  it('annul is refused while a payment is under way, and says what is allowed', async () => {
    const payment = await openAndRedirect();
    await play(payment, 'page-closed');
    await eventually(
      async () => ((await read(payment.paymentId)).attempt.positions[0]?.esito ? true : null),
      'reported',
    );
    const { status, body } = await stack.call('POST', `/v1/payments/${payment.paymentId}/annul`, { reason: 'errore' });
    expect(status).toBe(409);
    expect(body).toMatchObject({ allowedActions: ['redirect', 'verify'] });
  });
});

const countRows = async (): Promise<unknown> => {
  const { rows } = await stack.pool.query(
    `select (select count(*) from engine.instance) as instances, (select count(*) from payments.charge) as charges,
            (select count(*) from payments.id_pagamento) as ids`,
  );
  return rows[0];
};
