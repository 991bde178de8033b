import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { IrisOutcomeUnknown } from '#libs/iris';
import { Bench, bolli, CALLER, practice } from '../bench.fixture.js';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

let bench: Bench;
beforeEach(async () => {
  bench = await Bench.open({ REGENERATE_LIMIT: '1', REGENERATE_COOLDOWN: '0' });
});
afterEach(() => bench.close());

/** Milliseconds from the payment's last decision to the end of its present wait. */
async function waitMs(paymentId: string): Promise<number | null> {
  const { attempt, updatedAt } = await bench.view(paymentId);
  return attempt.expiresAt === null ? null : Date.parse(attempt.expiresAt) - Date.parse(updatedAt);
}

const says = async (paymentId: string, ...said: [Parameters<Bench['iris']['says']>[1], object?]) =>
  bench.iris.says(await bench.idPagamento(paymentId), ...said);

describe('expiresAt', () => {
  it('is the end of the present wait, state by state', async () => {
    const near = (ms: number): unknown => expect.closeTo(ms, -3);
    const paymentId = await bench.initialized();
    expect(await waitMs(paymentId)).toEqual(near(2 * MINUTE));
    await bench.carryOut();
    expect(await waitMs(paymentId)).toEqual(near(24 * HOUR));
    await bench.redirect(paymentId);
    expect(await waitMs(paymentId)).toEqual(near(15 * MINUTE));
    await says(paymentId, 'inProgress');
    await bench.after(5 * SECOND);
    expect(await waitMs(paymentId)).toEqual(near(30 * MINUTE));
    await says(paymentId, 'confirming');
    await bench.after(20 * SECOND);
    expect(await waitMs(paymentId)).toEqual(near(10 * 24 * HOUR));
    await says(paymentId, 'paid');
    await bench.after(2 * MINUTE);
    expect(await waitMs(paymentId)).toBeNull();
  });

  it('is not moved by what happens within the wait', async () => {
    const paymentId = await bench.atIris();
    const { attempt } = await bench.view(paymentId);
    await bench.after(5 * SECOND);
    await bench.payments.verify(paymentId, CALLER);
    await bench.carryOut();
    expect((await bench.view(paymentId)).attempt.expiresAt).toBe(attempt.expiresAt);
  });

  it('moves with the next question once the deadline has passed and IRIS is silent; the state stays', async () => {
    const paymentId = await bench.atIris();
    bench.iris.failsOn('verify', ...Array.from({ length: 10 }, () => new IrisOutcomeUnknown('timeout')));
    await bench.after(16 * MINUTE);
    const first = await bench.view(paymentId);
    expect(first.state).toBe('redirected');
    expect(first.message.it).toContain('Stiamo verificando');
    await bench.after(2 * MINUTE);
    const second = await bench.view(paymentId);
    expect(second.state).toBe('redirected');
    const [shownFirst, shownThen] = [first, second].map(({ attempt }) => Date.parse(attempt.expiresAt ?? ''));
    expect(shownThen).toBeGreaterThan(shownFirst ?? Infinity);
  });
});

describe('the view of a payment', () => {
  it('says that it is blocked, in exactly the three states of "pending di pagamento"', async () => {
    const paymentId = await bench.ready();
    expect((await bench.view(paymentId)).blocked).toBe(false);
    await bench.redirect(paymentId);
    expect((await bench.view(paymentId)).blocked).toBe(false);
    await says(paymentId, 'refused');
    await bench.after(5 * SECOND);
    expect(await bench.view(paymentId)).toMatchObject({ state: 'rejected', blocked: true });
    await bench.payments.annul(paymentId, 'basta', CALLER);
    expect(await bench.view(paymentId)).toMatchObject({ state: 'annulled', blocked: true });
    await says(paymentId, 'paid');
    await bench.after(6 * MINUTE);
    expect(await bench.view(paymentId)).toMatchObject({ state: 'paid', blocked: false });
  });

  it('shows when the attempt was opened, and its URL only while somebody may pay there', async () => {
    const paymentId = await bench.initialized();
    expect((await bench.view(paymentId)).attempt).toMatchObject({ openedAt: null, redirectUrl: null });
    await bench.carryOut();
    const [, opened] = await bench.history(paymentId);
    const { attempt } = await bench.view(paymentId);
    expect(attempt).toMatchObject({ openedAt: opened?.at, redirectUrl: 'https://iris.example/gateway/1' });
    await bench.payments.annul(paymentId, 'basta', CALLER);
    expect((await bench.view(paymentId)).attempt.redirectUrl).toBeNull();
  });

  it('never shows a URL that came after the payment was annulled', async () => {
    const paymentId = await bench.initialized();
    const letGo = bench.iris.holdAnswers();
    const called = bench.iris.nextCall();
    const opening = bench.carryOut();
    await called;
    await bench.payments.annul(paymentId, 'basta', CALLER);
    letGo();
    await opening;
    expect(await bench.heard(paymentId, 'attempt.opened')).toHaveLength(1);
    const { attempt, state } = await bench.view(paymentId);
    expect([state, attempt.redirectUrl]).toEqual(['annulled', null]);
    expect(attempt.openedAt).not.toBeNull();
    expect(await bench.poll(paymentId, await bench.idPagamento(paymentId))).toBeDefined();
  });

  it('shows what settled each item, what is missing, and the money to give back', async () => {
    const paymentId = await bench.atIris(practice({ charges: [bolli(2)] }));
    const [first, second] = [await bench.idPagamento(paymentId, 1), await bench.idPagamento(paymentId, 2)];
    bench.iris.says(first, 'paid', { idTransazione: 'T1' });
    bench.iris.says(second, 'refused');
    await bench.after(5 * SECOND);
    const blocked = await bench.view(paymentId);
    expect(blocked.items.map((item) => item.settledBy)).toEqual([{ attempt: 1, idPagamento: first }, null]);
    expect(blocked).toMatchObject({ state: 'rejected', amount: { amount: '32.00', currency: 'EUR' } });
    await bench.regenerate(paymentId);
    await bench.carryOut();
    await bench.redirect(paymentId);
    expect((await bench.view(paymentId)).attempt.positions).toMatchObject([{ item: 2, esito: null, refund: null }]);
    bench.iris.says(await bench.idPagamento(paymentId, 2), 'paid');
    await bench.after(12 * SECOND);
    bench.iris.says(second, 'paid', { idTransazione: 'T2' });
    await bench.after(6 * MINUTE);
    const paid = await bench.view(paymentId);
    expect(paid.state).toBe('paid');
    expect(paid.attempts.map(({ positions }) => positions.map(({ refund }) => refund))).toEqual([
      [null, 'due'],
      [null],
    ]);
    await bench.hear(paymentId, {
      type: 'incident.resolved',
      kind: 'duplicatePayment',
      idPagamento: second,
      idTransazione: 'T2',
      resolution: 'refunded',
      reason: 'rimborsato',
    });
    expect((await bench.view(paymentId)).attempts[0]?.positions[1]?.refund).toBe('refunded');
  });
});

