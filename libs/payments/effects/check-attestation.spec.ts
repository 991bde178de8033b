import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import type { Attachment } from '#libs/iris';
import { stampAttachment, stampXml } from '../stamp.fixture.js';
import { checkAttestation } from './check-attestation.js';

const documentHash = createHash('sha256').update('document 0').digest('base64');

const faultOf = (xml: string | Buffer): string | null =>
  checkAttestation(stampAttachment(Buffer.from(xml)), { kind: 'bolli', documentHash }).fault;

const RIGHT = stampXml().toString();
const without = (element: string): string => RIGHT.replace(new RegExp(`<${element}[ >][^]*</${element}>`), '');

describe('a stamp', () => {
  it('of the document that was sent may be stored, with its number', () => {
    expect(checkAttestation(stampAttachment(stampXml()), { kind: 'bolli', documentHash })).toEqual({
      fault: null,
      contentType: 'application/xml',
      iubd: '01234567890123',
    });
  });

  it('may lay its digest out in lines, and say its amount in other digits', () => {
    expect(faultOf(RIGHT.replace('</DigestValue>', '\n  </DigestValue>'))).toBeNull();
    expect(faultOf(stampXml({ importo: '16' }))).toBeNull();
  });

  it.each([
    ['no IUBD', without('mdb:IUBD'), 'IUBD is missing'],
    ['an IUBD that is none', stampXml({ iubd: 'Mario Rossi' }), 'IUBD: the text is not of the expected form'],
    ['another amount', stampXml({ importo: '2.00' }), 'Importo is not the amount'],
    ['an amount that is none', stampXml({ importo: 'sedici' }), 'Importo: the amount is not one of whole cents'],
    ['another kind', RIGHT.replace('>01<', '>02<'), 'TipoBollo: the text is not of the expected form'],
    ['another digest', RIGHT.replace('sha256', 'sha512'), 'DigestMethod: the digest is not a SHA-256'],
    ['half a digest', RIGHT.replace(documentHash, 'AAAA'), 'DigestValue: base64 of 32 bytes was expected'],
    ['no signature', without('Signature'), 'Signature is missing'],
    [
      'two numbers',
      RIGHT.replace('<mdb:IUBD>', '<mdb:IUBD>1</mdb:IUBD><mdb:IUBD>'),
      'IUBD stands there more than once',
    ],
    ['another root', '<html>Mario Rossi</html>', 'a marcaDaBollo was expected'],
    ['no XML', 'Gentile Mario Rossi,', 'not well-formed XML'],
    ['nothing', '', 'not well-formed XML'],
    ['a document type', RIGHT.replace('?>', '?><!DOCTYPE x [<!ENTITY e "Mario Rossi">]>'), 'declares a document type'],
  ])('with %s is not kept, and the reason repeats none of it', (_, xml, reason) => {
    const fault = faultOf(xml);
    expect(fault).toContain(reason);
    expect(fault).not.toMatch(/Mario|sedici/);
  });

  it('of another document is not kept', () => {
    expect(faultOf(stampXml({ document: 'another' }))).toContain('DigestValue is not the hash of the document');
  });

  it('of a document that is not known any more is not kept', () => {
    const checked = checkAttestation(stampAttachment(stampXml()), { kind: 'bolli', documentHash: null });
    expect(checked.fault).toContain('not known any more');
  });
});

describe('the receipt of a fee', () => {
  const receipt = (change: Partial<Attachment>): Attachment => ({
    contentType: 'text/plain',
    titolo: null,
    tipo: 'Ricevuta',
    content: Buffer.from('RICEVUTA'),
    ...change,
  });
  const check = (change: Partial<Attachment>) =>
    checkAttestation(receipt(change), { kind: 'istruttoria', documentHash: null });

  it.each([
    ['a text', {}, 'text/plain'],
    ['a PDF', { contentType: 'application/pdf', content: Buffer.from('%PDF-1.4') }, 'application/pdf'],
    ['a quittance', { tipo: 'Quietanza' }, 'text/plain'],
  ])('may be %s', (_, change, contentType) => {
    expect(check(change)).toEqual({ fault: null, contentType, iubd: null });
  });

  it.each([
    ['a credit note', { tipo: 'NdC' }, 'Allegato/Tipo'],
    ['a link', { contentType: 'text/uri-list' }, 'Allegato/Codifica'],
    ['a PDF that is none', { contentType: 'application/pdf' }, 'Allegato/Contenuto'],
    ['a PDF that ends too early', { contentType: 'application/pdf', content: Buffer.from('%P') }, 'Allegato/Contenuto'],
  ])('is not %s', (_, change, field) => {
    expect(check(change).fault).toContain(field);
  });
});
