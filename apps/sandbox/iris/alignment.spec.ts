import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { deleteRequest, insertRequest, newId, STAMP_HASH } from '../trial/messages.js';
import { textsIn } from '../trial/reading-answers.js';
import { SandboxOnTrial } from '../trial/sandbox-on-trial.js';

describe('opening and deleting positions at IRIS', () => {
  let sandbox: SandboxOnTrial;

  beforeAll(async () => {
    sandbox = await SandboxOnTrial.start();
  });

  afterAll(() => sandbox.stop());

  const answerTo = async (message: string): Promise<string> => (await sandbox.soap(message)).text();

  it('opens a session for all positions of a message and gives the payer an address', async () => {
    const ids = [newId('I'), newId('I'), newId('I')];
    const answer = await answerTo(insertRequest(ids.map((idPagamento) => ({ idPagamento }))));
    expect(textsIn(answer, 'Stato')).toEqual(['Elaborato Correttamente']);
    const [token] = textsIn(answer, 'IdSessioneGW');
    expect(textsIn(answer, 'UrlGW')).toEqual([`http://localhost:3100/iris/gateway/${token ?? ''}`]);
    for (const id of ids) expect(await sandbox.stateOf(id)).toBe('POSIZIONE_NON_PAGATA -');
  });

  it('refuses a repeated MsgId, also of a message that was refused, and never gives the earlier token', async () => {
    const msgId = newId('M');
    const first = insertRequest([{ idPagamento: newId('I') }], msgId);
    expect(textsIn(await answerTo(first.replace('>2026<', '>MMXXVI<')), 'Codice')).toEqual(['BS000011']);
    const again = await answerTo(first);
    expect(textsIn(again, 'Codice')).toEqual(['BS000009']);
    expect(textsIn(again, 'UrlGW')).toEqual([]);
    expect(textsIn(await answerTo(insertRequest([{ idPagamento: newId('I') }], msgId)), 'Codice')).toEqual([
      'BS000009',
    ]);
  });

  it('lets another system of the same sender use the same MsgId', async () => {
    const msgId = newId('M');
    await answerTo(insertRequest([{ idPagamento: newId('I') }], msgId));
    const other = insertRequest([{ idPagamento: newId('I') }], msgId).replaceAll('SIL_PORTOS', 'SIL_ALTRO');
    expect(textsIn(await answerTo(other), 'UrlGW')).toHaveLength(1);
  });

  it('names the violated element of the schema', async () => {
    const violations: readonly [string, (message: string) => string][] = [
      ['Versione', (m) => m.replace('Versione="01.03-04"', 'Versione="02.00"')],
      ['ServiceName', (m) => m.replace('>IdpAllineamentoPendenze<', '>Altro<')],
      ['MsgId', (m) => m.replace(/<h:MsgId>[^<]*</, '<h:MsgId>a-b<')],
      ['TipoOperazione', (m) => m.replace('TipoOperazione="Insert"', 'TipoOperazione="insert"')],
      ['URL_CANCEL', (m) => m.replace(/<h:URL_CANCEL>.*?<\/h:URL_CANCEL>/, '')],
      ['URL_BACK', (m) => m.replace('http://portos.test/back?t=1', `http://portos.test/${'x'.repeat(512)}`)],
      ['URL_BACK', (m) => m.replace('http://portos.test/back?t=1', 'javascript:alert(1)')],
      ['IdPagamento', (m) => m.replace(/<a:IdPagamento>[^<]*</, `<a:IdPagamento>${'9'.repeat(36)}<`)],
      ['DataScadenza', (m) => m.replace('<a:DataScadenza>2027-01-31', '<a:DataScadenza>2027-02-30')],
      ['Importo', (m) => m.replace('<a:Importo>16.00', '<a:Importo>16,00')],
      ['Importo', (m) => m.replace('<a:Importo>16.00', '<a:Importo>16.0001')],
      ['Divisa', (m) => m.replace('>EUR<', '>USD<')],
      ['DescrizioneCausale', (m) => m.replace('Imposta di bollo', 'x'.repeat(513))],
      ['Codifica', (m) => m.replace('i:Codifica>TEXT', 'a:Codifica>TEXT').replace('</i:Codifica>', '</a:Codifica>')],
      ['Codice', (m) => m.replace('<a:Codice>000</a:Codice>', '')],
      ['Insert', (m) => m.replace('<a:DescrizioneCausale>', 'x<a:DescrizioneCausale>')],
      ['Sconosciuto', (m) => m.replace('</a:IdpBody>', '<a:Sconosciuto/></a:IdpBody>')],
      ['Pendenza', (m) => m.replace(' TipoPendenza="E_BOLLO"', '')],
    ];
    for (const [element, spoil] of violations) {
      const answer = await answerTo(spoil(insertRequest([{ idPagamento: newId('I') }])));
      expect([element, textsIn(answer, 'Codice')]).toEqual([element, ['BS000011']]);
      expect(textsIn(answer, 'Descrizione')[0]).toContain(element);
      expect(textsIn(answer, 'Stato')).toEqual(['Elaborato con Errori']);
    }
  });

  it('refuses a position with its code and opens nothing', async () => {
    const stamp = (text: string): string => Buffer.from(text).toString('base64');
    const good = stamp(`TIPO=01;PROV=FI;HASH=${STAMP_HASH}`);
    const refusals: readonly [string, (message: string) => string][] = [
      ['BS000006', (m) => m.replace('TipoPendenza="E_BOLLO"', 'TipoPendenza="TARI"')],
      ['A0000036', (m) => m.replace(/2027-01-31/g, '2026-11-23')],
      ['A0000036', (m) => m.replace('2026-11-01', '2026-11-24')],
      ['BS000020', (m) => m.replace('<a:DataScadenza>2027-01-31', '<a:DataScadenza>2027-02-01')],
      ['BS000020', (m) => m.replace('</a:Descrizione><a:Importo>16.00', '</a:Descrizione><a:Importo>15.00')],
      ['BS000020', (m) => m.replace(/<a:Insert>.*<\/a:Insert>/s, '')],
      ['A0000022', (m) => m.replace('"Pagamento Unico"', '"Pagamento a Rate"')],
      ['A0000040', (m) => m.replace(/<a:Allegato.*<\/a:Allegato>/s, '')],
      ['A0000040', (m) => m.replace(good, stamp(`TIPO=01;PROV=FI;HASH=${'ab'.repeat(31)}`))],
      ['A0000040', (m) => m.replace(good, stamp(`TIPO=02;PROV=FI;HASH=${STAMP_HASH}`))],
      ['A0000040', (m) => m.replace(good, stamp(`TIPO=01;PROV=Fi;HASH=${STAMP_HASH}\n`))],
      ['A0000040', (m) => m.replace('DatiMBD.txt', 'bollo.txt')],
      ['A0000041', (m) => m.replaceAll('16.00', '16.01')],
      ['A0000042', (m) => m.replace('METHODS>false', 'METHODS>true')],
    ];
    for (const [code, spoil] of refusals) {
      const idPagamento = newId('I');
      const answer = await answerTo(spoil(insertRequest([{ idPagamento }])));
      expect([code, textsIn(answer, 'Codice')]).toEqual([code, [code]]);
      expect(textsIn(answer, 'Id')).toEqual([`P.${idPagamento}`]);
      expect(textsIn(answer, 'Stato')).toEqual(['Elaborato con Errori', 'Scartato']);
      expect(await sandbox.stateOf(idPagamento)).toBe('POSIZIONE_NON_PRESENTE -');
    }
  });

  it('refuses the whole message for one bad position', async () => {
    const [good, bad] = [newId('I'), newId('I')];
    await answerTo(insertRequest([{ idPagamento: good }, { idPagamento: bad, amount: '15.00' }]));
    expect(await sandbox.stateOf(good)).toBe('POSIZIONE_NON_PRESENTE -');
  });

  it('accepts 16, 16.0 and 16.000 as the price of a stamp, and any amount for the istruttoria', async () => {
    for (const amount of ['16', '16.0', '16.000']) await sandbox.openOne({ amount });
    await expect(sandbox.openOne({ tipoPendenza: 'ONERI_ISTRUTTORIA', amount: '123.45' })).resolves.toBeDefined();
  });

  it('refuses keys repeated in a message and keys once used', async () => {
    const idPagamento = newId('I');
    const twice = await answerTo(insertRequest([{ idPagamento }, { idPagamento }]));
    expect(textsIn(twice, 'Codice')).toEqual(['BS000021', 'BS000022']);
    await sandbox.open({ idPagamento });
    expect(textsIn(await answerTo(insertRequest([{ idPagamento }])), 'Codice')).toEqual(['BS000021', 'BS000022']);
    await sandbox.post(`/sandbox/pay/${idPagamento}`);
    expect(textsIn(await answerTo(insertRequest([{ idPagamento }])), 'Codice')).toContain('A0000016');
  });

  it('takes five positions in a message and not six', async () => {
    const positions = Array.from({ length: 6 }, () => ({ idPagamento: newId('I') }));
    expect(textsIn(await answerTo(insertRequest(positions)), 'Codice')).toEqual(['BS000020']);
    await expect(sandbox.open(...positions.slice(0, 5))).resolves.toContain('/iris/gateway/');
  });

  it('deletes what nobody is paying, once, and asks no session for it', async () => {
    const { idPagamento } = await sandbox.openOne();
    const withSession = deleteRequest(idPagamento).replace(
      '<a:IdpBody>',
      '<h:IdpOTF><h:URL_BACK>http://a.test</h:URL_BACK><h:URL_CANCEL>http://a.test</h:URL_CANCEL></h:IdpOTF><a:IdpBody>',
    );
    expect(textsIn(await answerTo(withSession), 'Codice')).toEqual(['BS000020']);
    expect(textsIn(await answerTo(deleteRequest(idPagamento)), 'Stato')).toEqual(['Elaborato Correttamente']);
    expect(await sandbox.stateOf(idPagamento)).toBe('POSIZIONE_NON_PRESENTE -');
    expect(textsIn(await answerTo(deleteRequest(idPagamento)), 'Codice')).toEqual(['BS000023']);
    expect((await sandbox.post(`/sandbox/pay/${idPagamento}`)).status).toBe(404);
  });

  it('does not delete what is paid or in progress', async () => {
    for (const scenario of ['paid', 'page-closed', 'sbf-then-paid']) {
      const { idPagamento } = await sandbox.openOne();
      await sandbox.post('/sandbox/scenario', { idPagamento, scenario });
      await sandbox.post(`/sandbox/pay/${idPagamento}`);
      expect(textsIn(await answerTo(deleteRequest(idPagamento)), 'Codice')).toEqual(['BS000025']);
    }
  });
});
