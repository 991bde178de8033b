import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Claim } from '#libs/engine';
import { IrisMisconfigured, IrisOutcomeUnknown, IrisUnavailable } from '#libs/iris';
import { Bench, bolli, istruttoria, known, LEASE_OVER_MS, practice } from '../bench.fixture.js';
import { ScriptedIris } from '../scripted-iris.fixture.js';
import { pollPositions } from './poll-positions.js';

const FIRST_POLL_MS = 5_000;
const MINUTE = 60_000;
/** A pause of the schedule with its jitter. */
const SECOND_POLL_MS = 12_000;

let bench: Bench;
beforeEach(async () => {
  bench = await Bench.open();
});
afterEach(() => bench.close());

const askedIds = () => bench.iris.questions.flatMap((question) => question.ids);
const reports = (paymentId: string) => bench.heard(paymentId, 'position.reported');

describe('a poll', () => {
  it('reports the first answer and then only change', async () => {
    const paymentId = await bench.atIris();
    for (let question = 0; question < 3; question += 1) await bench.after(MINUTE);
    expect(bench.iris.questions).toHaveLength(3);
    expect(await reports(paymentId)).toHaveLength(1);
    bench.iris.says(await bench.idPagamento(paymentId), 'inProgress');
    for (let question = 0; question < 3; question += 1) await bench.after(MINUTE);
    expect(await reports(paymentId)).toHaveLength(2);
    expect(await bench.state(paymentId)).toBe('redirected.inProgress');
  });

  it('that finds money it cannot read opens an incident, once, and never counts it as unpaid', async () => {
    const paymentId = await bench.atIris();
    const doubt = 'the amount is not in cents';
    bench.iris.says(await bench.idPagamento(paymentId), 'unknown', { stato: 'POSIZIONE_PAGATA', doubt });
    for (let question = 0; question < 4; question += 1) await bench.after(10 * MINUTE);
    expect(await bench.state(paymentId)).toMatch(/^redirected/);
    expect(await bench.incidents()).toMatchObject([{ kind: 'anomaly', facts: expect.stringContaining(doubt) }]);
    expect(await reports(paymentId)).toHaveLength(1);
  });

  it('ends with the position it settles', async () => {
    const paymentId = await bench.atIris();
    const idPagamento = await bench.idPagamento(paymentId);
    bench.iris.says(idPagamento, 'paid');
    await bench.after(FIRST_POLL_MS);
    expect(await bench.state(paymentId)).toMatch(/^paid/);
    expect(await bench.poll(paymentId, idPagamento)).toBeUndefined();
  });

  it('reports an answer without change when one is wanted: after a deadline it decides', async () => {
    const paymentId = await bench.atIris();
    await bench.after(FIRST_POLL_MS);
    expect((await bench.view(paymentId)).attempt.positions[0]?.esito).toBe('unpaid');
    await bench.after(15 * MINUTE);
    expect(await reports(paymentId)).toHaveLength(2);
    expect(await bench.state(paymentId)).toBe('annulled');
  });

  it('is never a verdict while IRIS is silent, however long', async () => {
    const paymentId = await bench.atIris();
    const silence = () => new IrisOutcomeUnknown('timeout');
    bench.iris.failsOn('verify', ...Array.from({ length: 200 }, silence));
    for (let wait = 0; wait < 20; wait += 1) await bench.after(3 * MINUTE);
    expect(await bench.state(paymentId)).toBe('redirected.choosing');
    expect(await reports(paymentId)).toEqual([]);
  });

  it.each([
    ['unreachable', new IrisUnavailable('connection refused')],
    ['silent', new IrisOutcomeUnknown('timeout')],
    ['refusing our configuration', new IrisMisconfigured('credenziali errate')],
  ])('is asked again after IRIS was %s, and says why it waits', async (_, failure) => {
    const paymentId = await bench.atIris();
    const idPagamento = await bench.idPagamento(paymentId);
    bench.iris.says(idPagamento, 'paid');
    bench.iris.failsOn('verify', failure);
    await bench.after(FIRST_POLL_MS);
    expect(await reports(paymentId)).toEqual([]);
    expect(await bench.poll(paymentId, idPagamento)).toMatchObject({
      status: 'pending',
      lastError: `${failure.name}: ${failure.message}`,
    });
    await bench.after(SECOND_POLL_MS);
    expect(await bench.state(paymentId)).toMatch(/^paid/);
  });

  it('is asked again about a position the answer leaves out', async () => {
    const paymentId = await bench.atIris();
    const idPagamento = await bench.idPagamento(paymentId);
    bench.iris.silentAbout.add(idPagamento);
    await bench.after(FIRST_POLL_MS);
    expect(await reports(paymentId)).toEqual([]);
    bench.iris.silentAbout.clear();
    await bench.after(SECOND_POLL_MS);
    expect(await reports(paymentId)).toHaveLength(1);
  });

  it('whose worker dies after the answer is asked again, and ends in the same state', async () => {
    const paymentId = await bench.atIris();
    bench.iris.says(await bench.idPagamento(paymentId), 'paid');
    bench.deliver('lost');
    await bench.after(FIRST_POLL_MS);
    expect(await bench.state(paymentId)).toBe('redirected.choosing');
    bench.deliver('once');
    await bench.after(LEASE_OVER_MS);
    expect(await bench.state(paymentId)).toMatch(/^paid/);
    expect(await reports(paymentId)).toHaveLength(1);
  });

  it.each(['unpaid', 'inProgress', 'refused', 'paid'] as const)(
    'whose "%s" arrives twice is heard once',
    async (esito) => {
      const paymentId = await bench.atIris();
      bench.iris.says(await bench.idPagamento(paymentId), esito);
      bench.deliver('twice');
      await bench.after(FIRST_POLL_MS);
      expect(await reports(paymentId)).toHaveLength(1);
      expect(await bench.incidents()).toEqual([]);
    },
  );
});

