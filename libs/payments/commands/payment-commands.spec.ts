import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Bench, CALLER, practice } from '../bench.fixture.js';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const DAY = 24 * 60 * MINUTE;

let bench: Bench;
beforeEach(async () => {
  bench = await Bench.open();
});
afterEach(() => bench.close());

/** A payment of which IRIS has said this, once the payer was there. */
async function reported(esito: Parameters<Bench['iris']['says']>[1]): Promise<string> {
  const paymentId = await bench.atIris();
  bench.iris.says(await bench.idPagamento(paymentId), esito);
  await bench.after(5 * SECOND);
  return paymentId;
}

async function stale(): Promise<string> {
  const paymentId = await bench.ready();
  await bench.after(DAY);
  return paymentId;
}

async function notConcluded(): Promise<string> {
  const paymentId = await reported('inProgress');
  await bench.after(31 * MINUTE);
  return paymentId;
}

async function regenerated(): Promise<string> {
  const paymentId = await notConcluded();
  await bench.regenerate(paymentId);
  return paymentId;
}

async function annulled(): Promise<string> {
  const paymentId = await bench.ready();
  await bench.payments.annul(paymentId, 'non serve', CALLER);
  return paymentId;
}

describe('redirect', () => {
  it.each([
    ['initialized.ready', () => bench.ready()],
    ['redirected.choosing', () => bench.atIris()],
    ['redirected.inProgress', () => reported('inProgress')],
    ['redirected.confirming', () => reported('confirming')],
  ])('in %s gives the attempt’s URL, however often it is asked for', async (state, bring) => {
    const paymentId = await bring();
    expect(await bench.state(paymentId)).toBe(state);
    const urls = await Promise.all(Array.from({ length: 5 }, () => bench.redirect(paymentId)));
    expect(new Set(urls)).toEqual(new Set(['https://iris.example/gateway/1']));
    expect(await bench.state(paymentId)).toMatch(/^redirected/);
  });

  it('while the payment is being opened says when to come back', async () => {
    const paymentId = await bench.initialized();
    await expect(bench.redirect(paymentId)).rejects.toMatchObject({
      name: 'CommandRefused',
      state: 'initialized.opening',
      retryAfterSeconds: 2,
    });
  });

  it.each([
    ['paid.awaitingReceipt', () => reported('paid'), []],
    ['rejected', () => reported('refused'), ['regenerate', 'annul', 'verify']],
    ['annulled', () => annulled(), ['regenerate', 'verify']],
    ['notConcluded', () => notConcluded(), ['regenerate', 'verify']],
    ['regenerated.checking', () => regenerated(), ['verify']],
  ])('in %s is refused, and says what is allowed', async (state, bring, allowedActions) => {
    const paymentId = await bring();
    await expect(bench.redirect(paymentId)).rejects.toMatchObject({
      name: 'CommandRefused',
      state,
      allowedActions,
      retryAfterSeconds: null,
    });
    expect((await bench.history(paymentId)).at(-1)).toMatchObject({ type: 'redirect.requested', decision: 'ignored' });
  });

  it('of a fresh attempt gives out no identifiers', async () => {
    const paymentId = await bench.atIris();
    expect(await bench.rows('select return_token from payments.return_token')).toHaveLength(1);
    expect(await bench.state(paymentId)).toBe('redirected.choosing');
  });

  it('of an attempt that grew stale opens another, which is no regeneration', async () => {
    const paymentId = await stale();
    const old = await bench.idPagamento(paymentId);
    await expect(bench.redirect(paymentId)).rejects.toMatchObject({ retryAfterSeconds: 2 });
    await bench.carryOut();
    expect(await bench.redirect(paymentId)).toBe('https://iris.example/gateway/2');
    expect(await bench.idPagamento(paymentId)).not.toBe(old);
    expect((await bench.view(paymentId)).attempt.number).toBe(2);
    expect(await bench.poll(paymentId, old)).toMatchObject({ type: 'iris.watch' });
  });

  it('of a stale attempt by three at once opens one other, found by its identifiers', async () => {
    const paymentId = await stale();
    await Promise.allSettled([1, 2, 3].map(() => bench.redirect(paymentId)));
    await bench.carryOut();
    expect((await bench.view(paymentId)).attempts).toHaveLength(2);
    expect(bench.iris.openings).toHaveLength(2);
    const { items } = await bench.payments.views.list({ q: await bench.idPagamento(paymentId), limit: 5 });
    expect(items.map((item) => item.paymentId)).toEqual([paymentId]);
  });
});

describe('annul', () => {
  const annul = (paymentId: string) => bench.payments.annul(paymentId, 'non serve', CALLER);

  it.each([
    ['while it is being opened', () => bench.initialized()],
    ['when it is ready', () => bench.ready()],
    ['while the payer chooses', () => bench.atIris()],
    ['when it was rejected', () => reported('refused')],
    ['when it is annulled already', () => annulled()],
  ])('%s ends in annulled', async (_, bring) => {
    const paymentId = await bring();
    await annul(paymentId);
    expect(await bench.state(paymentId)).toBe('annulled');
  });

  it.each([
    ['in progress', 'inProgress', ['redirect', 'verify']],
    ['being confirmed', 'confirming', ['redirect', 'verify']],
    ['paid', 'paid', []],
  ] as const)('is refused while the payment is %s', async (_, esito, allowedActions) => {
    const paymentId = await reported(esito);
    const before = await bench.state(paymentId);
    await expect(annul(paymentId)).rejects.toMatchObject({ name: 'CommandRefused', allowedActions });
    expect(await bench.state(paymentId)).toBe(before);
  });

  it('keeps who asked for it, and why', async () => {
    const paymentId = await annulled();
    const [transition] = await bench.payments.store.readTransitionsOfType([paymentId], 'annul.requested');
    expect(transition).toMatchObject({ source: 'api', actor: CALLER.actor, event: { reason: 'non serve' } });
  });
});

describe('verify', () => {
  it('asks IRIS at once and decides nothing', async () => {
    const paymentId = await bench.atIris();
    await bench.carryOut();
    expect(bench.iris.questions).toEqual([]);
    await bench.payments.verify(paymentId, CALLER);
    expect(await bench.state(paymentId)).toBe('redirected.choosing');
    await bench.carryOut();
    expect(bench.iris.questions).toHaveLength(1);
  });

  it('of what is settled asks nothing', async () => {
    const paymentId = await reported('paid');
    await bench.carryOut();
    const asked = bench.iris.questions.length;
    await bench.payments.verify(paymentId, CALLER);
    await bench.carryOut();
    expect(bench.iris.questions).toHaveLength(asked);
  });
});

describe('a command for a payment nobody knows', () => {
  it.each(['pay_00000000000000000000000000000000', 'x', '', 'pay_\u0000', 'practice/P-1'])(
    'is told so (%j)',
    async (paymentId) => {
      await bench.send(practice({ practiceId: 'P-1' }));
      const before = await bench.counts();
      const { payments } = bench;
      await expect(payments.redirect(paymentId, CALLER)).rejects.toMatchObject({ name: 'NotFound', what: 'payment' });
      await expect(payments.annul(paymentId, 'x', CALLER)).rejects.toMatchObject({ name: 'NotFound' });
      await expect(payments.verify(paymentId, CALLER)).rejects.toMatchObject({ name: 'NotFound' });
      expect(await bench.counts()).toEqual(before);
    },
  );
});
