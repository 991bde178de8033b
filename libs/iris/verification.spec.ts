import { afterEach, describe, expect, it } from '@jest/globals';
import {
  allegatoOf,
  type Counterpart,
  esitoElement,
  paymentOf,
  type PaymentText,
  pollAnswer,
  settingsFor,
  startCounterpart,
  stateOf,
} from './counterpart.fixture.js';
import { IrisBatchRejected } from './errors.js';
import type { PositionReport } from './gateway.js';
import { createIrisGateway } from './soap-gateway.js';

const running: Counterpart[] = [];

afterEach(async () => {
  await Promise.all(running.splice(0).map((counterpart) => counterpart.close()));
});

async function verify(answer: string, ...ids: string[]): Promise<readonly PositionReport[]> {
  const counterpart = await startCounterpart(answer);
  running.push(counterpart);
  const gateway = createIrisGateway(settingsFor(counterpart.baseUrl));
  return await gateway.verify(
    'bolli',
    ids.map((idPagamento) => ({ idPagamento })),
  );
}

const paid = (id: string, text: PaymentText = {}, description = 'PAG_ESEGUITO_IDP'): string =>
  stateOf(id, 'POSIZIONE_PAGATA', description, paymentOf('es', id, text));

describe('a poll', () => {
  it('asks for the detailed form, which alone shows a payment in progress, and each position once', async () => {
    const counterpart = await startCounterpart(pollAnswer(stateOf('A', 'POSIZIONE_CON_PAG_IN_CORSO', 'Carta')));
    running.push(counterpart);
    const gateway = createIrisGateway(settingsFor(counterpart.baseUrl));
    const reports = await gateway.verify('bolli', [{ idPagamento: 'A' }, { idPagamento: 'A' }]);
    expect(reports.map(({ esito }) => esito)).toEqual(['inProgress', 'inProgress']);
    const [{ path, headers, xml } = { path: '', headers: {}, xml: '' }] = counterpart.heard;
    expect(path).toBe('/services/IdpVerificaStatoPagamenti');
    expect(headers['soapaction']).toBe('"IdpVerificaStatoPagamenti"');
    expect(xml).toContain('richiestaInformazioniPagamento>true<');
    expect(xml).toContain('ServiceName>IdpInformativaPagamento<');
    expect(xml.match(/TipoPendenza="E_BOLLO"/g)).toHaveLength(1);
  });

  it('reports each position asked, in the order asked, each on its own merits', async () => {
    const marca = Buffer.from('<marcaDaBollo/>').toString('base64');
    const reports = await verify(
      pollAnswer(
        stateOf('C', 'POSIZIONE_NON_PAGATA', 'PAG_ANNULLATO') +
          paid('A', { allegato: allegatoOf(marca) }) +
          stateOf('B', 'POSIZIONE_PAGATA', 'PAG_ESEGUITO_OTH') +
          stateOf('D', 'POSIZIONE_STRANA'),
      ),
      ...['A', 'B', 'C', 'D'],
    );
    expect(reports).toEqual([
      {
        idPagamento: 'A',
        esito: 'paid',
        stato: 'POSIZIONE_PAGATA',
        description: 'PAG_ESEGUITO_IDP',
        receipt: {
          idTransazione: 'TX.1',
          amountCents: 1600,
          paidAt: '2026-11-23T09:00:00Z',
          attachment: {
            contentType: 'application/xml',
            titolo: 'Marca.xml',
            tipo: 'Ricevuta',
            content: Buffer.from('<marcaDaBollo/>'),
          },
        },
        doubt: null,
      },
      ...[
        { idPagamento: 'B', esito: 'paid', stato: 'POSIZIONE_PAGATA', description: 'PAG_ESEGUITO_OTH' },
        { idPagamento: 'C', esito: 'cancelled', stato: 'POSIZIONE_NON_PAGATA', description: 'PAG_ANNULLATO' },
        { idPagamento: 'D', esito: 'unknown', stato: 'POSIZIONE_STRANA', description: '-' },
      ].map((report) => ({ ...report, receipt: null, doubt: null })),
    ]);
  });

  it.each([
    ['is of another TipoPendenza', paid('A').replace('E_BOLLO', 'TASSA_AUTO'), /TipoPendenza/],
    ['is missing, though another was answered', paid('B'), /did not answer/],
    ['is missing from an answer with nothing in it', '', /did not answer/],
    ['comes twice', paid('A') + stateOf('A', 'POSIZIONE_NON_PAGATA'), /more than once/],
    ['has an amount with thousandths', paid('A', { importo: '16.001' }), /amount/],
    ['has an unreadable amount', paid('A', { importo: 'sedici' }), /amount/],
    ['has no amount, though paid through IRIS', stateOf('A', 'POSIZIONE_PAGATA', 'PAG_ESEGUITO_IDP'), /how much/],
    [
      'holds the payment of another position',
      stateOf('A', 'POSIZIONE_PAGATA', 'PAG_ESEGUITO_IDP', paymentOf('es', 'B')),
      /another position/,
    ],
    [
      'has no DescrizioneStato',
      paid('A').replace(/<es:DescrizioneStato>.*<\/es:DescrizioneStato>/, ''),
      /DescrizioneStato/,
    ],
    ['holds U+0000', paid('A', { transazione: 'T&#0;' }), /not allowed/],
  ])('an answer that %s is doubted, and is never a negative', async (_, content, doubt) => {
    const [report, ...others] = await verify(pollAnswer(content), 'A');
    expect(others).toEqual([]);
    expect(report).toMatchObject({ idPagamento: 'A', esito: 'unknown', receipt: null });
    expect(report?.doubt).toMatch(doubt);
  });

  it('a doubted position says nothing against the others', async () => {
    const reports = await verify(pollAnswer(paid('A', { importo: '-1' }) + paid('B')), 'A', 'B');
    expect(reports.map(({ esito }) => esito)).toEqual(['unknown', 'paid']);
  });

  it.each([
    ['no transaction', { transazione: null }, { idTransazione: null }],
    ['an attachment that is not base64', { allegato: allegatoOf('***') }, { attachment: null }],
    ['an attachment of an unknown encoding', { allegato: allegatoOf('AAAA', 'ZIP_') }, { attachment: null }],
  ])('a payment with %s is a payment', async (_, text: PaymentText, receipt) => {
    const [report] = await verify(pollAnswer(paid('A', text)), 'A');
    expect(report).toMatchObject({ esito: 'paid', doubt: null, receipt: { amountCents: 1600, ...receipt } });
  });

  it('a reversed payment has no receipt to believe', async () => {
    const [report] = await verify(pollAnswer(paid('A', {}, 'PAG_RIMBORSATO')), 'A');
    expect(report).toMatchObject({ esito: 'reversed', receipt: null, doubt: null });
  });

  it('an error and no position at all rejects the batch, so that the caller halves it', async () => {
    const rejected = pollAnswer(esitoElement('BS000006', 'Tipo debito sconosciuto'));
    await expect(verify(rejected, 'A', 'B')).rejects.toMatchObject({
      name: 'IrisBatchRejected',
      code: 'BS000006',
      description: 'Tipo debito sconosciuto',
    });
    await expect(verify(rejected, 'A')).rejects.toBeInstanceOf(IrisBatchRejected);
    const sloppy = pollAnswer('<es:Esito><es:Codice>errors.db.transactionRollback</es:Codice></es:Esito>');
    await expect(verify(sloppy, 'A', 'B')).rejects.toBeInstanceOf(IrisBatchRejected);
  });

  it('an error beside positions does not', async () => {
    const reports = await verify(pollAnswer(paid('A') + esitoElement('BS000012', 'Errore')), 'A', 'B');
    expect(reports.map(({ esito, doubt }) => [esito, doubt === null])).toEqual([
      ['paid', true],
      ['unknown', false],
    ]);
  });

  it('takes 1 to 50 positions', async () => {
    const ids = Array.from({ length: 51 }, (_, index) => `P${index}`);
    await expect(verify(pollAnswer(''), ...ids)).rejects.toBeInstanceOf(RangeError);
    await expect(verify(pollAnswer(''))).rejects.toBeInstanceOf(RangeError);
    await expect(verify(pollAnswer(''), ...ids.slice(1))).resolves.toHaveLength(50);
  });
});
