import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { IncidentKind, Resolution } from '#machines/payment';
import { practiceInstanceId } from '#machines/payment';
import { Bench, CALLER, known, LEASE_OVER_MS, practice } from '../bench.fixture.js';
import { NotFound, ResolutionRefused } from '../errors.js';
import type { IncidentView } from '../views/incident-views.js';

const OPERATOR = { source: 'operator', actor: 'operator-key' } as const;

let bench: Bench;
beforeEach(async () => {
  bench = await Bench.open();
});
afterEach(() => bench.close());

const incidents = async (kind?: IncidentKind): Promise<readonly IncidentView[]> =>
  (await bench.payments.incidentViews.list({ ...(kind ? { kind } : {}), limit: 10 })).items;

const only = async (kind: IncidentKind): Promise<IncidentView> => {
  const found = await incidents(kind);
  expect(found).toHaveLength(1);
  return known(found[0]);
};

const resolve = (incidentId: string, resolution: Resolution, payments = bench.payments) =>
  payments.resolveIncident(incidentId, { resolution, reason: 'checked by hand' }, OPERATOR);

/** IRIS says that this was taken on the only position of a payment. */
async function paid(paymentId: string, idTransazione: string, amountCents = 1600): Promise<void> {
  const idPagamento = await bench.idPagamento(paymentId);
  const receipt = { idTransazione, amountCents };
  await bench.hear(paymentId, { type: 'position.reported', idPagamento, esito: 'paid', askedAtSeq: 99, receipt });
  await bench.carryOut();
}

/** A payment whose money waits for a decision. */
async function mismatched(): Promise<{ paymentId: string; incidentId: string }> {
  const paymentId = await bench.atIris();
  await paid(paymentId, 'T1', 1500);
  return { paymentId, incidentId: (await only('amountMismatch')).incidentId };
}

