import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { practiceInstanceId } from '#machines/payment';
import { Bench, bolli, CALLER, istruttoria, known, practice } from '../bench.fixture.js';
import { problemOf } from '../problems.js';
import { parsePracticeRequest } from '../requests/practice-request.js';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;

let bench: Bench;
beforeEach(async () => {
  bench = await Bench.open();
});
afterEach(() => bench.close());

const withdraw = (practiceId: string, payments = bench.payments) =>
  payments.withdrawPractice(practiceId, 'rinuncia', CALLER);
const refusalOf = (command: Promise<void>) => command.then(() => null).catch((error: unknown) => problemOf(error));
const view = (practiceId: string) => bench.payments.views.practice(practiceId);

async function both(): Promise<{ practiceId: string; stamps: string; fee: string }> {
  const body = practice({ charges: [bolli(1), istruttoria()] });
  const [stamps, fee] = await bench.send(body);
  await bench.carryOut();
  return { practiceId: body.practiceId, stamps: known(stamps), fee: known(fee) };
}

async function atIris(paymentId: string, ...said: [Parameters<Bench['iris']['says']>[1], object?]): Promise<void> {
  await bench.redirect(paymentId);
  bench.iris.says(await bench.idPagamento(paymentId), ...said);
  await bench.after(20 * SECOND);
}

describe('a practice that is withdrawn', () => {
  it('has its payments annulled for good, and says so', async () => {
    const { practiceId, fee } = await both();
    await withdraw(practiceId);
    const { withdrawn, state, payments } = await view(practiceId);
    expect({ withdrawn, state }).toEqual({ withdrawn: true, state: 'collecting' });
    expect(payments.map((payment) => [payment.state, payment.dropped])).toEqual([
      ['annulled', 'withdrawn'],
      ['annulled', 'withdrawn'],
    ]);
    await expect(bench.payments.regenerate(fee, { attempt: 1 }, CALLER)).rejects.toMatchObject({
      reason: 'its charge was replaced or withdrawn',
    });
  });

  it('keeps who withdrew it, and why, on the practice and on each payment', async () => {
    const { practiceId, stamps, fee } = await both();
    await withdraw(practiceId);
    const instanceId = practiceInstanceId(practiceId);
    const own = await bench.payments.store.readTransitionsOfType([instanceId], 'practice.withdrawn');
    const others = await bench.payments.store.readTransitionsOfType([stamps, fee], 'charge.dropped');
    for (const transition of [...own, ...others]) {
      expect(transition).toMatchObject({ actor: CALLER.actor, source: 'api', event: { reason: 'rinuncia' } });
    }
    expect([own.length, others.length]).toEqual([1, 2]);
  });

  it('withdrawn once more, also by two at once, stays as it is', async () => {
    const { practiceId } = await both();
    await Promise.all([withdraw(practiceId), withdraw(practiceId, await bench.anotherProcess())]);
    const before = await bench.counts();
    await withdraw(practiceId);
    expect(await bench.counts()).toEqual(before);
    const applied = await bench.rows(
      `select from engine.transition where type = 'practice.withdrawn' and decision = 'applied'`,
    );
    expect(applied).toHaveLength(1);
  });

  it('keeps what is paid, and is not settled', async () => {
    const { practiceId, stamps } = await both();
    await atIris(stamps, 'paid');
    await withdraw(practiceId);
    const { state, withdrawn, payments } = await view(practiceId);
    expect([state, withdrawn]).toEqual(['collecting', true]);
    expect(payments.map((payment) => [payment.state, payment.dropped])).toEqual([
      ['paid', null],
      ['annulled', 'withdrawn'],
    ]);
  });

  it('keeps the stamp that is paid of two, and owes back the other if it comes', async () => {
    const paymentId = await bench.atIris(practice({ practiceId: 'P-1', charges: [bolli(2)] }));
    bench.iris.says(await bench.idPagamento(paymentId, 1), 'paid');
    bench.iris.says(await bench.idPagamento(paymentId, 2), 'refused');
    await bench.after(20 * SECOND);
    await withdraw('P-1');
    bench.iris.says(await bench.idPagamento(paymentId, 2), 'paid');
    await bench.after(10 * MINUTE);
    expect(await bench.view(paymentId)).toMatchObject({
      state: 'annulled',
      attempt: { positions: [{ refund: null }, { refund: 'due' }] },
    });
  });

  it('owes back what is paid afterwards, and the practice hears nothing of it', async () => {
    const { practiceId, fee } = await both();
    await bench.redirect(fee);
    await withdraw(practiceId);
    bench.iris.says(await bench.idPagamento(fee), 'paid', { amountCents: 15_000 });
    await bench.after(6 * MINUTE);
    expect(await bench.view(fee)).toMatchObject({ state: 'annulled', attempt: { positions: [{ refund: 'due' }] } });
    expect(await bench.incidents()).toMatchObject([{ kind: 'duplicatePayment', instance_id: fee }]);
    const heard = await bench.payments.store.readTransitionsOfType([practiceInstanceId(practiceId)], 'charge.paid');
    expect(heard).toEqual([]);
  });

  it('takes no other content', async () => {
    const body = practice();
    await bench.send(body);
    await withdraw(body.practiceId);
    const replaced = bench.payments.replacePractice(parsePracticeRequest({ ...body, charges: [bolli(2)] }), CALLER);
    expect(await refusalOf(replaced)).toMatchObject({ status: 409, detail: 'the practice was withdrawn.' });
  });
});

describe('a practice that cannot be withdrawn', () => {
  it.each(['inProgress', 'confirming'] as const)(
    'because a payment is %s names it, and nothing at all is done',
    async (esito) => {
      const { practiceId, stamps, fee } = await both();
      await atIris(fee, esito);
      expect(await refusalOf(withdraw(practiceId))).toMatchObject({
        status: 409,
        payments: [{ paymentId: fee, kind: 'istruttoria', reason: 'a payment is under way' }],
      });
      expect(await bench.state(stamps)).toBe('initialized.ready');
      expect(await view(practiceId)).toMatchObject({ withdrawn: false });
      bench.iris.says(await bench.idPagamento(fee), 'refused');
      await bench.after(2 * MINUTE);
      await withdraw(practiceId);
    },
  );

  it('because money waits for an operator is refused', async () => {
    const { practiceId, fee } = await both();
    await atIris(fee, 'paid', { amountCents: 1 });
    expect(await refusalOf(withdraw(practiceId))).toMatchObject({
      status: 409,
      payments: [{ paymentId: fee, reason: 'an incident must be resolved first' }],
    });
  });

  it('because everything is paid is refused, also before the practice has heard of it', async () => {
    const body = practice();
    const paymentId = await bench.ready(body);
    bench.deliver('lost', 'practice');
    await atIris(paymentId, 'paid');
    expect(await view(body.practiceId)).toMatchObject({ state: 'collecting' });
    expect(await refusalOf(withdraw(body.practiceId))).toMatchObject({ status: 409 });
    bench.deliver('once');
    await bench.after(MINUTE);
    expect(await view(body.practiceId)).toMatchObject({ state: 'settled', withdrawn: false });
  });

  it.each(['unknown', 'a/b', 'x'.repeat(36)])('because nobody opened it (%j) is not found', async (practiceId) => {
    expect(await refusalOf(withdraw(practiceId))).toMatchObject({ status: 404 });
  });
});
