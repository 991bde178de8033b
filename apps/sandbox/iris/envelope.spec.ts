import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { insertRequest, newId } from '../trial/messages.js';
import { textsIn } from '../trial/reading-answers.js';
import { SandboxOnTrial } from '../trial/sandbox-on-trial.js';

describe('what is no message of the service', () => {
  let sandbox: SandboxOnTrial;

  beforeAll(async () => {
    sandbox = await SandboxOnTrial.start({ IRIS_USER: 'portos', IRIS_PASSWORD: 'prova: sì' });
  });

  afterAll(() => sandbox.stop());

  const basic = (credentials: string): string => `Basic ${Buffer.from(credentials).toString('base64')}`;
  const authorized = { Authorization: basic('portos:prova: sì') };
  const good = (): string => insertRequest([{ idPagamento: newId('I') }]);

  it.each([
    ['not XML', (): string => 'ciao'],
    ['a truncated message', (): string => good().slice(0, 900)],
    ['a DOCTYPE', (): string => good().replace('?>', '?><!DOCTYPE a [<!ENTITY e "x">]>')],
    ['a bare ampersand', (): string => good().replace('Imposta di', 'Imposta & di')],
    ['an unknown entity', (): string => good().replace('Imposta di', 'Imposta &e; di')],
    ['a reference to an illegal character', (): string => good().replace('Imposta di', 'Imposta &#0; di')],
    ['an illegal character', (): string => good().replace('Imposta di', 'Imposta \u0007 di')],
    ['another encoding', (): string => good().replace('UTF-8', 'ISO-8859-1')],
    ['a message over 1 MiB', (): string => good().replace('Imposta', 'x'.repeat(1024 * 1024))],
    ['another envelope', (): string => good().replace('schemas.xmlsoap.org/soap/envelope', 'www.w3.org/2003/05/soap')],
    ['another operation', (): string => good().replaceAll('IdpAllineamentoPendenzeEnteOTF', 'AltraOperazione')],
    ['an empty body', (): string => good().replace(/<x:.*<\/x:[^>]*>/s, '')],
  ])('%s is answered by a SOAP fault of the client', async (_what, message) => {
    const response = await sandbox.soap(message(), authorized);
    expect(response.status).toBe(500);
    expect(textsIn(await response.text(), 'faultcode')).toEqual(['soap:Client']);
  });

  it('bytes that are not UTF-8 are a fault', async () => {
    const bytes = Buffer.from(good().replace('Imposta', 'Imposta à'), 'latin1');
    expect((await sandbox.soap(bytes, authorized)).status).toBe(500);
  });

  it('a content type other than text/xml is a fault', async () => {
    expect((await sandbox.soap(good(), { ...authorized, 'Content-Type': 'application/json' })).status).toBe(500);
  });

  it('a caller without the right credentials hears 401', async () => {
    const wrong = [
      {},
      { Authorization: basic('portos:altro') },
      { Authorization: authorized.Authorization.replace('Basic', 'Bearer') },
    ];
    for (const headers of wrong) {
      const response = await sandbox.soap(good(), headers);
      expect(response.status).toBe(401);
      expect(response.headers.get('WWW-Authenticate')).toContain('Basic');
    }
  });

  it('a text in a CDATA section, a comment and a byte order mark are XML like any other', async () => {
    const message = good().replace('Imposta di bollo', '<!-- a & b --><![CDATA[Oneri & <bolli>]]>');
    const answer = await (await sandbox.soap(`\uFEFF${message}`, authorized)).text();
    expect(textsIn(answer, 'UrlGW')).toHaveLength(1);
  });
});
