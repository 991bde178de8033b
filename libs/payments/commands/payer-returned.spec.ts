import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Bench, known } from '../bench.fixture.js';

let bench: Bench;
beforeEach(async () => {
  bench = await Bench.open();
});
afterEach(() => bench.close());

/** The token IRIS was given for its n-th opening. */
const token = (opening = 0): string => known(known(bench.iris.openings[opening]).urlBack.split('/').at(-1));

describe('the browser that comes back from IRIS', () => {
  it('is sent on to PORTOS with the payment, and IRIS is asked at once', async () => {
    const paymentId = await bench.atIris();
    expect(await bench.payments.payerReturned(token())).toBe(
      `https://portos.example.org/pratiche?lang=it&paymentId=${paymentId}`,
    );
    expect(await bench.state(paymentId)).toBe('redirected.choosing');
    bench.iris.says(await bench.idPagamento(paymentId), 'paid');
    await bench.carryOut();
    expect(await bench.state(paymentId)).toMatch(/^paid/);
  });

  it('may come back as often as it likes: only IRIS’s answer counts', async () => {
    const paymentId = await bench.atIris();
    await Promise.all([1, 2, 3].map(() => bench.payments.payerReturned(token())));
    await bench.carryOut();
    expect(bench.iris.questions).toHaveLength(1);
    expect(await bench.state(paymentId)).toBe('redirected.choosing');
  });

  it('from an attempt that was replaced asks about that attempt', async () => {
    const paymentId = await bench.atIris();
    const first = await bench.idPagamento(paymentId);
    bench.iris.says(first, 'refused');
    await bench.after(5_000);
    await bench.regenerate(paymentId);
    await bench.carryOut();
    const before = bench.iris.questions.length;
    await bench.payments.payerReturned(token(0));
    await bench.carryOut();
    expect(bench.iris.questions.slice(before).map((question) => question.ids)).toEqual([[first]]);
  });

  it('is given a token only once its attempt opens', async () => {
    const paymentId = await bench.atIris();
    bench.iris.says(await bench.idPagamento(paymentId), 'inProgress');
    await bench.after(5_000);
    await bench.after(31 * 60_000);
    await bench.regenerate(paymentId); // its identifiers wait until the old attempt is certainly not paid
    expect(await bench.rows('select return_token, attempt from payments.return_token')).toEqual([
      { return_token: token(), attempt: 1 },
    ]);
  });

  it.each(['nobody', '', 'a\u0000b', 'x'.repeat(32)])(
    'with a token nobody was given is not sent anywhere (%j)',
    async (stray) => {
      await bench.atIris();
      await expect(bench.payments.payerReturned(stray)).rejects.toMatchObject({
        name: 'NotFound',
        what: 'returnToken',
      });
    },
  );
});
