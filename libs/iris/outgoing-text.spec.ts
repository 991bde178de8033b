import { describe, expect, it } from '@jest/globals';
import { DOMParser } from '@xmldom/xmldom';
import fc from 'fast-check';
import { writeOpen } from './alignment-request.js';
import { openingOf, settingsFor } from './counterpart.fixture.js';
import { IrisMisconfigured, IrisRefused } from './errors.js';
import type { OpenRequest } from './gateway.js';

const settings = settingsFor('http://127.0.0.1/');
const identity = { msgId: 'm1', createdAt: new Date('2026-11-23T12:00:00Z') };
const write = (changes: Partial<OpenRequest>, stamps = 0): string =>
  writeOpen(openingOf(stamps, changes), identity, settings);

const [template = openingOf(0).positions[0]] = openingOf(1).positions;
const withPosition = (changes: object): Partial<OpenRequest> => ({
  positions: template === undefined ? [] : [{ ...template, ...changes }],
});

const textOf = (xml: string, name: string): string | null | undefined =>
  new DOMParser().parseFromString(xml, 'text/xml').getElementsByTagNameNS('*', name)[0]?.textContent;

/** Everything awkward: markup, quotes, line ends, controls, lone surrogates, pairs. */
const anyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 300 }),
  fc.string({
    unit: fc.constantFrom(
      '<',
      '>',
      '&',
      ']]>',
      '"',
      "'",
      '\r',
      '\n',
      '\t',
      '\u0000',
      '\uFFFE',
      '😀',
      '\uD83D',
      'é',
      '&#0;',
    ),
  }),
);

describe('what the payer and the practice write', () => {
  it('survives the way to IRIS to the letter, or is refused by name without being quoted', () => {
    fc.assert(
      fc.property(anyText, anyText, (email, description) => {
        try {
          const { fiscalCode } = openingOf(0).payer;
          const xml = write({ payer: { fiscalCode, email }, ...withPosition({ description, stamp: null }) });
          expect(textOf(xml, 'E_MAIL')).toBe(email);
          expect(textOf(xml, 'DescrizioneCausale')).toBe(description);
        } catch (error) {
          if (!(error instanceof IrisRefused)) throw error;
          expect(error.message).toMatch(
            /^(E_MAIL|DescrizioneCausale) (is empty|is longer than \d+ characters|holds a character that XML cannot carry); nothing was sent to IRIS\.$/,
          );
        }
      }),
      { numRuns: 300 },
    );
  });

  it('plain text is not refused', () => {
    const description = `Oneri "A&B" <perché> d'istruttoria\r\n\t😀${'x'.repeat(400)}`;
    expect(textOf(write(withPosition({ description })), 'DescrizioneCausale')).toBe(description);
  });

  it.each<[string, Partial<OpenRequest>]>([
    ['ID_FISCALE', { payer: { fiscalCode: 'RSSMRA80A01', email: 'a@b.it' } }],
    ['E_MAIL', { payer: { fiscalCode: '01386030488', email: 'a\u0000@b.it' } }],
    ['DescrizioneCausale', withPosition({ description: 'x'.repeat(513) })],
    ['DescrizioneCausale', withPosition({ description: '\uD83D' })],
    ['HASH', withPosition({ stamp: { documentHash: 'e3b0c442', province: 'FI' } })],
    ['PROV', withPosition({ stamp: { documentHash: '47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=', province: 'fi' } })],
  ])('a %s that IRIS could not take is refused before it is sent', (element, changes) => {
    expect(() => write(changes)).toThrow(IrisRefused);
    expect(() => write(changes)).toThrow(expect.objectContaining({ code: undefined, values: { element } }));
  });
});

describe('what we make ourselves', () => {
  it('asks for 1 to 5 positions, as many as IRIS takes in one session', () => {
    expect(() => write({ positions: [] })).toThrow(RangeError);
    expect(() => write({}, 6)).toThrow(RangeError);
  });

  it.each<[string, Partial<OpenRequest>]>([
    ['URL_BACK', { urlBack: `https://portos.example.org/${'x'.repeat(500)}` }],
    ['URL_CANCEL', { urlCancel: 'portos.example.org' }],
    ['IdPagamento', withPosition({ idPagamento: 'not-allowed' })],
    ['IdPendenza', withPosition({ idPendenza: 'x'.repeat(36) })],
    ['Importo', withPosition({ amountCents: 16.5 })],
  ])('and got wrong, like %s, is for an operator and not the payer', (element, changes) => {
    expect(() => write(changes)).toThrow(IrisMisconfigured);
    expect(() => write(changes)).toThrow(expect.objectContaining({ values: { element } }));
  });
});
