import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newId, STAMP_HASH, verifyRequest } from '../trial/messages.js';
import { textsIn } from '../trial/reading-answers.js';
import { SandboxOnTrial } from '../trial/sandbox-on-trial.js';

describe('the poll', () => {
  let sandbox: SandboxOnTrial;

  beforeAll(async () => {
    sandbox = await SandboxOnTrial.start();
  });

  afterAll(() => sandbox.stop());

  const play = async (idPagamento: string, scenario: string): Promise<void> => {
    await sandbox.post('/sandbox/scenario', { idPagamento, scenario });
    await sandbox.post(`/sandbox/pay/${idPagamento}`, { only: true });
  };

  const compact = async (ids: readonly string[]): Promise<readonly string[]> => {
    const answer = await (await sandbox.soap(verifyRequest(ids, 'E_BOLLO', false))).text();
    return textsIn(answer, 'StatoPagamento');
  };

  it('answers every id asked, in the order of the request, unknown ones included', async () => {
    const [first, second] = [await sandbox.openOne(), await sandbox.openOne()];
    await play(second.idPagamento, 'paid');
    const ids = [second.idPagamento, newId('ignoto'), first.idPagamento, second.idPagamento];
    const answer = await sandbox.verify(ids);
    expect(textsIn(answer, 'Stato')).toEqual([
      'POSIZIONE_PAGATA',
      'POSIZIONE_NON_PRESENTE',
      'POSIZIONE_NON_PAGATA',
      'POSIZIONE_PAGATA',
    ]);
  });

  it('says how a paid position was paid and brings the stamp along', async () => {
    const { idPagamento } = await sandbox.openOne();
    await play(idPagamento, 'paid');
    const answer = await sandbox.verify([idPagamento]);
    expect(textsIn(answer, 'IdentificativoUnivocoVersamento')).toEqual([idPagamento]);
    expect(textsIn(answer, 'IdTransazione')[0]).toMatch(/^[0-9a-f]{32}$/);
    expect(textsIn(answer, 'Importo')[0]).toBe('16.00');
    expect(textsIn(answer, 'DataOraPagamento')).toEqual(['2026-11-23T11:00:00+01:00']);
    expect(textsIn(answer, 'Codifica')).toEqual(['XML_']);
    const stamp = Buffer.from(textsIn(answer, 'Contenuto')[0] ?? '', 'base64').toString('utf8');
    expect(textsIn(stamp, 'DigestValue')[0]).toBe(Buffer.from(STAMP_HASH, 'hex').toString('base64'));
    expect(textsIn(stamp, 'TipoBollo')).toEqual(['01']);
  });

  it('brings a plain receipt for the istruttoria', async () => {
    const { idPagamento } = await sandbox.openOne({ tipoPendenza: 'ONERI_ISTRUTTORIA', amount: '150.00' });
    await play(idPagamento, 'paid');
    const answer = await sandbox.verify([idPagamento], 'ONERI_ISTRUTTORIA');
    expect(textsIn(answer, 'Codifica')).toEqual(['TEXT']);
    expect(Buffer.from(textsIn(answer, 'Contenuto')[0] ?? '', 'base64').toString('utf8')).toContain('EUR 150.00');
  });

  it('gives positions paid together one transaction and the sum of all', async () => {
    const ids = [newId('I'), newId('I')];
    await sandbox.open(...ids.map((idPagamento) => ({ idPagamento })));
    await sandbox.post(`/sandbox/pay/${ids[0] ?? ''}`);
    const answer = await sandbox.verify(ids);
    expect(new Set(textsIn(answer, 'IdTransazione')).size).toBe(1);
    expect(textsIn(answer, 'ImportoTransato')).toEqual(['32.00', '32.00']);
  });

  it('knows a position only under its own type', async () => {
    const { idPagamento } = await sandbox.openOne();
    expect(await sandbox.stateOf(idPagamento, 'ONERI_ISTRUTTORIA')).toBe('POSIZIONE_NON_PRESENTE -');
  });

  it('answers one Esito and no position at all when one type is unknown', async () => {
    const { idPagamento } = await sandbox.openOne();
    const message = verifyRequest([idPagamento, newId('I')]).replace('"E_BOLLO"', '"TARI"');
    const answer = await (await sandbox.soap(message)).text();
    expect(textsIn(answer, 'Codice')).toEqual(['BS000006']);
    expect(textsIn(answer, 'InformazioniPagamento')).toEqual([]);
  });

  it('answers a violated schema by an Esito that names the element', async () => {
    const message = verifyRequest([newId('I')]).replace('>true<', '>forse<');
    const answer = await (await sandbox.soap(message)).text();
    expect(textsIn(answer, 'Codice')).toEqual(['BS000011']);
    expect(textsIn(answer, 'Descrizione')[0]).toContain('richiestaInformazioniPagamento');
  });

  it('hides in its compact form whatever is under way', async () => {
    const opened = await Promise.all(Array.from({ length: 5 }, () => sandbox.openOne()));
    const ids = opened.map(({ idPagamento }) => idPagamento);
    const [paid = '', inProgress = '', confirming = '', refused = ''] = ids;
    await play(paid, 'paid');
    await play(inProgress, 'page-closed');
    await play(confirming, 'sbf-then-paid');
    await play(refused, 'rejected');
    expect(await compact([...ids, newId('ignoto')])).toEqual([
      'Pagamento eseguito',
      'Posizione non presente',
      'Posizione non presente',
      'Pagamento non eseguito',
      'Pagamento non eseguito',
      'Posizione non presente',
    ]);
  });

  it('calls a position not payable from its last day on, unless it was paid', async () => {
    const later = await SandboxOnTrial.start();
    try {
      const [idle, paid] = [await later.openOne(), await later.openOne()];
      await later.post(`/sandbox/pay/${paid.idPagamento}`);
      later.clock.advance(Date.parse('2027-01-30T23:30:00Z') - later.clock.now().getTime());
      expect(await later.stateOf(idle.idPagamento)).toBe('POSIZIONE_NON_PAGABILE NON_PAGABILE_TERMINI');
      expect(await later.stateOf(paid.idPagamento)).toBe('POSIZIONE_PAGATA PAG_ESEGUITO_IDP');
    } finally {
      await later.stop();
    }
  });
});
