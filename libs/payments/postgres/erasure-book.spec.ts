import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { onConnection } from '#libs/engine';
import { Bench, CALLER, known, practice } from '../bench.fixture.js';
import { Erased, ErasureRefused, NotFound } from '../errors.js';
import { problemOf } from '../problems.js';
import { parsePracticeRequest } from '../requests/practice-request.js';
import { stampAttachment, stampXml } from '../stamp.fixture.js';
import { ErasureBook } from './erasure-book.js';

const DAY = 86_400_000;
const NOTHING = { practices: 0, payers: 0, charges: 0, attestations: 0 };
const ONE_PAYER = { practices: 1, payers: 1, charges: 1, attestations: 0 };

let bench: Bench;
let book: ErasureBook;
beforeEach(async () => {
  bench = await Bench.open();
  book = new ErasureBook(bench.pool);
});
afterEach(() => bench.close());

interface Opened {
  readonly practiceId: string;
  readonly paymentId: string;
  readonly idPagamento: string;
}

async function opened(body = practice({ practiceType: 'fineLavori' })): Promise<Opened> {
  const paymentId = await bench.atIris(body);
  return { practiceId: body.practiceId, paymentId, idPagamento: await bench.idPagamento(paymentId) };
}

/** A practice that is settled, with its attestation. */
async function settled(): Promise<Opened> {
  const found = await opened();
  bench.iris.says(found.idPagamento, 'paid', { attachment: stampAttachment(stampXml()) });
  await bench.after(6_000);
  await bench.carryOut();
  expect(await bench.state(`practice/${found.practiceId}`)).toBe('settled');
  expect(await bench.state(found.paymentId)).toBe('paid.receipted');
  return found;
}

/** A practice whose payer was refused and never came back, until nobody asks about it any more. */
async function abandoned(body: ReturnType<typeof practice>): Promise<Opened> {
  const found = await opened(body);
  bench.iris.says(found.idPagamento, 'refused');
  await bench.after(100 * DAY);
  for (let days = 0; days < 200 && (await bench.rows('select 1 from engine.effect')).length > 0; days += 10) {
    await bench.after(10 * DAY);
  }
  expect(await bench.rows('select key from engine.effect')).toEqual([]);
  return found;
}

const kept = async (): Promise<unknown> => {
  const [row] = await bench.rows(
    `select (select count(*)::int from payments.payer) as payers,
            (select count(*)::int from payments.charge where sealed is not null) as charges,
            (select count(*)::int from payments.attestation where sealed is not null) as attestations`,
  );
  return row;
};

const refusal = async (practiceId: string): Promise<string> =>
  book.erase(practiceId, 'desk').then(
    () => 'erased',
    (error: unknown) => (error instanceof ErasureRefused ? error.message : Promise.reject(error as Error)),
  );

