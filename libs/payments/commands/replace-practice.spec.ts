import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { practiceInstanceId } from '#machines/payment';
import type { PracticeBody } from '../bench.fixture.js';
import { Bench, bolli, CALLER, istruttoria, known, practice } from '../bench.fixture.js';
import type { Payments } from '../payments.js';
import { problemOf } from '../problems.js';
import { parsePracticeRequest } from '../requests/practice-request.js';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;

let bench: Bench;
beforeEach(async () => {
  bench = await Bench.open();
});
afterEach(() => bench.close());

const replace = (body: PracticeBody, payments: Payments = bench.payments) =>
  payments.replacePractice(parsePracticeRequest(body), CALLER);
const refusalOf = (command: Promise<void>) => command.then(() => null).catch((error: unknown) => problemOf(error));
const paymentsOf = async ({ practiceId }: PracticeBody): Promise<string[]> =>
  (await bench.payments.views.practice(practiceId)).payments.map((payment) => payment.paymentId);

/** A practice with both charges, each with its URL. */
async function both(): Promise<{ body: PracticeBody; stamps: string; fee: string }> {
  const body = practice({ charges: [bolli(1), istruttoria('150.00')] });
  const [stamps, fee] = await bench.send(body);
  await bench.carryOut();
  return { body, stamps: known(stamps), fee: known(fee) };
}

/** The payer goes to IRIS, and IRIS says this of the one position. */
async function atIris(paymentId: string, ...said: [Parameters<Bench['iris']['says']>[1], object?]): Promise<void> {
  await bench.redirect(paymentId);
  bench.iris.says(await bench.idPagamento(paymentId), ...said);
  await bench.after(20 * SECOND);
}

const otherFee = (body: PracticeBody): PracticeBody => ({ ...body, charges: [bolli(1), istruttoria('200.00')] });

describe('a practice with other charges', () => {
  it('keeps the payment of a charge that stays, and gives the new charge one of its own', async () => {
    const { body, stamps, fee } = await both();
    await replace(otherFee(body));
    const { payments } = await bench.payments.views.practice(body.practiceId);
    expect(payments.map((payment) => payment.amount.amount)).toEqual(['16.00', '200.00']);
    expect(payments[0]).toMatchObject({ paymentId: stamps, state: 'initialized', attempt: { number: 1 } });
    expect(payments[1]?.paymentId).not.toBe(fee);
    await bench.carryOut();
    expect(await bench.redirect(known(payments[1]).paymentId)).toBe('https://iris.example/gateway/3');
  });

  it('annuls the payment of the former charge for good, and says so', async () => {
    const { body, fee } = await both();
    await replace(otherFee(body));
    expect(await bench.view(fee)).toMatchObject({
      state: 'annulled',
      dropped: 'replaced',
      blocked: false,
      allowedActions: ['verify'],
      attempt: { redirectUrl: null },
      message: { it: "L'importo è stato sostituito o ritirato in PORTOS. Non pagarlo." },
    });
    await expect(bench.payments.regenerate(fee, { attempt: 1 }, CALLER)).rejects.toMatchObject({
      reason: 'its charge was replaced or withdrawn',
    });
    await expect(bench.redirect(fee)).rejects.toMatchObject({ name: 'CommandRefused' });
    expect(await bench.poll(fee, await bench.idPagamento(fee))).toMatchObject({ type: 'iris.watch' });
  });

  it('may gain a charge, lose one, and change its type', async () => {
    const { body, stamps } = await both();
    await replace({ ...body, practiceType: 'collaudo', charges: [bolli(1)] });
    expect(await bench.payments.views.practice(body.practiceId)).toMatchObject({ practiceType: 'collaudo' });
    expect(await paymentsOf(body)).toEqual([stamps]);
    await replace(body);
    const ids = await paymentsOf(body);
    expect(ids).toHaveLength(2);
    expect(ids[0]).toBe(stamps);
  });

  it.each(['refused', 'cancelled'] as const)('replaces one whose payment IRIS says is %s', async (esito) => {
    const { body, fee } = await both();
    await atIris(fee, esito);
    await replace(otherFee(body));
    expect(await bench.view(fee)).toMatchObject({ state: 'annulled', dropped: 'replaced' });
  });

  it('is asked of the new debtor, but for what is paid; another e-mail replaces nothing', async () => {
    const { body, stamps, fee } = await both();
    await atIris(stamps, 'paid');
    await replace({ ...body, payer: { fiscalCode: 'RSSMRA80A01H501U', email: 'm.rossi@example.org' } });
    expect(await paymentsOf(body)).toEqual([stamps, fee]);
    await replace({ ...body, payer: { fiscalCode: '00488410010', email: 'm.rossi@example.org' } });
    const [kept, renewed] = await paymentsOf(body);
    expect(kept).toBe(stamps);
    expect(renewed).not.toBe(fee);
    await bench.carryOut();
    expect(bench.iris.openings.at(-1)?.payer).toEqual({ fiscalCode: '00488410010', email: 'm.rossi@example.org' });
  });

  it('sends the payer back to the new address, also from a payment that was opened before', async () => {
    const { body, stamps } = await both();
    await replace({ ...body, returnUrl: 'https://portos.example.org/altro' });
    const token = known(bench.iris.openings[0]?.urlBack.split('/').at(-1));
    expect(await bench.payments.payerReturned(token)).toBe(`https://portos.example.org/altro?paymentId=${stamps}`);
  });
});

