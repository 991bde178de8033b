import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Bench, CALLER, known } from '../bench.fixture.js';
import { problemOf } from '../problems.js';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;

let bench: Bench;
beforeEach(async () => {
  bench = await Bench.open({ REGENERATE_LIMIT: '2' });
});
afterEach(() => bench.close());

const regenerate = (paymentId: string, attempt: number, key?: string) =>
  bench.payments.regenerate(paymentId, { attempt }, CALLER, key);
const annul = (paymentId: string) => bench.payments.annul(paymentId, 'non serve', CALLER);

async function annulled(): Promise<string> {
  const paymentId = await bench.ready();
  await annul(paymentId);
  return paymentId;
}

/** Its second attempt was annulled too, within the cool-down of the first Rigenera. */
async function annulledAgain(): Promise<string> {
  const paymentId = await annulled();
  await regenerate(paymentId, 1);
  await bench.carryOut();
  await annul(paymentId);
  return paymentId;
}

describe('Rigenera', () => {
  it('leads to a new attempt once IRIS has said that the old one is not paid', async () => {
    const paymentId = await annulled();
    await regenerate(paymentId, 1);
    expect(await bench.state(paymentId)).toBe('regenerated.checking');
    await bench.carryOut();
    expect(await bench.view(paymentId)).toMatchObject({ state: 'initialized', attempt: { number: 2 } });
  });

  it('brings identifiers by which the new attempt is found', async () => {
    const paymentId = await annulledAgain();
    const { items } = await bench.payments.views.list({ q: await bench.idPagamento(paymentId), limit: 5 });
    expect(items.map((item) => item.paymentId)).toEqual([paymentId]);
    expect(bench.iris.openings).toHaveLength(2);
  });

  it('asked for again, while it waits and once it is done, brings nothing new', async () => {
    const paymentId = await annulled();
    await Promise.all([1, 2, 3].map(() => regenerate(paymentId, 1)));
    await bench.carryOut();
    await regenerate(paymentId, 1);
    expect((await bench.view(paymentId)).attempts).toHaveLength(2);
    expect(await bench.heard(paymentId, 'regenerate.requested')).toHaveLength(4);
  });

  it.each([
    ['blocked', () => annulled()],
    ['not blocked', () => bench.ready()],
    ['being regenerated', () => annulled().then((id) => regenerate(id, 1).then(() => id))],
  ])('of an attempt there is not is refused: a payment that is %s', async (_, bring) => {
    const paymentId = await bring();
    await expect(regenerate(paymentId, 2)).rejects.toMatchObject({
      name: 'RequestRefused',
      because: 'values',
      faults: [{ pointer: '/attempt', message: 'there is no such attempt; the current one is number 1' }],
    });
  });

  it('of a payment that is not blocked is refused, and says what is allowed', async () => {
    await expect(regenerate(await bench.ready(), 1)).rejects.toMatchObject({
      name: 'CommandRefused',
      state: 'initialized.ready',
      allowedActions: ['redirect', 'annul', 'verify'],
    });
  });

  it('in quarantine is refused, and names the incident that must be resolved first', async () => {
    const paymentId = await bench.atIris();
    await bench.after(20 * MINUTE); // too slow to choose
    bench.iris.says(await bench.idPagamento(paymentId), 'paid', { amountCents: 100 });
    await bench.after(10 * MINUTE);
    const error = await regenerate(paymentId, 1).catch((refused: unknown) => refused);
    expect(error).toMatchObject({ name: 'CommandRefused', reason: 'an incident must be resolved first' });
    const { items } = await bench.payments.incidentViews.list({ kind: 'amountMismatch', limit: 9 });
    const incidents = items.map(({ incidentId }) => incidentId);
    expect(incidents).toHaveLength(1);
    expect(problemOf(error)).toMatchObject({
      status: 409,
      state: 'annulled',
      allowedActions: ['verify'],
      incidents,
      detail: expect.stringContaining(`To be resolved: ${incidents.join()}.`) as unknown,
    });
  });

  it('in the cool-down is told when to come back, by the engine’s clock, and is taken in then', async () => {
    const paymentId = await annulledAgain();
    await bench.passTime(10 * SECOND);
    const error = await regenerate(paymentId, 2).catch((refused: unknown) => refused);
    expect(problemOf(error)).toMatchObject({ status: 429, retryAfterSeconds: 20 });
    await bench.after(20 * SECOND);
    await regenerate(paymentId, 2);
    expect((await bench.view(paymentId)).state).toBe('regenerated');
  });

  it('has a limit', async () => {
    const paymentId = await annulledAgain();
    await bench.after(30 * SECOND);
    await regenerate(paymentId, 2);
    await bench.carryOut();
    await annul(paymentId);
    await bench.after(30 * SECOND);
    const error = await regenerate(paymentId, 3).catch((refused: unknown) => refused);
    expect(problemOf(error)).toMatchObject({ status: 409, state: 'annulled', allowedActions: ['verify'] });
  });

  it('of a payment nobody knows is told so', async () => {
    await expect(regenerate('pay_00000000000000000000000000000000', 1)).rejects.toMatchObject({ name: 'NotFound' });
  });
});

