import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { PaymentView, PracticeView } from '#libs/payments';
import { notification } from './notification.fixture.js';
import { bolli, istruttoria, practice } from './practice.fixture.js';
import type { Stack } from './stack.js';
import { eventually, startStack } from './stack.js';

interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly errors?: readonly { readonly pointer: string; readonly message: string }[];
}

/** A SOAP message, and no notification. */
const UNREADABLE = '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body><x/></s:Body></s:Envelope>';

let stack: Stack;

beforeAll(async () => {
  stack = await startStack();
}, 60_000);

afterAll(() => stack.stop());

const countRows = async (): Promise<unknown> => {
  const { rows } = await stack.pool.query(
    `select (select count(*) from engine.instance) as instances, (select count(*) from engine.transition) as transitions,
            (select count(*) from payments.practice) as practices, (select count(*) from payments.payer) as payers`,
  );
  return rows[0];
};

const payer = (change: object) => ({
  payer: { fiscalCode: 'RSSMRA80A01H501U', email: 'mario.rossi@example.org', ...change },
});
const stamp = (change: object) => ({
  charges: [{ kind: 'bolli', stampDuties: [{ ...bolli(1).stampDuties[0], ...change }] }],
});

describe('a practice that cannot be taken', () => {
  it.each([
    ['a wrong check character', 422, '/payer/fiscalCode', practice(payer({ fiscalCode: 'RSSMRA80A01H501X' }))],
    ['istruttoria on a fineLavori', 422, '/charges/1/kind', practice({ charges: [bolli(1), istruttoria()] })],
    ['two charges of one kind', 422, '/charges/1/kind', practice({ charges: [bolli(1), bolli(1)] })],
    [
      'a hash that is not 44 characters',
      400,
      '/charges/0/stampDuties/0/documentHash',
      practice(stamp({ documentHash: 'abc' })),
    ],
    ['a province in small letters', 400, '/charges/0/stampDuties/0/province', practice(stamp({ province: 'fi' }))],
    [
      'an amount with three decimals',
      422,
      '/charges/0/amount/amount',
      practice({ practiceType: 'istanza', charges: [istruttoria('150.000')] }),
    ],
    ['six stamps', 400, '/charges/0/stampDuties', practice({ charges: [bolli(6)] })],
    ['no charge', 400, '/charges', practice({ charges: [] })],
    ['an unknown property', 400, '/state', practice({ state: 'paid' })],
    ['a missing payer', 400, '/payer', practice({ payer: undefined })],
    ['an id with a slash', 400, '/practiceId', practice({ practiceId: 'a/b' })],
    ['a script as return address', 422, '/returnUrl', practice({ returnUrl: 'javascript:alert(1)' })],
    ['a tax code as its name', 422, '/practiceId', practice({ practiceId: 'RSSMRA80A01H501U' })],
    [
      'a tax code in what is paid for',
      422,
      '/charges/0/reason',
      practice({ practiceType: 'istanza', charges: [{ ...istruttoria(), reason: 'per RSSMRA80A01H501U' }] }),
    ],
    [
      'an e-mail address in the return address',
      422,
      '/returnUrl',
      practice({ returnUrl: 'https://portos.example.org/?to=mario.rossi%40example.org' }),
    ],
    ['a NUL character', 400, '', practice({ practiceId: 'a\u0000b' })],
  ])('%s: %d, naming what to correct, and nothing stored', async (_, status, pointer, body) => {
    const before = await countRows();
    const answer = await stack.call<Problem>('POST', '/v1/practices', body);
    expect(answer.status).toBe(status);
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
    expect(answer.body.errors?.map((error) => error.pointer)).toContain(pointer);
    expect(await countRows()).toEqual(before);
  });

  it('a form is a 400 that says what to send', async () => {
    const response = await fetch(`${stack.apiUrl}/v1/practices`, {
      method: 'POST',
      headers: { authorization: 'Bearer key-of-the-journey' },
      body: new URLSearchParams({ practiceId: 'P-1' }),
    });
    const { errors } = (await response.json()) as Problem;
    expect([response.status, errors?.[0]?.message]).toEqual([
      400,
      'must be a JSON object, sent with Content-Type application/json',
    ]);
  });

  it('malformed JSON is a 400 that says what to send', async () => {
    const response = await fetch(`${stack.apiUrl}/v1/practices`, {
      method: 'POST',
      headers: { authorization: 'Bearer key-of-the-journey', 'content-type': 'application/json' },
      body: '{"practiceId": ',
    });
    expect(response.status).toBe(400);
    expect(((await response.json()) as Problem).detail).toContain('not JSON');
  });

  it.each([{}, { 'idempotency-key': 'deep' }])('nesting without end is a 400 (%j)', async (more) => {
    const response = await fetch(`${stack.apiUrl}/v1/practices`, {
      method: 'POST',
      headers: { authorization: 'Bearer key-of-the-journey', 'content-type': 'application/json', ...more },
      body: `${'['.repeat(45_000)}${']'.repeat(45_000)}`,
    });
    expect(response.status).toBe(400);
    expect(((await response.json()) as Problem).errors?.[0]?.message).toContain('nested');
  });

  it.each([undefined, 'Bearer wrong', 'Basic a2V5', 'Bearer'])(
    'without a valid key (%p) is a 401',
    async (authorization) => {
      const headers: Record<string, string> = authorization === undefined ? {} : { authorization };
      const answer = await stack.call<Problem>('POST', '/v1/practices', practice(), headers);
      expect(answer.status).toBe(401);
      expect(answer.headers.get('www-authenticate')).toContain('Bearer');
    },
  );

  it.each([
    ['GET', '/v1/practices/unknown'],
    ['GET', '/v1/payments/pay_00000000000000000000000000000000'],
    ['POST', '/v1/payments/pay_00000000000000000000000000000000/redirect'],
    ['POST', '/v1/payments/practice%2Funknown/verify'],
    ['GET', '/v1/payments/x/history'],
    ['GET', '/v1/machines/unknown'],
    ['GET', '/no/such/path'],
  ])('%s %s is a 404', async (method, path) => {
    const answer = await stack.call<Problem>(method, path);
    expect(answer.status).toBe(404);
    expect(answer.body).toMatchObject({ status: 404 });
  });

  it.each(['/v1/payments?cursor=', '/v1/incidents?cursor='])(
    '%s that no answer gave is a 400, and no end',
    async (path) => {
      const nobody = path.includes('payments') ? `pay_${'0'.repeat(32)}` : `inc_${'0'.repeat(32)}`;
      for (const cursor of ['x', nobody.slice(0, -1), nobody]) {
        const answer = await stack.call<Problem>('GET', `${path}${cursor}`);
        expect([cursor, answer.status, answer.body.errors?.[0]?.pointer]).toEqual([cursor, 400, '/cursor']);
      }
    },
  );

  it.each(['/v1/payments?limit=0', '/v1/payments?blocked=true', '/v1/payments?limit=201', '/v1/payments?limit=ten'])(
    '%s is a 400',
    async (path) => {
      expect((await stack.call('GET', path)).status).toBe(400);
    },
  );
});

