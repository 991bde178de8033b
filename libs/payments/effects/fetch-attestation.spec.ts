import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { IrisBatchRejected, IrisMisconfigured, IrisOutcomeUnknown, IrisUnavailable } from '#libs/iris';
import { createSealer } from '#libs/platform';
import { Bench, bolli, CALLER, ENCRYPTION_KEY, istruttoria, known, LEASE_OVER_MS, practice } from '../bench.fixture.js';
import { stampAttachment, stampXml } from '../stamp.fixture.js';

const DAY = 24 * 3_600_000;
const CONTENT = stampXml();
const attachment = stampAttachment(CONTENT);

let bench: Bench;
beforeEach(async () => {
  bench = await Bench.open();
});
afterEach(() => bench.close());

/** A payment that is paid, its attestation not asked for yet. */
async function paid(charge: object = bolli(1)): Promise<{ paymentId: string; idPagamento: string }> {
  const paymentId = await bench.atIris(practice({ charges: [charge] }));
  for (const { idPagamento, amount } of (await bench.view(paymentId)).attempt.positions) {
    const amountCents = Number(amount.amount) * 100;
    bench.iris.says(idPagamento, 'paid', { amountCents });
    await bench.hear(paymentId, {
      type: 'position.reported',
      idPagamento,
      esito: 'paid',
      askedAtSeq: 99,
      receipt: { idTransazione: 'T1', amountCents },
    });
  }
  return { paymentId, idPagamento: await bench.idPagamento(paymentId) };
}

const shelf = () => bench.rows('select * from payments.attestation');