describe('a resolution', () => {
  it('is heard by the payment with its actor and reason, and closes the incident', async () => {
    const { paymentId, incidentId } = await mismatched();
    await resolve(incidentId, 'settle');
    expect(await bench.state(paymentId)).toBe('paid.awaitingReceipt');
    expect(await bench.payments.incidentViews.incident(incidentId)).toMatchObject({
      state: 'resolved',
      resolution: 'settle',
      reason: 'checked by hand',
      resolvedBy: 'operator-key',
      allowedResolutions: [],
    });
    const [record] = await bench.payments.store.readTransitionsOfType([paymentId], 'incident.resolved');
    expect(record).toMatchObject({ source: 'operator', actor: 'operator-key', event: { reason: 'checked by hand' } });
  });

  it('given again changes nothing; another one is refused', async () => {
    const { paymentId, incidentId } = await mismatched();
    await resolve(incidentId, 'refund');
    await resolve(incidentId, 'refund');
    expect(await bench.heard(paymentId, 'incident.resolved')).toHaveLength(1);
    await expect(resolve(incidentId, 'dismiss')).rejects.toThrow('it was closed already, by "refund"');
  });

  it.each<[Resolution, Resolution]>([
    ['refund', 'refund'],
    ['settle', 'dismiss'],
  ])('that two operators give at once (%s, %s) counts once', async (first, second) => {
    const { paymentId, incidentId } = await mismatched();
    const elsewhere = await bench.anotherProcess();
    const results = await Promise.allSettled([resolve(incidentId, first), resolve(incidentId, second, elsewhere)]);
    const wellDone = results.filter(({ status }) => status === 'fulfilled');
    expect(wellDone).toHaveLength(first === second ? 2 : 1);
    expect(await bench.heard(paymentId, 'incident.resolved')).toHaveLength(1);
    expect((await incidents('amountMismatch'))[0]?.state).toBe('resolved');
  });

  it.each(['before', 'after'])('that comes just %s another one counted the tries counts once', async (when) => {
    const paymentId = await bench.initialized();
    await bench.hear(paymentId, { type: 'effect.parked', effectType: 'x', key: 'x', reason: 'tried 10 times' });
    await bench.carryOut();
    const { incidentId } = await only('parkedEffect');
    const elsewhere = await bench.anotherProcess();
    const { store } = bench.payments;
    const count = store.readTransitionsOfType.bind(store);
    jest.spyOn(store, 'readTransitionsOfType').mockImplementationOnce(async (...asked) => {
      if (when === 'before') await resolve(incidentId, 'dismiss', elsewhere);
      const counted = await count(...asked);
      if (when === 'after') await resolve(incidentId, 'dismiss', elsewhere);
      return counted;
    });
    await resolve(incidentId, 'dismiss');
    expect(await bench.heard(paymentId, 'incident.resolved')).toHaveLength(1);
  });

  it('that was refused leaves the incident open for one that fits', async () => {
    const paymentId = await bench.atIris();
    await paid(paymentId, 'T1', 1500);
    await paid(paymentId, 'T2');
    const { incidentId, allowedResolutions } = await only('amountMismatch');
    expect(allowedResolutions).toEqual(['refund', 'refunded', 'dismiss']);
    const refused = await resolve(incidentId, 'settle').catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(ResolutionRefused);
    expect(refused).toMatchObject({ allowedResolutions: ['refund', 'refunded', 'dismiss'] });
    await resolve(incidentId, 'refund');
    expect(await bench.heard(paymentId, 'incident.resolved')).toHaveLength(2);
  });

  it('that the incident was never open to is refused, and the payment does not hear of it', async () => {
    const paymentId = await bench.atIris();
    await paid(paymentId, 'T1');
    await paid(paymentId, 'T2');
    const { incidentId } = await only('duplicatePayment');
    await expect(resolve(incidentId, 'settle')).rejects.toMatchObject({ allowedResolutions: ['refunded', 'dismiss'] });
    expect(await bench.heard(paymentId, 'incident.resolved')).toEqual([]);
  });

  it('of a refund that was made closes the duplicate, and the payment shows it', async () => {
    const paymentId = await bench.atIris();
    await paid(paymentId, 'T1');
    await paid(paymentId, 'T2');
    await resolve((await only('duplicatePayment')).incidentId, 'refunded');
    expect((await bench.view(paymentId)).attempt.positions).toMatchObject([{ refund: 'refunded' }]);
  });

  it('is undone with its event: what cannot be written is neither heard nor closed', async () => {
    const { paymentId, incidentId } = await mismatched();
    await bench.rows('alter table payments.incident_resolution add constraint never check (false) not valid');
    await expect(resolve(incidentId, 'settle')).rejects.toThrow('never');
    await bench.rows('alter table payments.incident_resolution drop constraint never');
    expect(await bench.state(paymentId)).toBe('redirected.choosing');
    await resolve(incidentId, 'settle');
    expect(await bench.state(paymentId)).toBe('paid.awaitingReceipt');
  });

  it('of an incident nobody knows is not found', async () => {
    for (const id of ['inc_0123456789abcdef0123456789abcdef', "x' or true --", '']) {
      await expect(resolve(id, 'dismiss')).rejects.toThrow(NotFound);
    }
  });
});

describe('an incident without a payment', () => {
  it('can be dismissed, once', async () => {
    await bench.payments.irisNotified([{ idPagamento: '999', idTransazione: 'T9', amountCents: 1600 }]);
    const { incidentId, ...incident } = await only('unconfirmedNotification');
    expect(incident).toMatchObject({
      paymentId: null,
      idPagamento: '999',
      amount: { amount: '16.00', currency: 'EUR' },
      allowedResolutions: ['dismiss'],
    });
    await expect(resolve(incidentId, 'refund')).rejects.toThrow(ResolutionRefused);
    await Promise.all([resolve(incidentId, 'dismiss'), resolve(incidentId, 'dismiss')]);
    expect(await only('unconfirmedNotification')).toMatchObject({ state: 'resolved', resolution: 'dismiss' });
  });
});