describe('the erasure of a practice', () => {
  it('removes payer, contents and documents; what accounting needs stays, and who did it is written down', async () => {
    const { practiceId, paymentId, idPagamento } = await settled();
    expect(await book.erase(practiceId, 'ufficio-privacy')).toEqual({ ...ONE_PAYER, attestations: 1 });
    expect(await kept()).toEqual({ payers: 0, charges: 0, attestations: 0 });
    expect(await bench.rows('select kind, amount_cents, practice_id from payments.charge')).toEqual([
      { kind: 'bolli', amount_cents: '1600', practice_id: practiceId },
    ]);
    const [attestation] = await bench.rows('select * from payments.attestation');
    expect(attestation).toMatchObject({ id_pagamento: idPagamento, payment_id: paymentId, iubd: '01234567890123' });
    expect(attestation?.['sha256']).toMatch(/^[0-9a-f]{64}$/);
    expect(await bench.rows('select * from payments.erasure')).toMatchObject([
      {
        practice_id: practiceId,
        because: 'request',
        erased_by: 'ufficio-privacy',
        payers: 1,
        charges: 1,
        attestations: 1,
      },
    ]);
  });

  it('leaves everything to be shown but the documents, which are said to be erased', async () => {
    const { practiceId, paymentId, idPagamento } = await settled();
    const before = await bench.payments.views.practice(practiceId);
    await book.erase(practiceId, 'desk');
    expect(await bench.payments.views.practice(practiceId)).toEqual(before);
    const { receiptViews } = bench.payments;
    expect(await receiptViews.list(paymentId)).toMatchObject([
      {
        idPagamento,
        sha256: expect.stringMatching(/^[0-9a-f]{64}$/) as unknown,
        erasedAt: expect.any(String) as unknown,
      },
    ]);
    const refused = await receiptViews.document(paymentId, idPagamento).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(Erased);
    expect(problemOf(refused)).toMatchObject({ status: 404, type: 'urn:portos:problem:erased' });
  });

  it('lets a practice that is sent again be the same as before', async () => {
    const body = practice({ practiceType: 'fineLavori' });
    const { practiceId } = await opened(body);
    const reason = 'rinuncia';
    bench.iris.says(
      await bench.idPagamento(known((await bench.payments.views.practice(practiceId)).payments[0]).paymentId),
      'refused',
    );
    await bench.after(100 * DAY);
    await bench.payments.withdrawPractice(practiceId, reason, CALLER);
    for (let days = 0; days < 200; days += 20) await bench.after(20 * DAY);
    await book.erase(practiceId, 'desk');
    await bench.payments.openPractice(parsePracticeRequest(body), CALLER);
    expect(await kept()).toEqual({ payers: 0, charges: 0, attestations: 0 });
  });

  it('done twice finds nothing the second time, and writes nothing down', async () => {
    const { practiceId } = await settled();
    await book.erase(practiceId, 'desk');
    expect(await book.erase(practiceId, 'desk')).toEqual(NOTHING);
    expect(await bench.rows('select 1 from payments.erasure')).toHaveLength(1);
  });

  it('is written down for good', async () => {
    const { practiceId } = await settled();
    await book.erase(practiceId, 'desk');
    for (const change of [`update payments.erasure set erased_by = 'nobody'`, 'delete from payments.erasure']) {
      await expect(bench.pool.query(change)).rejects.toThrow('append only');
    }
  });

  it('is refused while the payer may still pay, and says why', async () => {
    const { practiceId, paymentId } = await opened();
    const words = await refusal(practiceId);
    expect(words).toContain('neither settled nor withdrawn');
    expect(words).toContain(`${paymentId} is redirected.choosing: it may still be paid`);
    expect(words).toMatch(/still worked on: \d+ effects are pending/);
    expect(await kept()).toMatchObject({ payers: 1, charges: 1 });
  });

  it('is refused while IRIS is still asked about a payment that was annulled', async () => {
    const { practiceId, paymentId, idPagamento } = await opened();
    bench.iris.says(idPagamento, 'refused');
    await bench.after(2 * 3_600_000);
    await bench.payments.withdrawPractice(practiceId, 'rinuncia', CALLER);
    expect(await refusal(practiceId)).toContain(`${paymentId} (annulled) is still worked on`);
  });

  it('is refused while an incident about it is open', async () => {
    const { practiceId, paymentId } = await settled();
    await bench.pool.query(
      `insert into payments.incident (incident_id, kind, instance_id, facts, allowed_resolutions)
       values ('inc_1', 'anomaly', $1, '', '{dismiss}')`,
      [paymentId],
    );
    expect(await refusal(practiceId)).toContain(`${paymentId} has 1 open incidents`);
  });

  it('is refused for a practice that nobody knows', async () => {
    await expect(book.erase('P-unknown', 'desk')).rejects.toThrow(NotFound);
    await expect(book.erase('RSSMRA80A01H501U', 'desk')).rejects.toThrow(NotFound);
  });

  it('waits for nobody: while something is decided about the practice it is refused', async () => {
    const { practiceId, paymentId } = await settled();
    await onConnection(bench.pool, async (client) => {
      await client.query('begin');
      await client.query('select from engine.instance where id = $1 for update', [paymentId]);
      expect(await refusal(practiceId)).toContain('it is being changed at this moment');
      await client.query('rollback');
    });
    expect(await refusal(practiceId)).toBe('erased');
  });
});

