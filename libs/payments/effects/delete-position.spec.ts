import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { IrisMisconfigured, IrisOutcomeUnknown, IrisRefused, IrisUnavailable } from '#libs/iris';
import { Bench, LEASE_OVER_MS } from '../bench.fixture.js';

let bench: Bench;
beforeEach(async () => {
  bench = await Bench.open({ IRIS_DELETE: 'whenIdle' });
});
afterEach(() => bench.close());

/** A Rigenera of a payment whose payer left in time: IRIS is asked, then to delete, then asked again. */
async function regenerated(): Promise<{ paymentId: string; idPagamento: string }> {
  const paymentId = await bench.atIris();
  const idPagamento = await bench.idPagamento(paymentId);
  await bench.after(5_000);
  await bench.after(15 * 60_000);
  expect(await bench.state(paymentId)).toBe('annulled');
  await bench.regenerate(paymentId);
  await bench.carryOut();
  return { paymentId, idPagamento };
}

const answers = (paymentId: string) => bench.heard(paymentId, 'position.deleteAnswered');

describe('Delete at IRIS', () => {
  it('names the position and its payer, and the payment goes on to a new attempt', async () => {
    const { paymentId, idPagamento } = await regenerated();
    expect(bench.iris.deletions).toEqual([
      { kind: 'bolli', idPendenza: `P${idPagamento}`, payerFiscalCode: 'RSSMRA80A01H501U', requestId: null },
    ]);
    expect(await bench.state(paymentId)).toBe('initialized.ready');
    expect((await bench.view(paymentId)).attempt.number).toBe(2);
  });

  it.each(['notFound', 'notDeletable'] as const)('"%s" is a normal answer: IRIS is asked once more', async (answer) => {
    bench.iris.deleteAnswer = answer;
    const { paymentId } = await regenerated();
    expect((await bench.view(paymentId)).attempt.number).toBe(2);
  });

  it.each([new IrisRefused('no', { code: 'X' }), new IrisMisconfigured('no'), new IrisOutcomeUnknown('timeout')])(
    'that ends in $name is no evidence and holds nothing up',
    async (failure) => {
      bench.iris.failsOn('delete', failure);
      const { paymentId } = await regenerated();
      expect(bench.iris.deletions).toHaveLength(1);
      expect((await bench.view(paymentId)).attempt.number).toBe(2);
    },
  );

  it('that never reached IRIS is asked for again', async () => {
    bench.iris.failsOn('delete', new IrisUnavailable('connection refused'));
    const { paymentId } = await regenerated();
    expect(await bench.state(paymentId)).toBe('regenerated.checking');
    await bench.after(5_000);
    expect(bench.iris.deletions).toHaveLength(2);
    expect((await bench.view(paymentId)).attempt.number).toBe(2);
  });

  it('that was answered to a worker that died is repeated, and ends in the same state', async () => {
    const paymentId = await bench.atIris();
    bench.iris.says(await bench.idPagamento(paymentId), 'refused');
    await bench.after(5_000);
    await bench.regenerate(paymentId);
    bench.deliver('lost', 'delete/');
    await bench.carryOut();
    expect(await answers(paymentId)).toEqual([]);
    bench.deliver('once');
    bench.iris.deleteAnswer = 'notFound';
    await bench.after(LEASE_OVER_MS);
    expect(bench.iris.deletions).toHaveLength(2);
    expect(await answers(paymentId)).toHaveLength(1);
    expect((await bench.view(paymentId)).attempt.number).toBe(2);
  });

  it('whose answer arrives twice is heard once', async () => {
    bench.deliver('twice', 'delete/');
    const { paymentId } = await regenerated();
    expect(await answers(paymentId)).toHaveLength(1);
  });

  it('waits for a person when the payer’s data was erased, and holds no Rigenera up', async () => {
    const paymentId = await bench.atIris();
    bench.iris.says(await bench.idPagamento(paymentId), 'refused');
    await bench.after(5_000);
    await bench.rows('delete from payments.payer');
    await bench.regenerate(paymentId);
    await bench.carryOut();
    expect(bench.iris.deletions).toEqual([]);
    expect(await bench.incidents()).toMatchObject([{ kind: 'parkedEffect' }, { kind: 'parkedEffect' }]);
    expect((await bench.view(paymentId)).attempt.number).toBe(2);
  });

  it('is never asked for while a payment may be under way', async () => {
    const paymentId = await bench.atIris();
    bench.iris.says(await bench.idPagamento(paymentId), 'inProgress');
    await bench.after(5_000);
    await bench.after(31 * 60_000);
    expect(await bench.state(paymentId)).toBe('notConcluded');
    await bench.regenerate(paymentId);
    await bench.carryOut();
    expect(bench.iris.deletions).toEqual([]);
    expect(await bench.state(paymentId)).toBe('regenerated.checking');
  });
});
