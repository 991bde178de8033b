import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { IrisMisconfigured, IrisOutcomeUnknown, IrisRefused, IrisUnavailable } from '#libs/iris';
import { Bench, bolli, known, LEASE_OVER_MS, practice } from '../bench.fixture.js';

let bench: Bench;
beforeEach(async () => {
  bench = await Bench.open();
});
afterEach(() => bench.close());

const attempts = async (paymentId: string) => (await bench.view(paymentId)).attempts;

/** Every identifier that was ever sent to IRIS to be opened. */
const openedIds = () => bench.iris.openedIds.flat();

describe('opening', () => {
  it('sends all positions of an attempt in one message, each with its stamp and its own identifiers', async () => {
    const body = practice({ charges: [bolli(3)] });
    const paymentId = await bench.ready(body);
    const [request] = bench.iris.openings;
    expect(bench.iris.openings).toHaveLength(1);
    expect(request).toMatchObject({ kind: 'bolli', payer: body['payer'] });
    expect(request?.positions.map(({ amountCents, stamp }) => [amountCents, stamp?.province])).toEqual([
      [1600, 'FI'],
      [1600, 'FI'],
      [1600, 'FI'],
    ]);
    expect(new Set(openedIds()).size).toBe(3);
    expect(request?.positions[2]?.description).toBe(`Imposta di bollo 3 di 3, pratica ${body.practiceId}`);
    expect(request?.urlCancel).toBe(`${request?.urlBack ?? ''}?cancelled=true`);
    expect(await bench.state(paymentId)).toBe('initialized.ready');
  });

  it('that IRIS refuses rejects the payment, with IRIS’s code in the history', async () => {
    bench.iris.failsOn('open', new IrisRefused('codice fiscale non valido', { code: 'A0000040' }));
    const paymentId = await bench.ready();
    expect(await bench.state(paymentId)).toBe('rejected');
    expect(await bench.incidents()).toEqual([]);
    const events = await bench.payments.store.readTransitionsOfType([paymentId], 'attempt.refused');
    expect(events.map(({ event }) => event)).toEqual([{ type: 'attempt.refused', attempt: 1, code: 'A0000040' }]);
  });

  it('that our configuration spoils annuls the payment and tells a person', async () => {
    bench.iris.failsOn('open', new IrisMisconfigured('credenziali errate'));
    const paymentId = await bench.ready();
    expect(await bench.state(paymentId)).toBe('annulled');
    expect(await bench.incidents()).toMatchObject([
      { kind: 'misconfiguration', instance_id: paymentId, facts: expect.stringContaining('credenziali errate') },
    ]);
  });

  it('that never reached IRIS is tried again with the same identifiers', async () => {
    const unreached = () => new IrisUnavailable('connection refused');
    bench.iris.failsOn('open', unreached(), unreached());
    const paymentId = await bench.ready();
    await bench.after(1_000);
    await bench.after(2_000);
    const [first = [], second, third] = bench.iris.openedIds;
    expect([second, third]).toEqual([first, first]);
    expect(await attempts(paymentId)).toHaveLength(1);
    expect(await bench.state(paymentId)).toBe('initialized.ready');
  });

  it('whose answer is lost opens fresh identifiers and watches the old ones', async () => {
    bench.iris.failsOn('open', new IrisOutcomeUnknown('timeout'));
    const paymentId = await bench.ready();
    await bench.after(1_000);
    const [burnt = [], fresh = []] = bench.iris.openedIds;
    expect(fresh).not.toEqual(burnt);
    expect(await bench.poll(paymentId, known(burnt[0]))).toMatchObject({ type: 'iris.watch' });
    expect(await attempts(paymentId)).toHaveLength(2);
    expect(await bench.state(paymentId)).toBe('initialized.ready');
  });

  it('finds its payment by burnt identifiers too, and settles it if they are paid after all', async () => {
    bench.iris.failsOn('open', new IrisOutcomeUnknown('timeout'));
    const paymentId = await bench.ready();
    const burnt = known(openedIds()[0]);
    expect((await bench.payments.views.list({ q: burnt, limit: 10 })).items[0]?.paymentId).toBe(paymentId);
    bench.iris.says(burnt, 'paid');
    await bench.after(5 * 60_000);
    expect(await bench.state(paymentId)).toMatch(/^paid/);
    expect((await bench.view(paymentId)).items[0]?.settledBy).toEqual({ attempt: 1, idPagamento: burnt });
  });

  it('gives up after OPEN_TIMEOUT: annulled, and a person is told', async () => {
    bench.iris.failsOn('open', ...Array.from({ length: 20 }, () => new IrisOutcomeUnknown('timeout')));
    const paymentId = await bench.ready();
    for (let pause = 0; pause < 10; pause += 1) await bench.after(20_000);
    expect(await bench.state(paymentId)).toBe('annulled');
    expect(await bench.incidents()).toMatchObject([
      { kind: 'misconfiguration', facts: expect.stringContaining('OPEN_TIMEOUT') },
    ]);
    expect(new Set(openedIds()).size).toBe(openedIds().length);
  });
});

