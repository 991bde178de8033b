import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { practiceInstanceId } from '#machines/payment';
import type { PracticeBody } from '../bench.fixture.js';
import { Bench, bolli, CALLER, istruttoria, practice } from '../bench.fixture.js';
import { CommandRefused } from '../errors.js';
import type { Payments } from '../payments.js';
import { parsePracticeRequest } from '../requests/practice-request.js';

let bench: Bench;
beforeEach(async () => {
  bench = await Bench.open();
});
afterEach(() => bench.close());

const open = (body: PracticeBody, payments: Payments = bench.payments) =>
  payments.openPractice(parsePracticeRequest(body), CALLER);

describe('"Paga e Invia"', () => {
  it('opens a payment for each charge, with its items, ids and sealed data', async () => {
    const body = practice({ charges: [bolli(3), istruttoria('212.50')] });
    await open(body);
    expect(await bench.counts()).toMatchObject({
      'engine.instance': '3',
      'engine.transition': '3',
      'payments.practice': '1',
      'payments.payer': '1',
      'payments.charge': '2',
      'payments.id_pagamento': '4',
      'payments.return_token': '2',
    });
    const { state, payments } = await bench.payments.views.practice(body.practiceId);
    expect(state).toBe('collecting');
    expect(payments.map(({ kind, amount, items }) => [kind, amount.amount, items.length])).toEqual([
      ['bolli', '48.00', 3],
      ['istruttoria', '212.50', 1],
    ]);
  });

  it('sent again with the same content stores nothing', async () => {
    const body = practice();
    await open(body);
    const before = await bench.counts();
    await open(body);
    expect(await bench.counts()).toEqual(before);
    expect(await bench.duplicates(practiceInstanceId(body.practiceId))).toBe(1);
  });

  it('has the same content whatever the order of its properties', async () => {
    const body = practice({ charges: [bolli(2), istruttoria()] });
    await open(body);
    const before = await bench.counts();
    await open(reversed(body));
    expect(await bench.counts()).toEqual(before);
  });

  it.each([
    ['another payer', { payer: { fiscalCode: '00488410010', email: 'mario.rossi@example.org' } }],
    ['another address', { payer: { fiscalCode: 'RSSMRA80A01H501U', email: 'm.rossi@example.org' } }],
    ['another amount', { charges: [bolli(2)] }],
    ['another return address', { returnUrl: 'https://portos.example.org/altro' }],
    ['another type', { practiceType: 'collaudo' }],
  ])('sent again with %s is refused, as often as it is sent, and leaves nothing half', async (_, change) => {
    const body = practice();
    await open(body);
    const before = await bench.rows('select * from payments.charge, payments.payer, payments.practice');
    for (let time = 0; time < 3; time += 1) {
      await expect(open({ ...body, ...change })).rejects.toThrow(CommandRefused);
    }
    expect(await bench.rows('select * from payments.charge, payments.payer, payments.practice')).toEqual(before);
    expect(await bench.counts()).toMatchObject({ 'engine.instance': '2', 'payments.id_pagamento': '1' });
    await open(body);
  });

  it('sent by ten at once, through two processes, opens one practice', async () => {
    const body = practice({ charges: [bolli(2), istruttoria()] });
    const processes = [bench.payments, await bench.anotherProcess()];
    await Promise.all(Array.from({ length: 10 }, (_, index) => open(body, processes[index % 2])));
    expect(await bench.counts()).toMatchObject({
      'engine.instance': '3',
      'payments.charge': '2',
      'payments.payer': '1',
    });
  });

  it('sent at once with two contents opens one of them, whole, and refuses the other', async () => {
    const contents = [practice({ charges: [bolli(1)] }), practice({ charges: [bolli(2), istruttoria()] })];
    const bodies = contents.map((body) => ({ ...body, practiceId: 'P-1' }));
    const processes = [bench.payments, await bench.anotherProcess()];
    const answers = await Promise.allSettled(bodies.map((body, index) => open(body, processes[index])));
    const winner = answers.findIndex(({ status }) => status === 'fulfilled');
    expect(answers.filter(({ status }) => status === 'rejected')).toMatchObject([
      { reason: { name: 'CommandRefused' } },
    ]);
    const { payments } = await bench.payments.views.practice('P-1');
    expect(payments.flatMap(({ items }) => items)).toHaveLength([1, 3][winner] ?? 0);
    expect(await bench.counts()).toMatchObject({
      'engine.instance': String(payments.length + 1),
      'payments.charge': String(payments.length),
      'payments.payer': '1',
    });
  });
});

/** The same JSON with the properties of every object the other way round. */
function reversed<Value>(value: Value): Value {
  if (Array.isArray(value)) return value.map(reversed) as Value;
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).toReversed();
  return Object.fromEntries(entries.map(([name, inner]) => [name, reversed(inner)])) as Value;
}