describe('allowedActions', () => {
  const actions = async (paymentId: string) => (await bench.view(paymentId)).allowedActions;

  it('are what the machine would apply now', async () => {
    const paymentId = await bench.initialized();
    expect(await actions(paymentId)).toEqual(['annul']);
    await bench.carryOut();
    expect(await actions(paymentId)).toEqual(['redirect', 'annul', 'verify']);
    await bench.redirect(paymentId);
    expect(await actions(paymentId)).toEqual(['redirect', 'annul', 'verify']);
    await says(paymentId, 'inProgress');
    await bench.after(5 * SECOND);
    expect(await actions(paymentId)).toEqual(['redirect', 'verify']);
    await says(paymentId, 'refused');
    await bench.after(MINUTE);
    expect(await actions(paymentId)).toEqual(['regenerate', 'annul', 'verify']);
    await says(paymentId, 'paid');
    await bench.after(10 * MINUTE);
    expect(await actions(paymentId)).toEqual([]);
  });

  it('know this installation’s limit of regenerations', async () => {
    const paymentId = await bench.atIris();
    await says(paymentId, 'refused');
    await bench.after(5 * SECOND);
    await bench.regenerate(paymentId);
    await bench.carryOut();
    await bench.redirect(paymentId);
    await says(paymentId, 'refused');
    await bench.after(2 * MINUTE);
    expect(await bench.state(paymentId)).toBe('rejected');
    expect(await actions(paymentId)).toEqual(['annul', 'verify']);
  });

  it('do not offer to pay again what an operator must decide about first', async () => {
    const paymentId = await bench.atIris();
    await says(paymentId, 'paid', { amountCents: 1500 });
    await bench.after(5 * SECOND);
    await bench.after(16 * MINUTE);
    expect(await actions(paymentId)).not.toContain('regenerate');
    expect(await actions(paymentId)).not.toContain('annul');
  });
});

describe('the history', () => {
  it('names the attempt each line is about, and goes on naming it', async () => {
    const paymentId = await bench.atIris();
    await says(paymentId, 'refused');
    await bench.after(5 * SECOND);
    const before = await bench.history(paymentId);
    await bench.regenerate(paymentId);
    await bench.carryOut();
    await bench.redirect(paymentId);
    const lines = await bench.history(paymentId);
    expect(lines.slice(0, before.length)).toEqual(before);
    const told = lines.map(({ type, attempt }) => [type, attempt] as const);
    expect(told.filter(([type]) => type !== 'cooldown.ended')).toEqual([
      ['payment.initialized', 1],
      ['attempt.opened', 1],
      ['redirect.requested', 1],
      ['position.reported', 1],
      ['regenerate.requested', 1],
      ['position.reported', 1],
      ['attempt.opened', 2],
      ['redirect.requested', 2],
    ]);
  });

  it('shows refusals with their reason, and pages without a gap', async () => {
    const paymentId = await bench.initialized();
    await bench.redirect(paymentId).catch(() => undefined);
    const [, refusal] = await bench.history(paymentId);
    expect(refusal).toMatchObject({
      seq: 2,
      type: 'redirect.requested',
      decision: 'ignored',
      reason: 'the payment is still being opened at IRIS',
      from: 'initialized.opening',
      to: 'initialized.opening',
      source: 'api',
      attempt: null,
    });
    await bench.carryOut();
    const pages: number[] = [];
    let cursor: string | null = '0';
    while (cursor !== null) {
      const page = await bench.payments.views.history(paymentId, Number(cursor), 1);
      pages.push(...page.items.map((item) => item.seq));
      cursor = page.nextCursor;
    }
    expect(pages).toEqual([1, 2, 3]);
  });

  it('of a payment nobody knows is told so', async () => {
    await expect(bench.payments.views.history('pay_\u0000', 0, 10)).rejects.toMatchObject({ name: 'NotFound' });
  });
});