describe('a payer who goes on although a payment may be in flight', () => {
  /** The old attempt is in flight, and IRIS cannot say that it is not paid. */
  async function waiting(): Promise<string> {
    const paymentId = await bench.atIris();
    bench.iris.says(await bench.idPagamento(paymentId), 'inProgress');
    await bench.after(5 * SECOND);
    await bench.after(31 * MINUTE);
    await regenerate(paymentId, 1);
    return paymentId;
  }
  const acknowledge = (paymentId: string) =>
    bench.payments.regenerate(paymentId, { attempt: 1, acknowledgeInFlight: true }, CALLER);

  it('is told from when on, waits until then, and is recorded', async () => {
    const paymentId = await waiting();
    const { acknowledgeFrom, updatedAt } = await bench.view(paymentId);
    expect(Date.parse(known(acknowledgeFrom)) - Date.parse(updatedAt)).toBeCloseTo(MINUTE, -3);
    await acknowledge(paymentId);
    expect(await bench.state(paymentId)).toBe('regenerated.checking');
    expect((await bench.history(paymentId)).at(-1)).toMatchObject({
      type: 'regenerate.requested',
      decision: 'applied',
      actor: CALLER.actor,
      acknowledgeInFlight: true,
    });
    await bench.after(61 * SECOND);
    expect(await bench.view(paymentId)).toMatchObject({
      state: 'initialized',
      attempt: { number: 2 },
      acknowledgeFrom: null,
    });
  });

  it('is told so for as long as the Rigenera waits, and then goes on at once', async () => {
    const paymentId = await waiting();
    const { acknowledgeFrom } = await bench.view(paymentId);
    await bench.after(61 * SECOND);
    await bench.after(5 * MINUTE);
    const overdue = await bench.view(paymentId);
    expect(overdue.state).toBe('regenerated');
    expect(Date.parse(known(overdue.acknowledgeFrom)) - Date.parse(known(acknowledgeFrom))).toBeLessThan(5 * SECOND);
    expect(overdue.message.it).toContain('puoi proseguire con un nuovo tentativo');
    await acknowledge(paymentId);
    expect(await bench.state(paymentId)).toBe('initialized.opening');
  });

  it('is not told so while a transfer is being confirmed: it would never take effect', async () => {
    const paymentId = await waiting();
    bench.iris.says(await bench.idPagamento(paymentId), 'confirming');
    await bench.after(30 * SECOND);
    await bench.after(31 * SECOND);
    expect(await bench.view(paymentId)).toMatchObject({
      state: 'regenerated',
      acknowledgeFrom: null,
      message: { it: 'Il bonifico è stato disposto e attende conferma. Non pagare di nuovo.' },
    });
  });

  it('pays the item once: what comes of the old attempt too is owed back', async () => {
    const paymentId = await waiting();
    await acknowledge(paymentId);
    await bench.after(61 * SECOND);
    await bench.redirect(paymentId);
    bench.iris.says(await bench.idPagamento(paymentId), 'paid', { idTransazione: 'T2' });
    await bench.after(5 * SECOND);
    const [first] = (await bench.view(paymentId)).attempts;
    bench.iris.says(known(first?.positions[0]).idPagamento, 'paid', { idTransazione: 'T1' });
    await bench.after(6 * MINUTE);
    const { state, attempts } = await bench.view(paymentId);
    expect(state).toBe('paid');
    expect(attempts.map(({ positions }) => positions[0]?.refund)).toEqual(['due', null]);
  });
});

describe('Rigenera under a key', () => {
  it('that was refused is refused again, though it would be taken in now', async () => {
    const paymentId = await annulledAgain();
    await expect(regenerate(paymentId, 2, 'k')).rejects.toMatchObject({ name: 'TooSoon' });
    await bench.after(60 * SECOND);
    await expect(regenerate(paymentId, 2, 'k')).rejects.toMatchObject({ name: 'TooSoon', retryAfterSeconds: 1 });
    await regenerate(paymentId, 2, 'another');
  });

  it('that was taken in is not given a second time, though the payment was annulled since', async () => {
    const paymentId = await annulled();
    await regenerate(paymentId, 1, 'k');
    await annul(paymentId);
    await bench.after(60 * SECOND);
    await regenerate(paymentId, 1, 'k');
    expect(await bench.state(paymentId)).toBe('annulled');
    expect(await bench.heard(paymentId, 'regenerate.requested')).toHaveLength(1);
  });

  it('takes no other content', async () => {
    const paymentId = await annulled();
    await regenerate(paymentId, 1, 'k');
    const other = bench.payments.regenerate(paymentId, { attempt: 1, acknowledgeInFlight: true }, CALLER, 'k');
    await expect(other).rejects.toMatchObject({ name: 'RequestRefused', faults: [{ pointer: '/idempotencyKey' }] });
  });

  it('that comes twice at once, through two processes, has one effect', async () => {
    const paymentId = await annulled();
    const processes = [bench.payments, await bench.anotherProcess()];
    await Promise.all(processes.map((payments) => payments.regenerate(paymentId, { attempt: 1 }, CALLER, 'k')));
    expect(await bench.duplicates(paymentId)).toBe(1);
    expect(await bench.heard(paymentId, 'regenerate.requested')).toHaveLength(1);
  });
});