describe('the same content', () => {
  it('sent twice is the same answer, and stores nothing new', async () => {
    const { body } = await both();
    await replace(otherFee(body));
    const before = await bench.counts();
    await replace(otherFee(body));
    expect(await bench.counts()).toEqual(before);
  });

  it('is what the practice has now: the former one may come back, and opening follows', async () => {
    const { body } = await both();
    const former = await paymentsOf(body);
    await replace(otherFee(body));
    await expect(bench.send(body)).rejects.toMatchObject({ name: 'CommandRefused' });
    await bench.send(otherFee(body));
    await replace(body);
    const ids = await paymentsOf(body);
    expect(ids[0]).toBe(former[0]);
    expect(ids[1]).not.toBe(former[1]);
    await bench.send(body);
  });
});

describe('a charge that cannot be replaced', () => {
  it.each([
    ['paid', 'it is paid', /^paid/],
    ['inProgress', 'a payment is under way', /^redirected\.inProgress/],
    ['confirming', 'a payment is under way', /^redirected\.confirming/],
  ] as const)('because it is %s is named, and nothing at all is done', async (esito, reason, state) => {
    const { body, stamps, fee } = await both();
    await atIris(fee, esito, { amountCents: 15_000 });
    const before = await bench.payments.views.practice(body.practiceId);
    const problem = await refusalOf(replace({ ...body, charges: [bolli(2), istruttoria('200.00')] }));
    expect(problem).toMatchObject({ status: 409, detail: `istruttoria (${fee}): ${reason}.` });
    expect(problem).toMatchObject({
      payments: [{ paymentId: fee, kind: 'istruttoria', reason, state: expect.stringMatching(state) as unknown }],
    });
    expect((await bench.payments.views.practice(body.practiceId)).payments.map(({ state }) => state)).toEqual(
      before.payments.map(({ state }) => state),
    );
    expect((await bench.history(fee)).at(-1)).toMatchObject({ type: 'charge.dropped', decision: 'ignored', reason });
    expect(await bench.heard(stamps, 'charge.dropped')).toEqual([]);
    expect(await bench.rows('select * from payments.charge')).toHaveLength(2);
  });

  it('for more than one reason is named with each', async () => {
    const { body, stamps, fee } = await both();
    await atIris(stamps, 'paid');
    await atIris(fee, 'inProgress');
    const problem = await refusalOf(replace({ ...body, charges: [bolli(2), istruttoria('200.00')] }));
    expect(problem?.detail).toBe(`bolli (${stamps}): it is paid; istruttoria (${fee}): a payment is under way.`);
  });

  it('because a part of it is paid keeps its payment: that stamp would have to be paid again', async () => {
    const body = practice({ charges: [bolli(2)] });
    const paymentId = await bench.atIris(body);
    bench.iris.says(await bench.idPagamento(paymentId, 1), 'paid');
    bench.iris.says(await bench.idPagamento(paymentId, 2), 'refused');
    await bench.after(20 * SECOND);
    const problem = await refusalOf(replace({ ...body, charges: [bolli(3)] }));
    expect(problem).toMatchObject({ payments: [{ state: 'rejected', reason: 'part of it is paid' }] });
  });

  it('in a settled practice is not there: it has what it needs', async () => {
    const body = practice();
    const paymentId = await bench.ready(body);
    await atIris(paymentId, 'paid');
    expect(await refusalOf(replace({ ...body, charges: [bolli(1), istruttoria()] }))).toMatchObject({
      status: 409,
      detail: 'the practice is settled.',
    });
    await replace(body);
  });

  it('of a practice nobody opened is not found', async () => {
    expect(await refusalOf(replace(practice()))).toMatchObject({ status: 404 });
  });
});

