import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { deleteRequest } from '../trial/messages.js';
import { NotificationReceiver } from '../trial/notification-receiver.js';
import { textsIn } from '../trial/reading-answers.js';
import { SandboxOnTrial } from '../trial/sandbox-on-trial.js';

const PAID = 'POSIZIONE_PAGATA PAG_ESEGUITO_IDP';
const ANNULLED = 'POSIZIONE_NON_PAGATA PAG_ANNULLATO';
const REFUSED = 'POSIZIONE_NON_PAGATA PAG_NON_ESEGUITO';
const IN_PROGRESS = 'POSIZIONE_CON_PAG_IN_CORSO Carta di pagamento';
const SLOW_MS = 8_000;
const LATE_MS = 32_000;

describe('the scenarios in which money does not come as it should', () => {
  let receiver: NotificationReceiver;
  let sandbox: SandboxOnTrial;

  beforeEach(async () => {
    receiver = await NotificationReceiver.start();
    sandbox = await SandboxOnTrial.start({ IRIS_NOTIFY_URL: receiver.url });
  });

  afterEach(async () => {
    await sandbox.stop();
    await receiver.stop();
  });

  const set = (idPagamento: string, scenario: string, more: object = {}): Promise<Response> =>
    sandbox.post('/sandbox/scenario', { idPagamento, scenario, ...more });

  /** Opens one position and plays the scenario over it. */
  const play = async (scenario: string, more: object = {}): Promise<string> => {
    const { idPagamento } = await sandbox.openOne();
    await set(idPagamento, scenario, more);
    expect((await sandbox.post(`/sandbox/pay/${idPagamento}`)).status).toBe(200);
    return idPagamento;
  };

  const transactions = async (): Promise<string[]> => {
    await receiver.untilReceived(1);
    return receiver.received.map(({ body }) => textsIn(body, 'IdTransazione')[0] ?? '');
  };

  it('late-success is annulled, and paid long afterwards under the transaction that was annulled', async () => {
    const idPagamento = await play('late-success');
    expect(await sandbox.stateOf(idPagamento)).toBe(ANNULLED);
    expect(await sandbox.ledger()).toMatchObject({ total: '0.00', items: [] });
    sandbox.clock.advance(LATE_MS - 1);
    expect(await sandbox.stateOf(idPagamento)).toBe(ANNULLED);
    sandbox.clock.advance(1);
    expect(await sandbox.stateOf(idPagamento)).toBe(PAID);
    await receiver.untilReceived(1);
    expect((await sandbox.ledger()).items).toMatchObject([{ idPagamento, amount: '16.00', amountCents: 1600 }]);
  });

  it('how long a late success takes may be said with the scenario', async () => {
    const idPagamento = await play('late-success', { afterMs: 1_000 });
    sandbox.clock.advance(1_000);
    expect(await sandbox.stateOf(idPagamento)).toBe(PAID);
  });

  it('a late receipt is not heard of where the payer has begun another payment since', async () => {
    const idPagamento = await play('late-success');
    await set(idPagamento, 'page-closed');
    await sandbox.post(`/sandbox/pay/${idPagamento}`);
    sandbox.clock.advance(LATE_MS);
    expect(await sandbox.stateOf(idPagamento)).toBe(IN_PROGRESS);
  });

  it.each(['page-closed', 'rejected', 'cancelled-by-payer', 'sbf-then-paid'])(
    'a receipt that arrives has the last word after %s',
    async (scenario) => {
      const idPagamento = await play(scenario);
      expect((await sandbox.post(`/sandbox/receipt/${idPagamento}`)).status).toBe(200);
      expect(await sandbox.stateOf(idPagamento)).toBe(PAID);
      await receiver.untilReceived(1);
      sandbox.clock.advance(LATE_MS);
      expect((await sandbox.ledger()).items).toHaveLength(1);
      expect((await sandbox.post(`/sandbox/receipt/${idPagamento}`)).status).toBe(409);
    },
  );

  it('double-notification tells one payment in two messages', async () => {
    await play('double-notification');
    await receiver.untilReceived(2);
    expect(new Set(await transactions()).size).toBe(1);
    const messages = receiver.received.map(({ body }) => textsIn(body, 'MsgId')[0]);
    expect(new Set(messages).size).toBe(2);
  });

  it('paid-no-return pays, and sends no browser back', async () => {
    const { idPagamento, page } = await sandbox.openOne();
    await set(idPagamento, 'paid-no-return');
    const answer = await sandbox.post(`${page}/pay`);
    expect([answer.status, answer.headers.get('Location')]).toEqual([200, null]);
    expect(await sandbox.stateOf(idPagamento)).toBe(PAID);
  });

  it('wrong-amount takes a euro too much, and poll and ledger both say so', async () => {
    const idPagamento = await play('wrong-amount');
    const answer = await sandbox.verify([idPagamento]);
    expect(textsIn(answer, 'Importo')[0]).toBe('17.00');
    expect(textsIn(answer, 'ImportoTransato')).toEqual(['17.00']);
    expect(await sandbox.ledger()).toMatchObject({ total: '17.00', totalCents: 1700 });
  });

  it('in-progress-forever sends the payer back and stays in progress', async () => {
    const { idPagamento, page } = await sandbox.openOne();
    await set(idPagamento, 'in-progress-forever');
    expect((await sandbox.post(`${page}/pay`)).headers.get('Location')).toContain('esito=OK');
    sandbox.clock.advance(24 * 3_600_000);
    expect(await sandbox.stateOf(idPagamento)).toBe(IN_PROGRESS);
  });

  it('refused-then-paid is two transactions, of which the second takes the money', async () => {
    const idPagamento = await play('refused-then-paid');
    expect(await sandbox.stateOf(idPagamento)).toBe(REFUSED);
    sandbox.clock.advance(SLOW_MS);
    expect(await sandbox.stateOf(idPagamento)).toBe(PAID);
    expect((await sandbox.ledger()).items).toHaveLength(1);
  });

  it('paid-twice takes the money twice under two transactions, and the poll tells of the later one', async () => {
    const idPagamento = await play('paid-twice');
    const first = textsIn(await sandbox.verify([idPagamento]), 'IdTransazione')[0];
    sandbox.clock.advance(SLOW_MS);
    const second = textsIn(await sandbox.verify([idPagamento]), 'IdTransazione')[0];
    const { items, total } = await sandbox.ledger();
    expect([total, items.map(({ idTransazione }) => idTransazione)]).toEqual(['32.00', [first, second]]);
    expect(first).not.toBe(second);
    await receiver.untilReceived(2);
  });

  it('what is paid is paid again only when that is asked for', async () => {
    const idPagamento = await play('paid');
    expect((await sandbox.post(`/sandbox/pay/${idPagamento}`)).status).toBe(409);
    expect((await sandbox.post(`/sandbox/pay/${idPagamento}`, { again: true })).status).toBe(200);
    expect(await sandbox.ledger()).toMatchObject({ total: '32.00' });
  });

  it.each([
    ['paid-then-refunded', 'POSIZIONE_NON_PAGABILE PAG_RIMBORSATO', 'RIMBORSATO'],
    ['paid-then-reversed', 'POSIZIONE_NON_PAGATA PAG_STORNATO', 'STORNATO'],
  ])('%s ends as %s, and the ledger knows both the money and its return', async (scenario, state, kind) => {
    const idPagamento = await play(scenario);
    expect(await sandbox.stateOf(idPagamento)).toBe(PAID);
    sandbox.clock.advance(SLOW_MS);
    expect(await sandbox.stateOf(idPagamento)).toBe(state);
    expect(await sandbox.ledger()).toMatchObject({
      total: '16.00',
      refundedTotal: '16.00',
      refundedCents: 1600,
      items: [{ idPagamento, refund: { kind, at: '2026-11-23T10:00:08.000Z' } }],
    });
  });

  it('a refund of one of two payments leaves the other as what paid the position', async () => {
    const idPagamento = await play('paid');
    await sandbox.post(`/sandbox/pay/${idPagamento}`, { again: true });
    const [first, second] = (await sandbox.ledger()).items.map(({ idTransazione = '' }) => idTransazione);
    const refund = await sandbox.post(`/sandbox/refund/${idPagamento}`, { idTransazione: second });
    expect(refund.status).toBe(200);
    const answer = await sandbox.verify([idPagamento]);
    expect([textsIn(answer, 'Stato'), textsIn(answer, 'IdTransazione')]).toEqual([['POSIZIONE_PAGATA'], [first]]);
    expect((await sandbox.post(`/sandbox/refund/${idPagamento}`)).status).toBe(200);
    expect((await sandbox.post(`/sandbox/refund/${idPagamento}`)).status).toBe(409);
    expect(await sandbox.ledger()).toMatchObject({ total: '32.00', refundedTotal: '32.00' });
  });

  it('any scenario can be chosen on the page of the payer', async () => {
    const { idPagamento, page } = await sandbox.openOne();
    expect(await (await sandbox.get(page)).text()).toContain('<option value="late-success">');
    const choose = (scenario: string): Promise<Response> =>
      fetch(`${sandbox.url}${page}/choose`, {
        method: 'POST',
        redirect: 'manual',
        body: new URLSearchParams({ scenario }),
      });
    expect((await choose('teleport')).status).toBe(422);
    const answer = await choose('rejected');
    expect([answer.status, answer.headers.get('Location')]).toEqual([303, 'http://portos.test/back?t=1&esito=ERROR']);
    expect(await sandbox.stateOf(idPagamento)).toBe(REFUSED);
  });

  describe('when a position is deleted while its payer is at the counter', () => {
    const remove = async (idPagamento: string): Promise<readonly string[]> =>
      textsIn(await (await sandbox.soap(deleteRequest(idPagamento))).text(), 'Codice');

    it('IRIS that forgets takes the late money, and tells nobody', async () => {
      const idPagamento = await play('late-success');
      expect(await remove(idPagamento)).toEqual([]);
      sandbox.clock.advance(LATE_MS);
      expect(await sandbox.stateOf(idPagamento)).toBe('POSIZIONE_NON_PRESENTE -');
      expect(await sandbox.ledger()).toMatchObject({ total: '16.00' });
      await play('paid');
      await receiver.untilReceived(1);
      expect(receiver.received.flatMap(({ body }) => textsIn(body, 'IdPagamento'))).not.toContain(idPagamento);
    });

    it('IRIS that still reports says that it was paid, though its page is closed', async () => {
      await sandbox.post('/sandbox/faults', { onDelete: 'reports' });
      const { idPagamento, page } = await sandbox.openOne();
      expect(await remove(idPagamento)).toEqual([]);
      expect((await sandbox.get(page)).status).toBe(410);
      expect(await sandbox.stateOf(idPagamento)).toBe('POSIZIONE_NON_PAGATA -');
      expect(await remove(idPagamento)).toEqual(['BS000023']);
      await sandbox.post(`/sandbox/pay/${idPagamento}`);
      expect(await sandbox.stateOf(idPagamento)).toBe(PAID);
    });

    it('IRIS that refuses leaves all as it was', async () => {
      await sandbox.post('/sandbox/faults', { onDelete: 'refuses' });
      const { idPagamento, page } = await sandbox.openOne();
      expect(await remove(idPagamento)).toEqual(['BS000025']);
      expect((await sandbox.get(page)).status).toBe(200);
    });
  });
});