describe('many positions', () => {
  it('of two kinds are asked about in few messages, at most 50 of one kind in each', async () => {
    const body = () => practice({ charges: [bolli(5), istruttoria()] });
    const payments: string[] = [];
    for (let count = 0; count < 11; count += 1) payments.push(...(await bench.send(body())));
    await bench.carryOut();
    for (const paymentId of payments) await bench.redirect(paymentId);
    await bench.after(FIRST_POLL_MS);
    const ids = askedIds();
    expect(ids).toHaveLength(66);
    expect(new Set(ids)).toEqual(new Set(bench.iris.openedIds.flat()));
    expect(bench.iris.questions.length).toBeLessThanOrEqual(4);
    for (const { kind, ids: ofOneKind } of bench.iris.questions) {
      const opened = bench.iris.openings.filter((opening) => opening.kind === kind);
      const openedIds = new Set(opened.flatMap((opening) => opening.positions.map((position) => position.idPagamento)));
      expect(ofOneKind.filter((id) => !openedIds.has(id))).toEqual([]);
    }
  });

  it('are halved around one that IRIS rejects, until it stands alone', async () => {
    const paymentIds = [await bench.atIris(practice({ charges: [bolli(4)] }))];
    paymentIds.push(await bench.atIris(practice({ charges: [bolli(4)] })));
    const [good = '', bad = ''] = paymentIds;
    const spoiler = await bench.idPagamento(bad, 3);
    bench.iris.spoiling.add(spoiler);
    await bench.after(FIRST_POLL_MS);
    const sizes = bench.iris.questions.map((question) => question.ids.length);
    expect(sizes.toSorted((a, b) => b - a)).toEqual([8, 4, 4, 2, 2, 1, 1]);
    expect(await reports(good)).toHaveLength(4);
    expect(await reports(bad)).toHaveLength(3);
    expect((await bench.poll(bad, spoiler))?.lastError).toContain('IrisBatchRejected');
    bench.iris.spoiling.clear();
    await bench.after(SECOND_POLL_MS);
    expect(await reports(bad)).toHaveLength(4);
  });

  it.each([new IrisOutcomeUnknown('timeout'), new IrisUnavailable('refused'), new IrisMisconfigured('no')])(
    'are never halved on $name',
    async (failure) => {
      await bench.atIris(practice({ charges: [bolli(5)] }));
      bench.iris.failsOn('verify', failure);
      await bench.after(FIRST_POLL_MS);
      expect(bench.iris.questions.map((question) => question.ids.length)).toEqual([5]);
    },
  );

  it('share one deadline: what there is no time left to ask about is asked again soon, and nothing is reported', async () => {
    const iris = new ScriptedIris();
    let nowMs = 0;
    const settings = { scheduleMs: [60_000], chance: () => 0, timeoutMs: 5_000, leaseMs: 11_000, now: () => nowMs };
    const handler = pollPositions({ iris, ...settings }, 'poll');
    iris.spoiling.add('P3');
    const release = iris.holdAnswers();
    const outcomes = handler.handle(['P1', 'P2', 'P3', 'P4'].map(claimOn));
    nowMs = 5_000;
    release();
    const notAsked = { events: [], then: { kind: 'retry', afterMs: 1_000, reason: 'no time was left to ask' } };
    expect(await outcomes).toEqual([notAsked, notAsked, notAsked, notAsked]);
    expect(iris.questions.map((question) => question.ids.length)).toEqual([4]);
  });

  it('do not wait for each other: one kind is answered while the other fails', async () => {
    const [stamps = '', fee = ''] = await bench.send(practice({ charges: [bolli(2), istruttoria()] }));
    await bench.carryOut();
    for (const paymentId of [stamps, fee]) await bench.redirect(paymentId);
    bench.iris.failsOn('verify', new IrisOutcomeUnknown('timeout'));
    await bench.after(FIRST_POLL_MS);
    const heard = [await reports(stamps), await reports(fee)].map(({ length }) => length);
    expect([
      [0, 1],
      [2, 0],
    ]).toContainEqual(heard);
  });
});