describe('money that comes for a charge that was replaced', () => {
  it('settles neither the old charge nor the new one: it is owed back', async () => {
    const { body, stamps, fee } = await both();
    await bench.redirect(fee);
    await replace(otherFee(body));
    await bench.carryOut();
    bench.iris.says(await bench.idPagamento(fee), 'paid', { amountCents: 15_000 });
    await bench.after(6 * MINUTE);
    expect(await bench.view(fee)).toMatchObject({
      state: 'annulled',
      items: [{ settledBy: null }],
      attempt: { positions: [{ refund: 'due' }] },
    });
    expect(await bench.incidents()).toMatchObject([
      { kind: 'duplicatePayment', amount_cents: '15000', allowed_resolutions: ['refunded', 'dismiss'] },
    ]);
    const [, renewed] = await paymentsOf(body);
    expect(await bench.view(known(renewed))).toMatchObject({ state: 'initialized', items: [{ settledBy: null }] });
    await atIris(stamps, 'paid');
    expect(await bench.payments.views.practice(body.practiceId)).toMatchObject({ state: 'collecting' });
    await atIris(known(renewed), 'paid', { amountCents: 20_000 });
    expect(await bench.payments.views.practice(body.practiceId)).toMatchObject({ state: 'settled' });
    expect(await settlings(body)).toBe(1);
  });

  it('while its opening was still under way is found all the same', async () => {
    const body = practice({ charges: [bolli(1), istruttoria()] });
    const [, fee = ''] = await bench.send(body);
    const letGo = bench.iris.holdAnswers();
    const called = bench.iris.nextCall();
    const opening = bench.carryOut();
    await called;
    await replace(otherFee(body));
    letGo();
    await opening;
    expect(await bench.view(fee)).toMatchObject({ state: 'annulled', attempt: { redirectUrl: null } });
    bench.iris.says(await bench.idPagamento(fee), 'paid', { amountCents: 15_000 });
    await bench.after(6 * MINUTE);
    expect((await bench.view(fee)).attempt.positions).toMatchObject([{ refund: 'due' }]);
  });
});

describe('a practice that is replaced down to what is paid', () => {
  it('is settled at once, and once', async () => {
    const { body, stamps } = await both();
    await atIris(stamps, 'paid');
    await replace({ ...body, charges: [bolli(1)] });
    expect(await bench.payments.views.practice(body.practiceId)).toMatchObject({ state: 'settled' });
    await bench.after(10 * MINUTE);
    expect(await settlings(body)).toBe(1);
  });
});

describe('replacements at once', () => {
  it('of ten contents, through two processes, leave one of them, whole', async () => {
    const { body } = await both();
    const processes = [bench.payments, await bench.anotherProcess()];
    const contents = Array.from({ length: 10 }, (_, index) => ({
      ...body,
      charges: [bolli((index % 5) + 1), istruttoria(`${300 + index}.00`)],
    }));
    await Promise.all(contents.map((content, index) => replace(content, processes[index % 2])));
    const { payments } = await bench.payments.views.practice(body.practiceId);
    const amounts = payments.map((payment) => payment.amount.amount);
    const outcome = contents.findIndex((_, index) => amounts[1] === `${300 + index}.00`);
    expect(amounts[0]).toBe(`${16 * ((outcome % 5) + 1)}.00`);
    const live = await bench.rows(
      `select id from engine.instance where machine = 'payment' and snapshot #>> '{context,dropped}' is null`,
    );
    expect(new Set(live.map((row) => row['id']))).toEqual(new Set(payments.map((payment) => payment.paymentId)));
    await bench.send(known(contents[outcome]));
  });

  it('with the payer who begins to pay either replace the charge or are refused', async () => {
    const { body, fee } = await both();
    await bench.redirect(fee);
    bench.iris.says(await bench.idPagamento(fee), 'inProgress');
    await bench.passTime(20 * SECOND);
    const [answer] = await Promise.allSettled([replace(otherFee(body)), bench.carryOut()]);
    const { dropped, state } = await bench.view(fee);
    expect([answer.status, dropped, state]).toEqual(
      answer.status === 'fulfilled' ? ['fulfilled', 'replaced', 'annulled'] : ['rejected', null, 'redirected'],
    );
  });
});

async function settlings({ practiceId }: PracticeBody): Promise<number> {
  const transitions = await bench.payments.store.readTransitions(practiceInstanceId(practiceId), 0, 200);
  return transitions.filter(({ from, to }) => to === 'settled' && from !== 'settled').length;
}
