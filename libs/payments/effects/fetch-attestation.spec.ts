import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Attachment } from '#libs/iris';
import { IrisBatchRejected, IrisMisconfigured, IrisOutcomeUnknown, IrisUnavailable } from '#libs/iris';
import { createSealer } from '#libs/platform';
import { Bench, ENCRYPTION_KEY, known, LEASE_OVER_MS } from '../bench.fixture.js';

const DAY = 24 * 3_600_000;
const CONTENT = Buffer.from('<MarcaDaBollo>di Mario Rossi</MarcaDaBollo>');
const attachment: Attachment = { contentType: 'application/xml', titolo: null, tipo: 'Documento', content: CONTENT };

let bench: Bench;
beforeEach(async () => {
  bench = await Bench.open();
});
afterEach(() => bench.close());

/** A payment that is paid, its attestation not asked for yet. */
async function paid(): Promise<{ paymentId: string; idPagamento: string }> {
  const paymentId = await bench.atIris();
  const idPagamento = await bench.idPagamento(paymentId);
  bench.iris.says(idPagamento, 'paid');
  await bench.hear(paymentId, {
    type: 'position.reported',
    idPagamento,
    esito: 'paid',
    askedAtSeq: 99,
    receipt: { idTransazione: 'T1', amountCents: 1600 },
  });
  return { paymentId, idPagamento };
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

  it('that IRIS never gives is a person’s business, once', async () => {
    const { paymentId, idPagamento } = await paid();
    await bench.carryOut();
    for (let question = 0; question < 16; question += 1) await bench.after(2 * 3_600_000);
    expect(await bench.incidents()).toMatchObject([{ kind: 'receiptProblem', id_pagamento: idPagamento }]);
    expect(await bench.effects(paymentId, 'attestation.fetch')).toEqual([]);
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