describe('while IRIS says unpaid', () => {
  it('a forged return and a forged notification change nothing', async () => {
    const signed = 'https://portos.example.org/pratiche?sig=a%20b~(1)&paymentId=x&vuoto#in-fondo';
    const body = practice({ returnUrl: signed });
    await stack.call('POST', '/v1/practices', body);
    const [payment] = await eventually(async () => {
      const { body: view } = await stack.call<PracticeView>('GET', `/v1/practices/${body.practiceId}`);
      return view.payments.every(({ allowedActions }) => allowedActions.includes('redirect')) ? view.payments : null;
    }, 'the payment is ready');
    if (!payment) throw new Error('the practice has a payment');
    await stack.call('POST', `/v1/payments/${payment.paymentId}/redirect`);
    const token = await returnToken(payment.paymentId);
    const back = await fetch(`${stack.apiUrl}/return/${token}?esito=OK&id=1&state=paid`, { redirect: 'manual' });
    expect(back.status).toBe(303);
    const { paymentId } = payment;
    expect(back.headers.get('location')).toBe(signed.replace('paymentId=x&vuoto', `vuoto&paymentId=${paymentId}`));
    const idPagamento = payment.attempt.positions[0]?.idPagamento ?? '';
    const notified = await stack.call<string>('POST', '/iris/notifications', notification(idPagamento), {});
    expect(notified.body).toContain('Elaborato Correttamente');
    const polled = await eventually(async () => {
      const { body: view } = await stack.call<PaymentView>('GET', `/v1/payments/${payment.paymentId}`);
      return view.attempt.positions[0]?.esito ? view : null;
    }, 'IRIS was asked');
    expect(polled.attempt.positions[0]?.esito).toBe('unpaid');
    expect(polled.state).toBe('redirected');
  });

  it('a token nobody was given is a 404', async () => {
    expect((await fetch(`${stack.apiUrl}/return/nobody`, { redirect: 'manual' })).status).toBe(404);
  });

  it('a notification that cannot be read is a fault, so that IRIS sends it again', async () => {
    const answer = await stack.call<string>('POST', '/iris/notifications', UNREADABLE, {});
    expect(answer.status).toBe(500);
    expect(answer.body).toContain('Fault');
  });

  it('a notification for a position nobody knows is stored as an incident', async () => {
    const answer = await stack.call<string>('POST', '/iris/notifications', notification('99999999999999999'), {});
    expect(answer.body).toContain('Elaborato Correttamente');
    const { rows } = await stack.pool.query(
      `select kind, amount_cents from payments.incident where id_pagamento = '99999999999999999'`,
    );
    expect(rows).toEqual([{ kind: 'unconfirmedNotification', amount_cents: '1600' }]);
  });
});

async function returnToken(paymentId: string): Promise<string> {
  const { rows } = await stack.pool.query<{ return_token: string }>(
    `select snapshot #>> '{context,attempts,0,returnToken}' as return_token from engine.instance where id = $1`,
    [paymentId],
  );
  return rows[0]?.return_token ?? '';
}
