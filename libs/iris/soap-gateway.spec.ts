import { afterEach, describe, expect, it } from '@jest/globals';
import {
  alignmentAnswer,
  type Counterpart,
  discarded,
  DONE,
  EMPTY_HASH,
  EMPTY_HASH_HEX,
  esitiOf,
  FAILED,
  openingOf,
  sessionOf,
  settingsFor,
  startCounterpart,
} from './counterpart.fixture.js';
import { IrisMisconfigured, IrisOutcomeUnknown, IrisRefused } from './errors.js';
import type { IrisGateway } from './gateway.js';
import type { IrisSettings } from './settings.js';
import { createIrisGateway, type IrisExchange, type MessageSources } from './soap-gateway.js';

const running: Counterpart[] = [];

async function answering(
  reply: Parameters<typeof startCounterpart>[0],
  changes: Partial<IrisSettings> = {},
  sources: MessageSources = {},
): Promise<{ gateway: IrisGateway; counterpart: Counterpart }> {
  const counterpart = await startCounterpart(reply);
  running.push(counterpart);
  return { gateway: createIrisGateway(settingsFor(counterpart.baseUrl, changes), sources), counterpart };
}

afterEach(async () => {
  await Promise.all(running.splice(0).map((counterpart) => counterpart.close()));
});

const OPENED = alignmentAnswer(sessionOf('https://iris.example.org/gw?token=s1&amp;l=it'), DONE);

/** The contents of all elements of this name, whatever their prefix. */
const texts = (xml: string, name: string): string[] =>
  [...xml.matchAll(new RegExp(`<(?:\\w+:)?${name}(?: [^>]*)?>([^<]*)<`, 'g'))].map(([, text = '']) => text);

