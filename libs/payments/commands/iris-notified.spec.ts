import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Bench } from '../bench.fixture.js';
import type { NotifiedPayment } from './iris-notified.js';

const MINUTE = 60_000;

let bench: Bench;
beforeEach(async () => {
  bench = await Bench.open();
});
afterEach(() => bench.close());

const told = (idPagamento: string, idTransazione: string | null = 'T1'): NotifiedPayment => ({
  idPagamento,
  idTransazione,
  amountCents: 1600,
});

describe('a notification of IRIS', () => {
  it('is a hint: IRIS is asked at once, and its answer decides', async () => {
    const paymentId = await bench.atIris();
    const idPagamento = await bench.idPagamento(paymentId);
    await bench.payments.irisNotified([told(idPagamento)]);
    expect(await bench.state(paymentId)).toBe('redirected.choosing');
    bench.iris.says(idPagamento, 'paid', { idTransazione: 'T1' });
    await bench.carryOut();
    expect(await bench.state(paymentId)).toMatch(/^paid/);
    await bench.after(20 * MINUTE);
    expect(await bench.incidents()).toEqual([]);
  });

  it('that comes twice, also through two processes at once, is heard once', async () => {
    const paymentId = await bench.atIris();
    const idPagamento = await bench.idPagamento(paymentId);
    const processes = [bench.payments, await bench.anotherProcess()];
    await Promise.all(processes.map((payments) => payments.irisNotified([told(idPagamento)])));
    await bench.payments.irisNotified([told(idPagamento)]);
    expect(await bench.heard(paymentId, 'notification.received')).toHaveLength(1);
    expect(await bench.duplicates(paymentId)).toBe(2);
  });

  it('that no poll confirms in time is an incident with its amount, once', async () => {
    const paymentId = await bench.atIris();
    const idPagamento = await bench.idPagamento(paymentId);
    await bench.payments.irisNotified([told(idPagamento)]);
    await bench.after(10 * MINUTE);
    await bench.payments.irisNotified([told(idPagamento)]);
    await bench.after(20 * MINUTE);
    expect(await bench.incidents()).toMatchObject([
      { kind: 'unconfirmedNotification', instance_id: paymentId, id_pagamento: idPagamento, amount_cents: '1600' },
    ]);
  });

  it('of a position nobody knows is an incident at once, and one however often it comes', async () => {
    await bench.payments.irisNotified([told('99999999999999999')]);
    await bench.payments.irisNotified([told('99999999999999999')]);
    await bench.payments.irisNotified([told('99999999999999999', null)]);
    expect(await bench.incidents()).toMatchObject([
      { kind: 'unconfirmedNotification', instance_id: null, id_transazione: 'T1', amount_cents: '1600' },
      { kind: 'unconfirmedNotification', instance_id: null, id_transazione: null },
    ]);
  });

  it('of several payments, one unknown, stores them all', async () => {
    const payments = [await bench.atIris(), await bench.atIris()];
    const ids = await Promise.all(payments.map((paymentId) => bench.idPagamento(paymentId)));
    await bench.payments.irisNotified([...ids, '99999999999999999'].map((id) => told(id)));
    for (const paymentId of payments) {
      expect(await bench.heard(paymentId, 'notification.received')).toHaveLength(1);
    }
    expect(await bench.incidents()).toHaveLength(1);
  });

  it('without any payment stores nothing', async () => {
    const before = await bench.counts();
    await bench.payments.irisNotified([]);
    expect(await bench.counts()).toEqual(before);
  });

  it('that cannot be stored is not acknowledged, and can be sent again', async () => {
    const paymentId = await bench.atIris();
    const idPagamento = await bench.idPagamento(paymentId);
    const both = [told(idPagamento), told('99999999999999999')];
    await bench.rows('alter table payments.incident rename to elsewhere');
    await expect(bench.payments.irisNotified(both)).rejects.toThrow('payments.incident');
    await bench.rows('alter table payments.elsewhere rename to incident');
    await bench.payments.irisNotified(both);
    expect(await bench.heard(paymentId, 'notification.received')).toHaveLength(1);
    expect(await bench.incidents()).toHaveLength(1);
  });
});
