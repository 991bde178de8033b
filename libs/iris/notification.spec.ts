import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { allegatoOf, paymentOf, soapOf } from './counterpart.fixture.js';
import { IrisMalformed } from './errors.js';
import { notificationFault, notificationStored, readNotification } from './notification.js';

const header = '<he:IdpHeader><he:TRT><he:MsgId>IRIS.1</he:MsgId></he:TRT></he:IdpHeader>';
const notificationOf = (payments: string): string =>
  soapOf(
    `<px:IdpInformativaPagamento><pa:IdpInformativaPagamento Versione="01.03-04">${header}
     <pa:IdpBody>${payments}</pa:IdpBody></pa:IdpInformativaPagamento></px:IdpInformativaPagamento>`,
  );
const valid = notificationOf(paymentOf('pa', 'PAG.1'));

/** Costs a parser that takes it the square of its depth. */
const nested = (depth: number): string =>
  Array.from({ length: depth }, (_, index) => `<a xmlns:b${index}="u">`).join('') + '</a>'.repeat(depth);

describe('a notification', () => {
  it('tells of one or more payments', () => {
    const quietanza = allegatoOf(Buffer.from('%PDF').toString('base64'), 'PDF_');
    expect(
      readNotification(
        notificationOf(
          paymentOf('pa', 'PAG.1', { allegato: quietanza }) +
            paymentOf('pa', 'PAG.2', { esito: 'REGOLATO', transazione: null, importo: '123.5' }),
        ),
      ),
    ).toEqual({
      msgId: 'IRIS.1',
      payments: [
        {
          idPagamento: 'PAG.1',
          idTransazione: 'TX.1',
          amountCents: 1600,
          esito: 'ESEGUITO',
          attachment: {
            contentType: 'application/pdf',
            titolo: 'Marca.xml',
            tipo: 'Ricevuta',
            content: Buffer.from('%PDF'),
          },
        },
        { idPagamento: 'PAG.2', idTransazione: null, amountCents: 12_350, esito: 'REGOLATO', attachment: null },
      ],
    });
  });

  it('may come with prefixes of its own, comments and CDATA', () => {
    const other = valid
      .replaceAll('pa:', 'x:')
      .replace('xmlns:pa=', 'xmlns:x=')
      .replace('>PAG.1<', '><!-- c --><![CDATA[PAG]]>.1<');
    expect(readNotification(other)).toEqual(readNotification(valid));
  });

  it.each([
    ['another message', soapOf('<px:IdpVerificaStatoPagamenti/>')],
    ['the right names in another namespace', valid.replaceAll('iris_1_1', 'iris_2_0')],
    ['SOAP 1.2', valid.replace('http://schemas.xmlsoap.org/soap/envelope/', 'http://www.w3.org/2003/05/soap-envelope')],
    ['a fault', soapOf('<S:Fault><faultstring>x</faultstring></S:Fault>')],
    ['two elements in the body', soapOf('<px:a/><px:b/>')],
    ['no payment', notificationOf('')],
    ['no MsgId', valid.replace(/<he:MsgId>.*<\/he:MsgId>/, '')],
    ['a MsgId out of form', valid.replace('IRIS.1', 'IRIS 1')],
    ['an Esito out of the list', valid.replace('ESEGUITO', 'FORSE')],
    ['an amount with thousandths', notificationOf(paymentOf('pa', 'PAG.1', { importo: '16.001' }))],
    ['two amounts', valid.replace('<pa:Importo>', '<pa:Importo>1</pa:Importo><pa:Importo>')],
    ['an element within a text', valid.replace('PAG.1', '<b>PAG.1</b>')],
    ['text between the elements', valid.replace('<pa:Importo>', 'x<pa:Importo>')],
    ['a broken attachment', notificationOf(paymentOf('pa', 'PAG.1', { allegato: allegatoOf('AAA') }))],
    ['U+0000, escaped', valid.replace('PAG.1', '&#0;')],
    ['U+0000, bare', valid.replace('PAG.1', '\u0000')],
    ['a document type declaration', `<!DOCTYPE a [<!ENTITY b "PAG.1">]>${valid.slice(valid.indexOf('\n'))}`],
    ['more than 1 MiB', valid.replace('</S:Body>', `${' '.repeat(1024 * 1024)}</S:Body>`)],
    ['elements without end', soapOf(nested(38_000))],
    ['an attribute without quotes', valid.replace('Versione="01.03-04"', 'Versione=1')],
    ['something after the end', `${valid}x`],
    ['nothing', ''],
  ])('with %s is malformed', (_, xml) => {
    expect(() => readNotification(xml)).toThrow(IrisMalformed);
  });

  it('is read or is malformed, whatever comes, and the error quotes nothing of it', () => {
    const SECRET = 'RSSMRA80A01D612G';
    fc.assert(
      fc.property(fc.nat(valid.length), fc.string({ unit: 'binary', maxLength: 8 }), (at, noise) => {
        try {
          readNotification(valid.slice(0, at) + noise + SECRET + valid.slice(at));
        } catch (error) {
          expect(error).toBeInstanceOf(IrisMalformed);
          expect(String(error)).not.toContain(SECRET);
        }
      }),
    );
    expect(() => readNotification(soapOf(`<${SECRET}/>`))).toThrow(
      /^\*\/Body\/\*: a payment notification was expected\.$/,
    );
  });
});

describe('our answer to a notification', () => {
  it('names what IRIS takes as done, unqualified as the WSDL wants it', () => {
    expect(notificationStored()).toMatch(
      /<infoMessaggio><e:Stato [^>]*>Elaborato Correttamente<\/e:Stato><\/infoMessaggio>/,
    );
  });

  it('a fault can always be written', () => {
    expect(notificationFault('archivio <non> raggiungibile')).toContain('archivio &lt;non&gt; raggiungibile');
    expect(notificationFault('\u0000')).toContain('<faultstring>Errore interno</faultstring>');
  });
});