describe('what was given up', () => {
  /** The practice is not there, so it cannot be told that the payment is paid. */
  async function parked(): Promise<{ paymentId: string; practiceId: string; bringBack: () => Promise<unknown> }> {
    const body = practice();
    const paymentId = await bench.atIris(body);
    const practiceId = practiceInstanceId(body.practiceId);
    await bench.rows(`create table payments.gone as select * from engine.instance where id = '${practiceId}'`);
    await bench.rows(`delete from engine.instance where id = '${practiceId}'`);
    bench.iris.says(await bench.idPagamento(paymentId), 'paid');
    await bench.after(5_000);
    return {
      paymentId,
      practiceId,
      bringBack: () => bench.rows('insert into engine.instance select * from payments.gone'),
    };
  }
  afterEach(() => bench.rows('drop table if exists payments.gone'));

  it('is tried once more when it is redriven, and its incident is closed', async () => {
    const { paymentId, practiceId, bringBack } = await parked();
    const { incidentId, redrivable, facts } = await only('parkedEffect');
    expect(redrivable).toBe(true);
    expect(facts).toContain('The effect tell was given up');
    await bringBack();
    await bench.payments.redriveIncident(incidentId, OPERATOR);
    await bench.payments.redriveIncident(incidentId, OPERATOR);
    await bench.carryOut();
    expect(await bench.state(practiceId)).toBe('settled');
    expect(await bench.effects(paymentId, 'tell')).toEqual([]);
    expect(await only('parkedEffect')).toMatchObject({
      state: 'resolved',
      resolution: 'redriven',
      resolvedBy: 'operator-key',
      redrivable: false,
    });
  });

  it('and is given up again, is another incident', async () => {
    await parked();
    const { incidentId } = await only('parkedEffect');
    await bench.payments.redriveIncident(incidentId, OPERATOR);
    await bench.carryOut();
    expect((await incidents('parkedEffect')).map(({ state }) => state)).toEqual(['open', 'resolved']);
  });

  it('can be redriven after a process died between the two steps', async () => {
    const { paymentId, practiceId, bringBack } = await parked();
    await bringBack();
    const { incidentId } = await only('parkedEffect');
    expect(await bench.payments.store.rearm({ instanceId: paymentId, key: 'practice' })).toBe(true);
    await bench.carryOut();
    expect(await bench.state(practiceId)).toBe('settled');
    await bench.payments.redriveIncident(incidentId, OPERATOR);
    expect(await only('parkedEffect')).toMatchObject({ resolution: 'redriven' });
  });

  it('is no other incident’s affair', async () => {
    const { incidentId } = await mismatched();
    await expect(bench.payments.redriveIncident(incidentId, CALLER)).rejects.toMatchObject({
      reason: 'nothing was given up that could be redriven',
      allowedResolutions: ['settle', 'refund', 'refunded', 'dismiss'],
    });
  });

  it('of a practice can be dismissed', async () => {
    const body = practice();
    await bench.initialized(body);
    const to = practiceInstanceId(body.practiceId);
    const event = { type: 'effect.parked', effectType: 'tell', key: 'annul/x', reason: 'no such payment' };
    await bench.payments.intake.submit({ arrivals: [{ to, id: 'parked', event, source: 'engine' }] });
    await bench.carryOut();
    const { incidentId, practiceId, paymentId } = await only('parkedEffect');
    expect([practiceId, paymentId]).toEqual([body.practiceId, null]);
    await resolve(incidentId, 'dismiss');
    expect(await only('parkedEffect')).toMatchObject({ state: 'resolved' });
  });
});

describe('the list of incidents', () => {
  it('is the newest first, page by page, narrowed by kind and by state', async () => {
    for (const idPagamento of ['1', '2', '3']) {
      await bench.passTime(1_000);
      await bench.payments.irisNotified([{ idPagamento, idTransazione: null, amountCents: 1600 }]);
    }
    const { incidentViews } = bench.payments;
    const first = await incidentViews.list({ limit: 2 });
    expect(first.items.map(({ idPagamento }) => idPagamento)).toEqual(['3', '2']);
    const second = await incidentViews.list({ limit: 2, cursor: known(first.nextCursor) });
    expect(second).toMatchObject({ items: [{ idPagamento: '1' }], nextCursor: null });
    await resolve(known(first.items[0]).incidentId, 'dismiss');
    const open = await incidentViews.list({ state: 'open', kind: 'unconfirmedNotification', limit: 10 });
    expect(open.items.map(({ idPagamento }) => idPagamento)).toEqual(['2', '1']);
    expect((await incidentViews.list({ state: 'resolved', limit: 10 })).items).toHaveLength(1);
    expect((await incidentViews.list({ kind: 'anomaly', limit: 10 })).items).toEqual([]);
  });
});

it('an incident that could not be written for long is written all the same', async () => {
  const paymentId = await bench.atIris();
  await bench.rows('alter table payments.incident rename to elsewhere');
  await paid(paymentId, 'T1', 1500);
  for (let pause = 0; pause < 15; pause += 1) await bench.after(LEASE_OVER_MS + 60_000);
  await bench.rows('alter table payments.elsewhere rename to incident');
  await bench.after(LEASE_OVER_MS + 60_000);
  expect(await bench.incidents()).toMatchObject([{ kind: 'amountMismatch' }]);
});
