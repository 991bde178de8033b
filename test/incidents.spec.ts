import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { HistoryItem, IncidentView, PaymentView, PracticeView, Problem } from '#libs/payments';
import { practice } from './practice.fixture.js';
import type { Answer, Stack } from './stack.js';
import { eventually, startStack } from './stack.js';

const OPERATOR_KEY = 'key-of-an-operator';
const asOperator = { authorization: `Bearer ${OPERATOR_KEY}` };

interface Page {
  readonly items: readonly IncidentView[];
  readonly nextCursor: string | null;
}

let stack: Stack;

const list = async (query: string, headers?: Record<string, string>): Promise<Answer<Page>> =>
  stack.call<Page>('GET', `/v1/incidents${query}`, undefined, headers);

/** IRIS takes another amount than was due. */
async function paidWrong(): Promise<{ paymentId: string; incident: IncidentView }> {
  const body = practice();
  await stack.call('POST', '/v1/practices', body);
  const payment = await eventually(async () => {
    const { body: view } = await stack.call<PracticeView>('GET', `/v1/practices/${body.practiceId}`);
    return view.payments.find(({ allowedActions }) => allowedActions.includes('redirect')) ?? null;
  }, 'the payment is ready');
  const { paymentId } = payment;
  await stack.call('POST', `/v1/payments/${paymentId}/redirect`);
  const idPagamento = payment.attempt.positions[0]?.idPagamento ?? '';
  const receipt = { idTransazione: 'T1', amountCents: 1500 };
  const event = { type: 'position.reported', idPagamento, esito: 'paid', askedAtSeq: 99, receipt };
  await stack.payments.intake.submit({ arrivals: [{ to: paymentId, id: 'wrong', event, source: 'engine' }] });
  const incident = await eventually(async () => {
    const { body: page } = await list('?kind=amountMismatch&state=open');
    return page.items.find((item) => item.paymentId === paymentId) ?? null;
  }, 'the incident is open');
  return { paymentId, incident };
}

const decide = <Body>(
  { incidentId }: IncidentView,
  what: 'resolve' | 'redrive',
  body?: unknown,
  headers?: Record<string, string>,
): Promise<Answer<Body>> => stack.call<Body>('POST', `/v1/incidents/${incidentId}/${what}`, body, headers);

const settle = { resolution: 'settle', reason: 'The bank confirmed the rest.' };

describe('where there is a key for operators', () => {
  let paymentId: string;
  let incident: IncidentView;
  beforeAll(async () => {
    stack = await startStack({ PORTOS_OPERATOR_KEY: OPERATOR_KEY });
    ({ paymentId, incident } = await paidWrong());
  }, 60_000);
  afterAll(() => stack.stop());

  it('an incident says what happened and what may be decided', () => {
    expect(incident).toMatchObject({
      kind: 'amountMismatch',
      state: 'open',
      amount: { amount: '15.00', currency: 'EUR' },
      facts: 'IRIS reports 1500 cents where 1600 were due.',
      allowedResolutions: ['settle', 'refund', 'refunded', 'dismiss'],
      redrivable: false,
      resolution: null,
    });
  });

  it('only it decides; who has it reads everything, and asks IRIS only for a reason', async () => {
    expect((await decide(incident, 'resolve', settle)).status).toBe(403);
    expect((await decide(incident, 'redrive')).status).toBe(403);
    expect((await list('', asOperator)).status).toBe(200);
    expect((await stack.call('GET', `/v1/payments/${paymentId}`, undefined, asOperator)).status).toBe(200);
    expect((await stack.call('POST', `/v1/payments/${paymentId}/verify`, undefined, asOperator)).status).toBe(400);
    expect((await stack.call('POST', '/v1/practices', practice(), asOperator)).status).toBe(403);
    expect((await list('', {})).status).toBe(401);
  });

  it.each([
    [{ resolution: 'settle' }, 400, '/reason'],
    [{ resolution: 'forget', reason: 'x' }, 400, '/resolution'],
    [{ resolution: 'settle', reason: 'one\nand another' }, 400, '/reason'],
    ['{', 400, ''],
  ])('%j is no decision', async (body, status, pointer) => {
    const answer = await decide<Problem>(incident, 'resolve', body, asOperator);
    expect(answer.status).toBe(status);
    if (pointer) expect(answer.body.errors?.map((error) => error.pointer)).toContain(pointer);
  });

  it('what was not given up cannot be redriven: the answer names what is allowed', async () => {
    const { status, body } = await decide<Problem>(incident, 'redrive', undefined, asOperator);
    expect(status).toBe(409);
    expect(body.detail).toBe(
      'nothing was given up that could be redriven. Allowed now: settle, refund, refunded, dismiss.',
    );
    expect(body['allowedResolutions']).toEqual(['settle', 'refund', 'refunded', 'dismiss']);
  });

  it('a decision is heard, and stands in the history without the person', async () => {
    const { status, body } = await decide<IncidentView>(incident, 'resolve', settle, asOperator);
    expect(status).toBe(200);
    expect(body).toMatchObject({ state: 'resolved', resolution: 'settle', resolvedBy: 'operator-key' });
    const { body: payment } = await stack.call<PaymentView>('GET', `/v1/payments/${paymentId}`);
    expect(payment.state).toBe('paid');
    const { body: history } = await stack.call<{ items: HistoryItem[] }>('GET', `/v1/payments/${paymentId}/history`);
    expect(history.items.find(({ type }) => type === 'incident.resolved')).toMatchObject({ source: 'operator' });
  });

  it('the same again is the same answer, another one is refused', async () => {
    const again = await decide<IncidentView>(incident, 'resolve', settle, asOperator);
    expect(again).toMatchObject({ status: 200, body: { resolution: 'settle' } });
    const other = await decide<Problem>(incident, 'resolve', { ...settle, resolution: 'dismiss' }, asOperator);
    expect(other.status).toBe(409);
    expect(other.body.detail).toContain('it was closed already, by "settle"');
  });

  it('an incident that there is not is a 404, a filter that there is not a 400', async () => {
    const nowhere = { ...incident, incidentId: 'inc_00000000000000000000000000000000' };
    expect((await decide(nowhere, 'resolve', settle, asOperator)).status).toBe(404);
    expect((await decide(nowhere, 'redrive', undefined, asOperator)).status).toBe(404);
    expect((await stack.call('GET', '/v1/incidents/none')).status).toBe(404);
    for (const query of ['?state=closed', '?kind=other', '?limit=0', '?paymentId=1']) {
      expect([query, (await list(query)).status]).toEqual([query, 400]);
    }
  });
});

describe('where there is none', () => {
  beforeAll(async () => {
    stack = await startStack();
  }, 60_000);
  afterAll(() => stack.stop());

  it('the API key decides, and the incident says so', async () => {
    const { incident } = await paidWrong();
    const { status, body } = await decide<IncidentView>(incident, 'resolve', settle);
    expect(status).toBe(200);
    expect(body).toMatchObject({ state: 'resolved', resolvedBy: 'api-key' });
    expect((await list('?state=open&kind=amountMismatch')).body.items).toEqual([]);
  });
});