describe('the attestation of a settled position', () => {
  it('is fetched once and kept sealed', async () => {
    const { paymentId, idPagamento } = await paid();
    bench.iris.says(idPagamento, 'paid', { attachment });
    await bench.carryOut();
    expect(await bench.state(paymentId)).toBe('paid.receipted');
    const [row] = await shelf();
    expect(row).toMatchObject({
      id_pagamento: idPagamento,
      payment_id: paymentId,
      kind: 'bolli',
      content_type: 'application/xml',
      source: 'irisPoll',
      iubd: '01234567890123',
      sha256: createHash('sha256').update(CONTENT).digest('hex'),
    });
    const sealer = createSealer(Buffer.from(ENCRYPTION_KEY, 'base64'));
    expect(sealer.open(known(row)['sealed'] as Buffer, `attestation/${idPagamento}`)).toBe(CONTENT.toString('base64'));
  });

  it('that IRIS has not made yet is asked for again', async () => {
    const { paymentId, idPagamento } = await paid();
    await bench.carryOut();
    await bench.after(6_000);
    expect(await bench.state(paymentId)).toBe('paid.awaitingReceipt');
    bench.iris.says(idPagamento, 'paid', { attachment });
    await bench.after(35_000);
    expect(await bench.state(paymentId)).toBe('paid.receipted');
  });

  it('of a fee is its receipt, whatever IRIS made of it', async () => {
    const { paymentId, idPagamento } = await paid(istruttoria());
    const content = Buffer.from('%PDF-1.7 …');
    const receipt = { contentType: 'application/pdf', titolo: null, tipo: 'Ricevuta', content };
    bench.iris.says(idPagamento, 'paid', { amountCents: 15_000, attachment: receipt });
    await bench.carryOut();
    expect(await bench.state(paymentId)).toBe('paid.receipted');
    expect(await shelf()).toMatchObject([{ kind: 'istruttoria', content_type: 'application/pdf', iubd: null }]);
  });

  it('is of the very item it was sent for: each stamp of five, in whatever order', async () => {
    const { paymentId } = await paid(bolli(5));
    for (const { idPagamento, item } of (await bench.view(paymentId)).attempt.positions) {
      const content = stampXml({ document: `document ${item - 1}`, iubd: `iubd-${item}` });
      bench.iris.says(idPagamento, 'paid', { attachment: stampAttachment(content) });
    }
    await bench.carryOut();
    expect(await bench.state(paymentId)).toBe('paid.receipted');
    expect(await shelf()).toHaveLength(5);
  });

  it('of another document is a person’s business at once; the payment stays paid, and nothing is kept', async () => {
    const { paymentId, idPagamento } = await paid();
    bench.iris.says(idPagamento, 'paid', { attachment: stampAttachment(stampXml({ document: 'another' })) });
    await bench.carryOut();
    expect(await bench.state(paymentId)).toBe('paid.awaitingReceipt');
    expect(await shelf()).toEqual([]);
    expect(await bench.incidents()).toMatchObject([
      {
        kind: 'receiptProblem',
        id_pagamento: idPagamento,
        allowed_resolutions: ['dismiss'],
        facts:
          'There is no valid attestation of this position: ' +
          'ImprontaDocumento/DigestValue is not the hash of the document that was sent.',
      },
    ]);
  });

  it('that was wrong is fetched once more when its incident is redriven', async () => {
    const { paymentId, idPagamento } = await paid();
    bench.iris.says(idPagamento, 'paid', { attachment: stampAttachment(stampXml({ document: 'another' })) });
    await bench.carryOut();
    const redrive = async () => {
      const { items } = await bench.payments.incidentViews.list({ state: 'open', limit: 9 });
      expect(items).toMatchObject([{ kind: 'receiptProblem', redrivable: true }]);
      await bench.payments.redriveIncident(known(items[0]).incidentId, CALLER);
      await bench.carryOut();
    };
    await redrive();
    bench.iris.says(idPagamento, 'paid', { attachment });
    await redrive();
    expect(await bench.state(paymentId)).toBe('paid.receipted');
    expect(await bench.payments.incidentViews.list({ state: 'open', limit: 9 })).toMatchObject({ items: [] });
  });

  it('with the IUBD of a stamp that was seen before is not kept, whichever comes first', async () => {
    const { paymentId } = await paid(bolli(2));
    for (const { idPagamento, item } of (await bench.view(paymentId)).attempt.positions) {
      bench.iris.says(idPagamento, 'paid', {
        attachment: stampAttachment(stampXml({ document: `document ${item - 1}` })),
      });
    }
    await bench.carryOut();
    expect(await shelf()).toHaveLength(1);
    expect(await bench.state(paymentId)).toBe('paid.awaitingReceipt');
    const [incident] = await bench.incidents();
    expect(incident).toMatchObject({ kind: 'receiptProblem' });
    expect((incident as { facts: string }).facts).toContain('IUBD is that of a stamp that was seen before');
  });

  it('is stored once by IUBD, whoever tries: the database refuses a second', async () => {
    const { idPagamento } = await paid();
    bench.iris.says(idPagamento, 'paid', { attachment });
    await bench.carryOut();
    await expect(
      bench.rows(
        `insert into payments.attestation (id_pagamento, payment_id, kind, content_type, sha256, source, iubd, sealed)
         select 'another', payment_id, kind, content_type, sha256, source, iubd, sealed from payments.attestation`,
      ),
    ).rejects.toThrow('attestation_iubd_key');
  });

  it('that IRIS never gives is a person’s business, once', async () => {
    const { paymentId, idPagamento } = await paid();
    await bench.carryOut();
    for (let question = 0; question < 16; question += 1) await bench.after(2 * 3_600_000);
    expect(await bench.incidents()).toMatchObject([{ kind: 'receiptProblem', id_pagamento: idPagamento }]);
    expect(await bench.effects(paymentId, 'attestation.fetch')).toMatchObject([{ status: 'parked' }]);
  });

  it.each([
    new IrisUnavailable('connection refused'),
    new IrisOutcomeUnknown('timeout'),
    new IrisMisconfigured('no'),
    new IrisBatchRejected('no'),
  ])('is nobody’s business while IRIS is silent ($name), and is there when it speaks again', async (failure) => {
    const { paymentId, idPagamento } = await paid();
    bench.iris.failsOn('verify', ...Array.from({ length: 20 }, () => failure));
    for (let wait = 0; wait < 20; wait += 1) await bench.after(2 * 3_600_000);
    expect(await bench.incidents()).toEqual([]);
    expect((await bench.effects(paymentId, 'attestation.fetch'))[0]).toMatchObject({ status: 'pending' });
    bench.iris.says(idPagamento, 'paid', { attachment });
    await bench.after(DAY);
    expect(await bench.state(paymentId)).toBe('paid.receipted');
  });

  it('that a dying worker stored is stored once', async () => {
    const { paymentId, idPagamento } = await paid();
    bench.iris.says(idPagamento, 'paid', { attachment });
    bench.deliver('lost');
    await bench.carryOut();
    expect(await shelf()).toHaveLength(1);
    expect(await bench.state(paymentId)).toBe('paid.awaitingReceipt');
    bench.deliver('once');
    await bench.after(LEASE_OVER_MS);
    expect(await shelf()).toHaveLength(1);
    expect(await bench.state(paymentId)).toBe('paid.receipted');
  });

  it('whose outcome arrives twice is heard once', async () => {
    const { paymentId, idPagamento } = await paid();
    bench.iris.says(idPagamento, 'paid', { attachment });
    bench.deliver('twice');
    await bench.carryOut();
    expect(await bench.heard(paymentId, 'attestation.stored')).toHaveLength(1);
  });
});