describe('opening', () => {
  it('sends all positions in one message and answers where to send the payer', async () => {
    const { gateway, counterpart } = await answering(OPENED, {}, { now: () => new Date('2026-12-31T23:30:00Z') });
    await expect(gateway.open(openingOf(3))).resolves.toEqual({
      sessionId: 's1',
      redirectUrl: 'https://iris.example.org/gw?token=s1&l=it',
    });
    const [{ path, headers, xml } = { path: '', headers: {}, xml: '' }, ...others] = counterpart.heard;
    expect(others).toEqual([]);
    expect(path).toBe('/services/IdpAllineamentoPendenzeEnteOTF');
    expect(headers).toMatchObject({
      'content-type': 'text/xml; charset=utf-8',
      soapaction: '"IdpAllineamentoPendenzeEnteOTF"',
    });
    expect(headers.authorization).toBeUndefined();
    expect(texts(xml, 'IdPagamento')).toEqual(['PAG.1', 'PAG.2', 'PAG.3']);
    expect(texts(xml, 'ImportoTotale')).toEqual(['16.00', '16.00', '16.00']);
    expect(texts(xml, 'TIPO_SOGGETTO')).toEqual(['F']);
    expect(new Set(texts(xml, 'XMLCrtDt'))).toEqual(new Set(['2026-12-31T23:30:00Z']));
    expect(new Set(texts(xml, 'AnnoRiferimento'))).toEqual(new Set(['2027']));
    expect(new Set(texts(xml, 'DataInizioValidita'))).toEqual(new Set(['2027-01-01']));
    expect(new Set(texts(xml, 'DataFineValidita'))).toEqual(new Set(['2027-04-01']));
  });

  it.each([
    ['hex', EMPTY_HASH_HEX],
    ['base64', EMPTY_HASH],
  ] as const)('binds a stamp to its document, with the hash in %s', async (stampHash, written) => {
    const { gateway, counterpart } = await answering(OPENED, { stampHash });
    await gateway.open(openingOf(1));
    const xml = counterpart.heard[0]?.xml ?? '';
    expect(texts(xml, 'Titolo')).toEqual(['DatiMBD.txt']);
    expect(Buffer.from(texts(xml, 'Contenuto')[0] ?? '', 'base64').toString()).toBe(`TIPO=01;PROV=FI;HASH=${written}`);
  });

  it('says a company is one', async () => {
    const { gateway, counterpart } = await answering(OPENED);
    await gateway.open(openingOf(0, { payer: { fiscalCode: '01386030488', email: 'pec@example.org' } }));
    expect(texts(counterpart.heard[0]?.xml ?? '', 'TIPO_SOGGETTO')).toEqual(['G']);
    expect(texts(counterpart.heard[0]?.xml ?? '', 'Importo')).toEqual(['123.50', '123.50']);
  });

  it('never uses a MsgId twice', async () => {
    const { gateway, counterpart } = await answering(OPENED);
    for (let message = 0; message < 3; message += 1) await gateway.open(openingOf(1));
    const ids = counterpart.heard.flatMap(({ xml }) => texts(xml, 'MsgId'));
    expect(new Set(ids).size).toBe(3);
    for (const id of ids) expect(id).toMatch(/^[a-zA-Z0-9._]{1,44}$/);
  });

  it('gives its credentials when it has some', async () => {
    const { gateway, counterpart } = await answering(OPENED, { user: 'portòs', password: 'a:b' });
    await gateway.open(openingOf(1));
    const [, given = ''] = counterpart.heard[0]?.headers.authorization?.split(' ') ?? [];
    expect(Buffer.from(given, 'base64').toString()).toBe('portòs:a:b');
  });

  it.each([
    ['BS000040', IrisRefused],
    ['A0000041', IrisRefused],
    ['BS000020', IrisRefused],
    ['BS000003', IrisMisconfigured],
    ['BS00007', IrisMisconfigured],
    ['BS000011', IrisMisconfigured],
    ['BS000009', IrisOutcomeUnknown],
    ['BS000012', IrisOutcomeUnknown],
    ['BS000022', IrisOutcomeUnknown],
    ['BS000031', IrisOutcomeUnknown],
    ['A0000016', IrisOutcomeUnknown],
    ['ZZ999999', IrisOutcomeUnknown],
  ])('code %s, of the message or of a position, is a %p', async (code, errorClass) => {
    const esiti = esitiOf(code, 'Motivo');
    for (const answer of [
      alignmentAnswer('', FAILED + esiti),
      alignmentAnswer('', FAILED, discarded('PEN.1', esiti)),
      alignmentAnswer('', FAILED + esitiOf('KO000000', 'Vedi InfoDettaglio'), discarded('PEN.1', esiti)),
    ]) {
      const { gateway } = await answering(answer);
      const error: unknown = await gateway.open(openingOf(1)).catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(errorClass);
      expect(error).toMatchObject({ code, values: { description: 'Motivo' } });
    }
  });

  it('the gravest of several codes decides', async () => {
    const both = discarded('PEN.1', esitiOf('BS000003', 'SIL'));
    const { gateway } = await answering(alignmentAnswer('', FAILED + esitiOf('BS000040', 'Bollo'), both));
    await expect(gateway.open(openingOf(1))).rejects.toMatchObject({ name: 'IrisMisconfigured', code: 'BS000003' });
  });

  it('an error carries no payer data, whatever IRIS quotes', async () => {
    const quoting = 'Codice fiscale RSSMRA80A01D612G o 01386030488 di mario.rossi@example.org non valido';
    const { gateway } = await answering(alignmentAnswer('', FAILED + esitiOf('BS000020', quoting)));
    const error: unknown = await gateway.open(openingOf(1)).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({
      values: { description: 'Codice fiscale [omesso] o [omesso] di [omesso] non valido' },
    });
    expect(String(error)).not.toMatch(/RSSMRA|01386030488|example\.org/);
  });

  it.each([
    [
      'a session together with a discarded position',
      alignmentAnswer(sessionOf('https://i/g'), DONE, discarded('PEN.2', '')),
    ],
    ['a session together with an error', alignmentAnswer(sessionOf('https://i/g'), FAILED)],
    ['a session that leads nowhere', alignmentAnswer(sessionOf('javascript:alert(1)'), DONE)],
    ['no session and no reason', alignmentAnswer('', DONE)],
    ['an answer to something else', alignmentAnswer('', DONE).replaceAll('EnteOTF.Esito', 'Ente.Esito')],
    ['an answer in another namespace', alignmentAnswer('', DONE).replace('iris_1_1/proxy', 'iris_1_2/proxy')],
  ])('%s is an unknown outcome', async (_, answer) => {
    const { gateway } = await answering(answer);
    await expect(gateway.open(openingOf(3))).rejects.toBeInstanceOf(IrisOutcomeUnknown);
  });
});

