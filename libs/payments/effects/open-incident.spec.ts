import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { practiceInstanceId } from '#machines/payment';
import { Bench, CALLER, known, LEASE_OVER_MS, practice } from '../bench.fixture.js';

let bench: Bench;
beforeEach(async () => {
  bench = await Bench.open();
});
afterEach(() => bench.close());

/** A payment IRIS took another amount for: its incident is due. */
async function mismatched(): Promise<string> {
  const paymentId = await bench.atIris();
  const idPagamento = await bench.idPagamento(paymentId);
  const receipt = { idTransazione: 'T1', amountCents: 1500 };
  await bench.hear(paymentId, { type: 'position.reported', idPagamento, esito: 'paid', askedAtSeq: 99, receipt });
  return paymentId;
}

describe('an incident', () => {
  it('says what it is about, how much, and what may be decided', async () => {
    const paymentId = await mismatched();
    await bench.carryOut();
    expect(await bench.incidents()).toMatchObject([
      {
        kind: 'amountMismatch',
        instance_id: paymentId,
        id_pagamento: await bench.idPagamento(paymentId),
        id_transazione: 'T1',
        amount_cents: '1500',
        facts: 'IRIS reports 1500 cents where 1600 were due.',
        allowed_resolutions: ['settle', 'refund', 'refunded', 'dismiss'],
        resolution: null,
      },
    ]);
  });

  it('that a dying worker opened is opened once', async () => {
    await mismatched();
    bench.deliver('lost');
    await bench.carryOut();
    expect(await bench.incidents()).toHaveLength(1);
    bench.deliver('once');
    await bench.after(LEASE_OVER_MS);
    expect(await bench.incidents()).toHaveLength(1);
  });

  it('stays resolved when its effect runs once more', async () => {
    const paymentId = await mismatched();
    bench.deliver('lost');
    await bench.carryOut();
    const { items } = await bench.payments.incidentViews.list({ limit: 1 });
    await bench.payments.resolveIncident(known(items[0]).incidentId, { resolution: 'dismiss', reason: 'seen' }, CALLER);
    bench.deliver('twice');
    await bench.after(LEASE_OVER_MS);
    expect(await bench.incidents()).toMatchObject([{ resolution: 'dismiss' }]);
    expect(await bench.effects(paymentId, 'incident.open')).toEqual([]);
  });

  it('that cannot be written is tried again', async () => {
    const paymentId = await mismatched();
    await bench.rows('alter table payments.incident rename to elsewhere');
    await bench.carryOut();
    await bench.rows('alter table payments.elsewhere rename to incident');
    expect((await bench.effects(paymentId, 'incident.open'))[0]).toMatchObject({ status: 'pending', tries: 1 });
    await bench.after(5_000);
    expect(await bench.incidents()).toHaveLength(1);
  });
});

describe('telling the practice', () => {
  async function paid(): Promise<{ paymentId: string; practiceId: string }> {
    const body = practice();
    const paymentId = await bench.atIris(body);
    bench.iris.says(await bench.idPagamento(paymentId), 'paid');
    return { paymentId, practiceId: practiceInstanceId(body.practiceId) };
  }

  it('settles it once all is paid', async () => {
    const { practiceId } = await paid();
    await bench.after(5_000);
    expect(await bench.state(practiceId)).toBe('settled');
  });

  it('happens once, though a worker dies over it and another delivers it twice', async () => {
    const { paymentId, practiceId } = await paid();
    bench.deliver('lost', 'practice');
    await bench.after(5_000);
    expect(await bench.state(practiceId)).toBe('collecting.active');
    bench.deliver('twice', 'practice');
    await bench.after(LEASE_OVER_MS);
    const transitions = await bench.payments.store.readTransitions(practiceId, 0, 10);
    expect(transitions.map(({ event }) => event.type)).toEqual(['practice.opened', 'charge.paid']);
    expect(await bench.effects(paymentId, 'tell')).toEqual([]);
  });

  it('of a practice that is not there is parked, where a person sees it', async () => {
    const { paymentId, practiceId } = await paid();
    await bench.pool.query('delete from engine.instance where id = $1', [practiceId]);
    await bench.after(5_000);
    expect(known((await bench.effects(paymentId, 'tell'))[0])).toMatchObject({ status: 'parked' });
    expect(await bench.incidents()).toMatchObject([{ kind: 'parkedEffect', instance_id: paymentId }]);
  });
});