const claimOn = (idPagamento: string): Claim => ({
  instanceId: `payment of ${idPagamento}`,
  key: `poll/${idPagamento}`,
  machine: 'payment',
  type: 'iris.poll',
  payload: { kind: 'bolli', idPagamento, known: null, report: 'change' },
  tries: 1,
  armedSeq: 3,
  askedAtSeq: 3,
  leaseToken: 'a lease',
  requestId: null,
});

describe('a watch', () => {
  it('finds a payment that succeeds late, after it was annulled', async () => {
    const paymentId = await bench.ready();
    await bench.payments.annul(paymentId, 'non serve', { source: 'api', actor: 'a spec' });
    expect(await bench.state(paymentId)).toBe('annulled');
    bench.iris.says(await bench.idPagamento(paymentId), 'paid');
    await bench.after(6 * MINUTE);
    expect(await bench.state(paymentId)).toMatch(/^paid/);
    expect(await bench.incidents()).toEqual([]);
  });

  it('goes on where IRIS took money that settles nothing: a second payment there is heard as well', async () => {
    const paymentId = await bench.atIris();
    const idPagamento = await bench.idPagamento(paymentId);
    bench.iris.says(idPagamento, 'paid', { idTransazione: 'T1', amountCents: 1500 });
    await bench.after(FIRST_POLL_MS);
    for (let question = 0; question < 3; question += 1) await bench.after(MINUTE);
    expect(await bench.incidents()).toMatchObject([{ kind: 'amountMismatch', id_transazione: 'T1' }]);
    expect(await reports(paymentId)).toHaveLength(1);
    bench.iris.says(idPagamento, 'paid', { idTransazione: 'T2' });
    await bench.after(2 * MINUTE);
    expect(known((await bench.view(paymentId)).items[0]).settledBy).toEqual({ attempt: 1, idPagamento });
  });

  it('of an attempt that was replaced reports its late payment as a duplicate, once', async () => {
    const paymentId = await bench.atIris();
    const first = await bench.idPagamento(paymentId);
    bench.iris.says(first, 'refused');
    await bench.after(FIRST_POLL_MS);
    await bench.regenerate(paymentId);
    await bench.carryOut();
    const second = await bench.idPagamento(paymentId);
    expect(second).not.toBe(first);
    await bench.redirect(paymentId);
    bench.iris.says(second, 'paid');
    await bench.after(SECOND_POLL_MS);
    expect(await bench.state(paymentId)).toMatch(/^paid/);
    bench.iris.says(first, 'paid');
    for (let question = 0; question < 3; question += 1) await bench.after(6 * MINUTE);
    expect(await bench.incidents()).toMatchObject([{ kind: 'duplicatePayment', id_pagamento: first }]);
    const { attempts } = await bench.view(paymentId);
    expect(attempts.map(({ positions }) => positions[0]?.refund)).toEqual(['due', null]);
  });
});
