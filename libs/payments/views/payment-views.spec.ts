import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Bench, bolli, CALLER, istruttoria, known, practice } from '../bench.fixture.js';
import type { PaymentQuery } from '../requests/payment-query.js';
import { parsePaymentQuery } from '../requests/payment-query.js';

let bench: Bench;
beforeEach(async () => {
  bench = await Bench.open();
});
afterEach(() => bench.close());

const list = async (query: PaymentQuery, limit = 50): Promise<string[]> =>
  (await bench.payments.views.list({ ...query, limit })).items.map((payment) => payment.paymentId);

describe('the list of payments', () => {
  it('is narrowed by state, sub-states included, and by kind', async () => {
    const [stamps = '', fee = ''] = await bench.send(practice({ charges: [bolli(1), istruttoria()] }));
    await bench.carryOut();
    const opening = await bench.initialized();
    await bench.redirect(fee);
    expect(new Set(await list({ state: 'initialized' }))).toEqual(new Set([stamps, opening]));
    expect(await list({ state: 'redirected' })).toEqual([fee]);
    expect(await list({ kind: 'istruttoria' })).toEqual([fee]);
    expect(await list({ kind: 'istruttoria', state: 'initialized' })).toEqual([]);
    expect(new Set(await list({}))).toEqual(new Set([stamps, fee, opening]));
  });

  it('finds a payment by each of its names, exactly', async () => {
    const body = practice({ charges: [bolli(2), istruttoria()] });
    const [stamps = '', fee = ''] = await bench.send(body);
    await bench.send();
    const [first, second] = (await bench.view(stamps)).attempt.positions;
    expect(new Set(await list({ q: body.practiceId }))).toEqual(new Set([stamps, fee]));
    expect(await list({ q: stamps })).toEqual([stamps]);
    expect(await list({ q: known(first).idPagamento })).toEqual([stamps]);
    expect(await list({ q: known(second?.iuv) })).toEqual([stamps]);
    expect(await list({ q: body.practiceId, kind: 'istruttoria' })).toEqual([fee]);
    expect(await list({ q: body.practiceId, state: 'paid' })).toEqual([]);
  });

  it.each(['P-', '%', 'RSSMRA80A01H501U', 'mario.rossi@example.org', `' or true --`])(
    'finds nothing by %s',
    async (q) => {
      await bench.send();
      expect(await list({ q })).toEqual([]);
    },
  );

  it('goes page by page under a filter, each payment once', async () => {
    const sent: string[] = [];
    for (let count = 0; count < 5; count += 1)
      sent.push(...(await bench.send(practice({ charges: [bolli(1), istruttoria()] }))));
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const query: PaymentQuery = { kind: 'bolli', ...(cursor === null ? {} : { cursor }) };
      const page = await bench.payments.views.list({ ...query, limit: 2 });
      seen.push(...page.items.map((payment) => payment.paymentId));
      cursor = page.nextCursor;
    } while (cursor !== null);
    expect(seen).toEqual(sent.filter((_, index) => index % 2 === 0).toReversed());
  });
});

describe('the query of a list', () => {
  it.each([
    ['state', 'paied', /must be one of initialized, redirected, paid, rejected, annulled, notConcluded, regenerated$/],
    ['state', 'initialized.ready', /must be one of initialized/],
    ['kind', 'bollo', /must be one of bolli, istruttoria$/],
    ['q', 'x'.repeat(101), /100/],
    ['q', ['a', 'b'], /string/],
    ['cursor', 'a\u0000', /U\+0000/],
  ])('with %s=%j is refused, naming what is allowed', (name, value, message) => {
    expect(() => parsePaymentQuery({ [name]: value })).toThrow(message);
  });

  it('takes a parameter without a value as one that was not given', () => {
    expect(parsePaymentQuery({ state: '', kind: 'bolli', q: '' })).toEqual({ kind: 'bolli' });
  });

  it('refuses a filter it does not know, which would only seem to narrow the list', () => {
    expect(() => parsePaymentQuery({ kind: 'bolli', ids: 'x' })).toThrow(/ids is not known here/);
  });
});

describe('a practice', () => {
  it('shows its payments in the order of its charges, and is settled with the last one', async () => {
    const body = practice({ charges: [istruttoria(), bolli(1)] });
    const sent = await bench.send(body);
    await bench.carryOut();
    for (const [index, paymentId] of sent.entries()) {
      const view = await bench.payments.views.practice(body.practiceId);
      expect(view).toMatchObject({ state: 'collecting', practiceType: 'istanza' });
      expect(view.payments.map((payment) => payment.kind)).toEqual(['istruttoria', 'bolli']);
      await bench.payments.redirect(paymentId, CALLER);
      const amountCents = index === 0 ? 15_000 : 1_600;
      bench.iris.says(await bench.idPagamento(paymentId), 'paid', { amountCents });
      await bench.after(20_000);
    }
    expect(await bench.payments.views.practice(body.practiceId)).toMatchObject({ state: 'settled' });
  });

  it.each(['unknown', '', 'a/b', 'P\u0000', 'x'.repeat(36)])(
    'that nobody knows (%j) is told so',
    async (practiceId) => {
      await expect(bench.payments.views.practice(practiceId)).rejects.toMatchObject({
        name: 'NotFound',
        what: 'practice',
      });
    },
  );
});