describe('retention', () => {
  const YEAR = { payerDataKeptMs: 365 * DAY, attestationsKeptMs: null };

  it('erases the payer once nothing was decided for so long, and writes it down', async () => {
    const { practiceId } = await settled();
    await bench.passTime(364 * DAY);
    expect(await book.retain(YEAR)).toEqual(NOTHING);
    await bench.passTime(DAY);
    expect(await book.retain(YEAR)).toEqual(ONE_PAYER);
    expect(await kept()).toEqual({ payers: 0, charges: 0, attestations: 1 });
    expect(await bench.rows('select * from payments.erasure')).toMatchObject([
      { practice_id: practiceId, because: 'retention', erased_by: 'retention', payers: 1, attestations: 0 },
    ]);
    expect(await book.retain(YEAR)).toEqual(NOTHING);
  });

  it('keeps whoever may still pay, however long ago it was', async () => {
    await bench.ready();
    await bench.passTime(3_000 * DAY);
    expect(await book.retain({ payerDataKeptMs: 0, attestationsKeptMs: 0 })).toEqual(NOTHING);
  });

  it('erases documents by a term of their own', async () => {
    await settled();
    const terms = { payerDataKeptMs: null, attestationsKeptMs: 3650 * DAY };
    await bench.passTime(3649 * DAY);
    expect(await book.retain(terms)).toEqual(NOTHING);
    await bench.passTime(2 * DAY);
    expect(await book.retain(terms)).toEqual({ ...NOTHING, practices: 1, attestations: 1 });
    expect(await kept()).toEqual({ payers: 1, charges: 1, attestations: 0 });
  });

  it('may be for good, or not longer than is needed', async () => {
    await settled();
    await bench.passTime(3650 * DAY);
    expect(await book.retain({ payerDataKeptMs: null, attestationsKeptMs: null })).toEqual(NOTHING);
    expect(await book.retain({ payerDataKeptMs: 0, attestationsKeptMs: 0 })).toEqual({
      practices: 2,
      payers: 1,
      charges: 1,
      attestations: 1,
    });
  });

  it('also reaches a practice whose payer never came back; when he does, a person is told, and the practice sent anew helps', async () => {
    const body = practice({ practiceType: 'fineLavori' });
    const { practiceId, paymentId } = await abandoned(body);
    await bench.passTime(366 * DAY);
    expect(await book.retain(YEAR)).toEqual(ONE_PAYER);
    await bench.regenerate(paymentId);
    await bench.after(120_000);
    const [incident] = await bench.incidents();
    expect(incident).toMatchObject({ kind: 'parkedEffect', facts: expect.stringContaining('was erased') as unknown });
    await bench.payments.replacePractice(parsePracticeRequest(body), CALLER);
    await bench.carryOut();
    const [payment] = (await bench.payments.views.practice(practiceId)).payments;
    expect(payment).toMatchObject({
      state: 'initialized',
      allowedActions: expect.arrayContaining(['redirect']) as unknown,
    });
  });

  it('leaves out what is being decided about at this moment, and finds it the next time', async () => {
    const { practiceId } = await settled();
    await bench.passTime(366 * DAY);
    await onConnection(bench.pool, async (client) => {
      await client.query('begin');
      await client.query('select from engine.instance where id = $1 for update', [`practice/${practiceId}`]);
      expect(await book.retain(YEAR)).toEqual(NOTHING);
      await client.query('rollback');
    });
    expect(await book.retain(YEAR)).toEqual(ONE_PAYER);
  });

  it('goes through many, a hundred at a time, and erases each once when it is run twice at once', async () => {
    const count = 250;
    await bench.pool.query(
      `with made as (select 'P-' || lpad(n::text, 4, '0') as id from generate_series(1, $1) as n),
       instances as (
         insert into engine.instance (id, machine, version, seq, state, snapshot, timers, created_at, updated_at)
         select 'practice/' || id, 'practice', 1, 1, 'settled', '{}'::jsonb, '{}'::jsonb, engine.clock(), engine.clock() from made
         union all select 'pay_' || id, 'payment', 1, 1, 'paid.receipted', '{}'::jsonb, '{}'::jsonb, engine.clock(), engine.clock() from made
       ), charges as (
         insert into payments.charge (payment_id, practice_id, kind, amount_cents, sealed)
         select 'pay_' || id, id, 'bolli', 1600, '\\x01' from made
       )
       insert into payments.payer (practice_id, sealed) select id, '\\x01' from made`,
      [count],
    );
    await bench.passTime(366 * DAY);
    const runs = await Promise.all([book.retain(YEAR), book.retain(YEAR)]);
    const rest = await book.retain(YEAR);
    const payers = [...runs, rest].reduce((sum, run) => sum + run.payers, 0);
    expect([payers, await kept()]).toEqual([count, { payers: 0, charges: 0, attestations: 0 }]);
    expect(await bench.rows('select practice_id from payments.erasure group by 1 having sum(payers) <> 1')).toEqual([]);
  });
});