describe('deleting', () => {
  const request = { kind: 'bolli', idPendenza: 'PEN.1', payerFiscalCode: 'RSSMRA80A01D612G' } as const;

  it.each([
    ['deleted', DONE, ''],
    ['notFound', FAILED + esitiOf('BS000023', 'Assente'), ''],
    ['notFound', FAILED, discarded('PEN.1', esitiOf('BS000024', 'Assente'))],
    ['notDeletable', FAILED, discarded('PEN.1', esitiOf('BS000025', 'In corso'))],
    ['notDeletable', FAILED, discarded('PEN.1', esitiOf('BS000031', 'Pagata'))],
    ['notDeletable', DONE + esitiOf('BS000025', 'In corso'), ''],
  ])('"%s" is an answer, not an error', async (answer, infoMessaggio, infoDettaglio) => {
    const { gateway, counterpart } = await answering(alignmentAnswer('', infoMessaggio, infoDettaglio));
    await expect(gateway.delete(request)).resolves.toBe(answer);
    const xml = counterpart.heard[0]?.xml ?? '';
    expect(xml).toContain('TipoOperazione="Delete"');
    expect(xml).not.toContain('IdpOTF>');
  });

  it.each([
    ['BS000006', IrisMisconfigured],
    ['BS000012', IrisOutcomeUnknown],
  ])('code %s is a %p', async (code, errorClass) => {
    const { gateway } = await answering(alignmentAnswer('', FAILED + esitiOf(code, 'Motivo')));
    await expect(gateway.delete(request)).rejects.toBeInstanceOf(errorClass);
  });
});

describe('what is said of a message to a log', () => {
  const exchangesOf = async (reply: Parameters<typeof startCounterpart>[0]) => {
    const exchanges: IrisExchange[] = [];
    const onExchange = (exchange: IrisExchange) => void exchanges.push(exchange);
    const { gateway, counterpart } = await answering(reply, {}, { onExchange });
    return { gateway, exchanges, counterpart };
  };

  it('is which, on whose behalf, how long and how it ended, and nothing of its content', async () => {
    const { gateway, exchanges, counterpart } = await exchangesOf(OPENED);
    await gateway.open({ ...openingOf(1), requestId: 'request-1' });
    const [{ xml } = { xml: '' }] = counterpart.heard;
    expect(exchanges).toEqual([
      {
        operation: 'IdpAllineamentoPendenzeEnteOTF',
        msgId: texts(xml, 'MsgId')[0],
        requestIds: ['request-1'],
        outcome: 'answered',
        durationMs: expect.any(Number) as unknown,
      },
    ]);
    expect(xml).not.toContain('request-1');
  });

  it('names each request of a poll once, also of one that fails', async () => {
    const { gateway, exchanges } = await exchangesOf('garbage');
    const asked = ['one', 'two', 'one', null].map((requestId, n) => ({ idPagamento: `PAG.${n}`, requestId }));
    await expect(gateway.verify('bolli', asked)).rejects.toThrow(IrisOutcomeUnknown);
    expect(exchanges).toMatchObject([{ requestIds: ['one', 'two'], outcome: 'IrisOutcomeUnknown' }]);
  });
});

describe('settings', () => {
  it('that can only produce messages IRIS must refuse are told at once, all together', () => {
    const unusable = settingsFor('ftp://iris', { senderId: 'RT PORTOS', version: '2.0', tipoPendenzaBolli: '' });
    expect(() => createIrisGateway(unusable)).toThrow(IrisMisconfigured);
    expect(() => createIrisGateway(unusable)).toThrow(/baseUrl.*senderId.*tipoPendenzaBolli.*version/);
  });
});
