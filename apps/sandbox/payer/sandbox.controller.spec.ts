import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { newId } from '../trial/messages.js';
import { SandboxOnTrial } from '../trial/sandbox-on-trial.js';

const PAID = 'POSIZIONE_PAGATA PAG_ESEGUITO_IDP';
const IDLE = 'POSIZIONE_NON_PAGATA -';
const IN_PROGRESS = 'POSIZIONE_CON_PAG_IN_CORSO Carta di pagamento';

describe('playing the payer without a browser', () => {
  let sandbox: SandboxOnTrial;

  beforeEach(async () => {
    sandbox = await SandboxOnTrial.start();
  });

  afterEach(() => sandbox.stop());

  const set = (idPagamento: string, scenario: string): Promise<Response> =>
    sandbox.post('/sandbox/scenario', { idPagamento, scenario });
  const pay = (idPagamento: string, body?: object): Promise<Response> =>
    sandbox.post(`/sandbox/pay/${idPagamento}`, body);

  it.each([
    ['paid', PAID, PAID, '16.00'],
    ['paid-slow', IN_PROGRESS, PAID, '16.00'],
    ['sbf-then-paid', 'POSIZIONE_PAGATA_SBF Bonifico', PAID, '16.00'],
    ['rejected', 'POSIZIONE_NON_PAGATA PAG_NON_ESEGUITO', 'POSIZIONE_NON_PAGATA PAG_NON_ESEGUITO', '0.00'],
    ['cancelled-by-payer', 'POSIZIONE_NON_PAGATA PAG_ANNULLATO', 'POSIZIONE_NON_PAGATA PAG_ANNULLATO', '0.00'],
    ['page-closed', IN_PROGRESS, IN_PROGRESS, '0.00'],
    ['choice-too-slow', IDLE, IDLE, '0.00'],
  ])('%s is %s at once and %s later, and takes %s', async (scenario, first, later, taken) => {
    const { idPagamento } = await sandbox.openOne();
    await set(idPagamento, scenario);
    const answer = await pay(idPagamento);
    expect(answer.status).toBe(200);
    expect(await answer.json()).toMatchObject({
      idPagamento,
      scenario,
      positions: [{ idPagamento, state: first.split(' ')[0] }],
    });
    expect(await sandbox.stateOf(idPagamento)).toBe(first);
    sandbox.clock.advance(7999);
    expect(await sandbox.stateOf(idPagamento)).toBe(first);
    sandbox.clock.advance(1);
    expect(await sandbox.stateOf(idPagamento)).toBe(later);
    expect(await sandbox.ledger()).toMatchObject({ total: taken });
  });

  it('pays the whole session, or the position alone', async () => {
    const [first, second] = [newId('I'), newId('I')];
    const page = await sandbox.open({ idPagamento: first }, { idPagamento: second });
    expect(await (await pay(first, { only: true })).json()).toMatchObject({ positions: [{ idPagamento: first }] });
    expect(await sandbox.stateOf(second)).toBe(IDLE);
    expect(await (await sandbox.get(page)).text()).toContain(`${first} · non più da pagare`);
    await pay(second);
    expect((await sandbox.get(page)).status).toBe(410);
    expect(await sandbox.stateOf(second)).toBe(PAID);
    const { items, total, positions } = await sandbox.ledger();
    expect(items.map(({ idPagamento }) => idPagamento)).toEqual([first, second]);
    expect(new Set(items.map(({ idTransazione }) => idTransazione)).size).toBe(2);
    expect(items[0]).toMatchObject({
      idPendenza: `P.${first}`,
      tipoPendenza: 'E_BOLLO',
      amount: '16.00',
      paidAt: '2026-11-23T10:00:00.000Z',
    });
    expect([total, positions.map(({ state }) => state)]).toEqual(['32.00', ['POSIZIONE_PAGATA', 'POSIZIONE_PAGATA']]);
  });

  it('uses up the page of a session that was played, whatever came of it', async () => {
    const { idPagamento, page } = await sandbox.openOne();
    await set(idPagamento, 'choice-too-slow');
    await pay(idPagamento);
    expect((await sandbox.get(page)).status).toBe(200);
    await set(idPagamento, 'rejected');
    await pay(idPagamento);
    expect((await sandbox.get(page)).status).toBe(410);
  });

  it('takes the money of a position once', async () => {
    const { idPagamento } = await sandbox.openOne();
    await pay(idPagamento);
    const again = await pay(idPagamento);
    expect([again.status, again.headers.get('Content-Type')]).toEqual([409, 'application/problem+json; charset=utf-8']);
    expect((await sandbox.ledger()).items).toHaveLength(1);
  });

  it('an older timer does not end a payment begun after its own', async () => {
    const { idPagamento } = await sandbox.openOne();
    await set(idPagamento, 'paid-slow');
    await pay(idPagamento);
    await set(idPagamento, 'rejected');
    await pay(idPagamento);
    await set(idPagamento, 'page-closed');
    await pay(idPagamento);
    sandbox.clock.advance(60_000);
    expect(await sandbox.stateOf(idPagamento)).toBe(IN_PROGRESS);
  });

  it('a payment left in progress can be brought to its end, as one payment', async () => {
    const { idPagamento } = await sandbox.openOne();
    await set(idPagamento, 'page-closed');
    await pay(idPagamento);
    await set(idPagamento, 'paid');
    await pay(idPagamento);
    expect((await sandbox.ledger()).items).toHaveLength(1);
  });

  it('a payment in progress beats an earlier refusal, and a paid one beats all', async () => {
    const { idPagamento } = await sandbox.openOne();
    for (const [scenario, state] of [
      ['rejected', 'POSIZIONE_NON_PAGATA PAG_NON_ESEGUITO'],
      ['page-closed', IN_PROGRESS],
      ['paid', PAID],
    ] as const) {
      await set(idPagamento, scenario);
      await pay(idPagamento);
      expect(await sandbox.stateOf(idPagamento)).toBe(state);
    }
  });

  it('follows the scenario of the position, else the "next" its session took, else the default', async () => {
    await set('default', 'rejected');
    await set('next', 'page-closed');
    const [left, refused, paid] = [await sandbox.openOne(), await sandbox.openOne(), await sandbox.openOne()];
    await set(paid.idPagamento, 'paid');
    for (const { idPagamento } of [left, refused, paid]) await pay(idPagamento);
    expect(await sandbox.stateOf(left.idPagamento)).toBe(IN_PROGRESS);
    expect(await sandbox.stateOf(refused.idPagamento)).toBe('POSIZIONE_NON_PAGATA PAG_NON_ESEGUITO');
    expect(await sandbox.stateOf(paid.idPagamento)).toBe(PAID);
    expect(await (await sandbox.get('/sandbox/scenario')).json()).toMatchObject({
      default: { scenario: 'rejected' },
      next: null,
      positions: [{ idPagamento: paid.idPagamento, scenario: 'paid' }],
    });
  });

  it('"next" waits for a session that is really opened', async () => {
    await set('next', 'rejected');
    await expect(sandbox.openOne({ amount: '15.00' })).rejects.toThrow();
    const { idPagamento } = await sandbox.openOne();
    expect(await (await pay(idPagamento)).json()).toMatchObject({ scenario: 'rejected' });
  });

  it('refuses an unknown scenario and lists the known ones', async () => {
    const answer = await set('next', 'teleport');
    expect(answer.status).toBe(422);
    expect(((await answer.json()) as { detail: string }).detail).toContain('paid, paid-slow, rejected');
  });

  it.each([[{}], [{ idPagamento: 'next' }], [{ idPagamento: 'a b', scenario: 'paid' }], [[]]])(
    'refuses %j as a choice of scenario',
    async (body) => {
      expect((await sandbox.post('/sandbox/scenario', body)).status).toBe(400);
    },
  );

  it('knows no position that was never opened', async () => {
    expect((await pay(newId('ignoto'))).status).toBe(404);
  });
});
