import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { deleteRequest, newId } from '../trial/messages.js';
import { SandboxOnTrial } from '../trial/sandbox-on-trial.js';

describe('the pages of the payer', () => {
  let sandbox: SandboxOnTrial;

  beforeAll(async () => {
    sandbox = await SandboxOnTrial.start();
  });

  afterAll(() => sandbox.stop());

  const textAt = async (path: string): Promise<string> => (await sandbox.get(path)).text();

  it('show who is paid, what for and how much, and begin nothing', async () => {
    const ids = [newId('I'), newId('I')];
    const page = await sandbox.open(...ids.map((idPagamento) => ({ idPagamento })));
    const text = await textAt(page);
    for (const piece of ['<html lang="it">', 'Regione Toscana', 'Imposta di bollo', ...ids, '16,00', '32,00']) {
      expect(text).toContain(piece);
    }
    expect(text).toContain('nessun denaro viene mosso');
    expect(await sandbox.stateOf(ids[0] ?? '')).toBe('POSIZIONE_NON_PAGATA -');
  });

  it.each([
    ['pay', 'http://portos.test/back?t=1&esito=OK', 'POSIZIONE_PAGATA PAG_ESEGUITO_IDP'],
    ['refuse', 'http://portos.test/back?t=1&esito=ERROR', 'POSIZIONE_NON_PAGATA PAG_NON_ESEGUITO'],
    ['cancel', 'http://portos.test/cancel?t=1', 'POSIZIONE_NON_PAGATA PAG_ANNULLATO'],
  ])('after "%s" the browser goes to %s', async (action, address, state) => {
    const { idPagamento, page } = await sandbox.openOne();
    const answer = await sandbox.post(`${page}/${action}`);
    expect([answer.status, answer.headers.get('Location')]).toEqual([303, address]);
    expect(await sandbox.stateOf(idPagamento)).toBe(state);
  });

  it('after "leave" the browser stays and the payment is in progress', async () => {
    const { idPagamento, page } = await sandbox.openOne();
    const answer = await sandbox.post(`${page}/leave`);
    expect([answer.status, answer.headers.get('Location')]).toEqual([200, null]);
    expect(await answer.text()).toContain('resta in corso');
    expect(await sandbox.stateOf(idPagamento)).toContain('POSIZIONE_CON_PAG_IN_CORSO');
  });

  it('"pay" follows the scenario in force', async () => {
    const { idPagamento, page } = await sandbox.openOne();
    await sandbox.post('/sandbox/scenario', { idPagamento, scenario: 'choice-too-slow' });
    const hesitation = await sandbox.post(`${page}/pay`);
    expect([hesitation.status, await sandbox.stateOf(idPagamento)]).toEqual([200, 'POSIZIONE_NON_PAGATA -']);
    await sandbox.post('/sandbox/scenario', { idPagamento, scenario: 'rejected' });
    expect((await sandbox.post(`${page}/pay`)).headers.get('Location')).toContain('esito=ERROR');
  });

  it('a second press does nothing, because the session is used', async () => {
    const { page } = await sandbox.openOne();
    const answers = await Promise.all([sandbox.post(`${page}/pay`), sandbox.post(`${page}/pay`)]);
    expect(answers.map(({ status }) => status).sort()).toEqual([303, 410]);
    const later = await sandbox.get(page);
    expect([later.status, later.headers.get('Content-Type')]).toEqual([410, 'text/html; charset=utf-8']);
    expect(await later.text()).toContain('già usata');
  });

  it('an unknown session and a deleted position are told in a friendly page', async () => {
    const unknown = await sandbox.get('/iris/gateway/sconosciuto');
    expect([unknown.status, (await unknown.text()).includes('non trovata')]).toEqual([404, true]);
    const { idPagamento, page } = await sandbox.openOne();
    await sandbox.soap(deleteRequest(idPagamento));
    expect((await sandbox.get(page)).status).toBe(410);
  });

  it('what a creditor writes is shown as text and never as markup', async () => {
    const { page } = await sandbox.openOne({ description: "&lt;script&gt;alert(1)&lt;/script&gt;&quot;'&amp;" });
    const answer = await sandbox.get(page);
    const text = await answer.text();
    expect(text).toContain('&lt;script&gt;alert(1)&lt;/script&gt;&quot;&#39;&amp;');
    expect(text).not.toMatch(/<script/i);
    expect(answer.headers.get('Content-Security-Policy')).toContain("default-src 'none'");
    expect(answer.headers.get('Referrer-Policy')).toBe('no-referrer');
  });

  it('the first page lists the sessions that wait and the addresses', async () => {
    const [waiting, used] = [await sandbox.openOne(), await sandbox.openOne()];
    await sandbox.post(`${used.page}/cancel`);
    const text = await textAt('/');
    expect(text).toContain(`href="${waiting.page}"`);
    expect(text).not.toContain(used.page);
    expect(text).toContain('/sandbox/ledger');
  });

  it('says that it is alive', async () => {
    expect(await (await sandbox.get('/health/live')).json()).toEqual({ status: 'ok' });
  });
});
