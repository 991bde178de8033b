import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { PoolClient } from 'pg';
import { IrisUnavailable } from '#libs/iris';
import { Bench, CALLER } from '../bench.fixture.js';

let bench: Bench;
const clients: PoolClient[] = [];
beforeEach(async () => {
  bench = await Bench.open();
  clients.push(await bench.pool.connect(), await bench.pool.connect());
});
afterEach(async () => {
  for (const client of clients.splice(0)) {
    await client.query('rollback');
    client.release();
  }
  await bench.close();
});

/** Both write in transactions of their own, as if neither knew of any lock; what becomes of the second. */
async function atOnce(write: (client: PoolClient, name: string) => Promise<unknown>): Promise<unknown> {
  const [one, other] = clients;
  if (!one || !other) throw new Error('two connections are needed');
  await one.query('begin');
  await other.query('begin');
  await write(one, 'one');
  const second = write(other, 'other').then(
    () => 'written',
    (error: unknown) => error,
  );
  await one.query('commit');
  return second;
}

const openEffect = (client: Pick<PoolClient, 'query'>, paymentId: string, key: string, status = 'pending') =>
  client.query(
    `insert into engine.effect (instance_id, key, status, type, class, payload, armed_seq, armed_index, due_at, wake_at, created_at)
     select $1, $2, $3, 'iris.open', 'interactive', '{}', 1, 0, now, now, now from engine.clock() as now`,
    [paymentId, key, status],
  );

describe('one open attempt of a payment', () => {
  it('of two connections that open its second attempt at once the database refuses one', async () => {
    const paymentId = await bench.ready();
    const text = 'insert into payments.return_token (return_token, payment_id, attempt) values ($1, $2, 2)';
    const second = await atOnce((client, name) => client.query(text, [name, paymentId]));
    expect(second).toMatchObject({ code: '23505', constraint: 'attempt_opened_once' });
  });

  it('of two connections that begin an opening at once the database refuses one', async () => {
    const paymentId = await bench.ready();
    const second = await atOnce((client, name) => openEffect(client, paymentId, name));
    expect(second).toMatchObject({ code: '23505', constraint: 'one_opening_under_way' });
  });

  it('is not opened again by code that has forgotten it: nothing is written, and IRIS is not asked', async () => {
    const paymentId = await bench.ready();
    await bench.payments.annul(paymentId, 'non serve', CALLER);
    const [former] = await bench.rows(`select state, snapshot, timers from engine.instance where machine = 'payment'`);
    await bench.payments.regenerate(paymentId, { attempt: 1 }, CALLER);
    await bench.carryOut();
    expect(await bench.state(paymentId)).toBe('initialized.ready');
    await bench.pool.query('update engine.instance set state = $2, snapshot = $3, timers = $4 where id = $1', [
      paymentId,
      ...['state', 'snapshot', 'timers'].map((column) => former?.[column]),
    ]);
    expect((await bench.view(paymentId)).attempts).toHaveLength(1);

    const another = await bench.anotherProcess();
    await another.regenerate(paymentId, { attempt: 1 }, CALLER);
    await bench.carryOut();

    expect(bench.iris.openings).toHaveLength(2);
    expect(await bench.rows('select attempt from payments.return_token order by attempt')).toEqual([
      { attempt: 1 },
      { attempt: 2 },
    ]);
    expect((await bench.view(paymentId)).attempts).toHaveLength(1);
  });

  it('is not replaced by a Rigenera while another opening stands, and is as soon as that has ended', async () => {
    const paymentId = await bench.ready();
    await bench.payments.annul(paymentId, 'non serve', CALLER);
    await openEffect(bench.pool, paymentId, 'held');
    await bench.pool.query(`update engine.effect set due_at = 'infinity', wake_at = 'infinity' where key = 'held'`);
    await bench.payments.regenerate(paymentId, { attempt: 1 }, CALLER);
    await bench.carryOut();
    expect([await bench.state(paymentId), await bench.incidents()]).toEqual(['regenerated.checking', []]);
    await bench.pool.query(`delete from engine.effect where key = 'held'`);
    await bench.after(60_000);
    expect(await bench.state(paymentId)).toBe('initialized.ready');
  });

  it('may be opened once more under the same identifiers, after IRIS was not reached', async () => {
    const paymentId = await bench.initialized();
    bench.iris.failsOn('open', new IrisUnavailable('connection refused'));
    await bench.carryOut();
    await bench.after(2_000);
    expect(await bench.state(paymentId)).toBe('initialized.ready');
    expect(await bench.rows('select payment_id, attempt from payments.return_token')).toEqual([
      { payment_id: paymentId, attempt: 1 },
    ]);
  });

  it('is not opened by a redrive while another opening is under way, and the incident stays open', async () => {
    const paymentId = await bench.initialized();
    await openEffect(bench.pool, paymentId, 'given-up', 'parked');
    const incidentId = `inc_${'0'.repeat(32)}`;
    await bench.pool.query(
      `insert into payments.incident (incident_id, kind, instance_id, effect_key, facts, allowed_resolutions)
       values ($1, 'parkedEffect', $2, 'given-up', 'The effect iris.open was given up', array['dismiss'])`,
      [incidentId, paymentId],
    );
    await expect(bench.payments.redriveIncident(incidentId, CALLER)).rejects.toMatchObject({
      name: 'ResolutionRefused',
      reason: 'another attempt is being opened: redrive it when that has ended',
      allowedResolutions: ['dismiss'],
    });
    expect(await bench.payments.incidentViews.incident(incidentId)).toMatchObject({ state: 'open', redrivable: true });
  });
});