describe('a worker that dies', () => {
  it('between the call and its answer leaves the identifiers burnt: they are never opened twice', async () => {
    bench.deliver('lost');
    const paymentId = await bench.ready();
    expect(await bench.state(paymentId)).toBe('initialized.opening');
    bench.deliver('once');
    await bench.after(LEASE_OVER_MS);
    await bench.after(1_000);
    expect(bench.iris.openings).toHaveLength(2);
    expect(new Set(openedIds()).size).toBe(2);
    expect(await attempts(paymentId)).toHaveLength(2);
    expect(await bench.state(paymentId)).toBe('initialized.ready');
  });

  it('and comes back late is heard, but its URL is shown to nobody', async () => {
    const letGo = bench.iris.holdAnswers();
    const paymentId = await bench.initialized();
    const called = bench.iris.nextCall();
    const frozen = bench.carryOut();
    await called;
    await bench.after(LEASE_OVER_MS);
    letGo();
    await frozen;
    await bench.after(1_000);
    expect(await bench.heard(paymentId)).toEqual([
      'payment.initialized',
      'attempt.openingUnknown',
      'attempt.opened',
      'attempt.opened',
    ]);
    const { attempt } = await bench.view(paymentId);
    expect(attempt).toMatchObject({ number: 2, redirectUrl: 'https://iris.example/gateway/2' });
    expect(await bench.poll(paymentId, known(openedIds()[0]))).toMatchObject({ type: 'iris.watch' });
  });

  it.each([
    ['opened', null],
    ['refused', new IrisRefused('no', { code: 'A0000040' })],
    ['misconfigured', new IrisMisconfigured('no')],
    ['unreached', new IrisUnavailable('no')],
    ['openingUnknown', new IrisOutcomeUnknown('no')],
  ])('and delivers "%s" twice changes nothing the second time', async (outcome, failure) => {
    if (failure) bench.iris.failsOn('open', failure);
    bench.deliver('twice');
    const paymentId = await bench.ready();
    expect(await bench.heard(paymentId, `attempt.${outcome}`)).toHaveLength(1);
    expect(await bench.duplicates(paymentId)).toBeGreaterThan(0);
    expect(await bench.rows('select * from payments.id_pagamento')).toHaveLength(outcome === 'openingUnknown' ? 2 : 1);
  });
});

describe('before anything is sent', () => {
  it('data that cannot be read burns nothing: the same identifiers are tried again', async () => {
    const paymentId = await bench.initialized();
    const [row] = await bench.rows('select sealed from payments.payer');
    await bench.rows(`update payments.payer set sealed = '\\x00'`);
    await bench.carryOut();
    expect(bench.iris.openings).toEqual([]);
    await bench.pool.query('update payments.payer set sealed = $1', [row?.['sealed']]);
    await bench.after(1_000);
    expect(await attempts(paymentId)).toHaveLength(1);
    expect(await bench.state(paymentId)).toBe('initialized.ready');
  });

  it('data that was erased parks the opening, where a person sees it', async () => {
    const paymentId = await bench.initialized();
    await bench.rows('delete from payments.payer');
    await bench.carryOut();
    expect(bench.iris.openings).toEqual([]);
    expect(await bench.effects(paymentId, 'iris.open')).toMatchObject([{ status: 'parked' }]);
    expect(await bench.incidents()).toMatchObject([{ kind: 'parkedEffect', instance_id: paymentId }]);
  });
});
