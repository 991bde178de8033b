import { describe, expect, it } from '@jest/globals';
import { bolli, istruttoria, practice } from '../bench.fixture.js';
import { parsePracticeRequest, parsePracticeRequestFor } from './practice-request.js';
import { annulSchema } from './schemas.js';
import { validator } from './validation.js';

const readAnnulment = validator<{ readonly reason: string }>(annulSchema);

describe('a practice request', () => {
  it('is read into values that were checked', () => {
    const request = parsePracticeRequest(practice({ charges: [bolli(1), istruttoria('212.50')] }));
    expect(request.charges).toMatchObject([{ kind: 'bolli' }, { kind: 'istruttoria', amountCents: 21_250 }]);
  });

  it.each(['http://', 'http://:80', 'http://a:99999/', 'http://%00', 'ftp://example.org', 'javascript:alert(1)'])(
    'with the return address %s is refused',
    (returnUrl) => {
      expect(() => parsePracticeRequest(practice({ returnUrl }))).toThrow('/returnUrl');
    },
  );

  it('that is wrong in several values names them all', () => {
    const payer = { fiscalCode: 'RSSMRA80A01H501X', email: 'mario.rossi@example.org' };
    const body = practice({ practiceType: 'collaudo', payer, charges: [istruttoria('1.5')] });
    expect(() => parsePracticeRequest(body)).toThrow(
      /\/payer\/fiscalCode.*; \/charges\/0\/kind.*; \/charges\/0\/amount\/amount/,
    );
  });

  it('never repeats the payer’s data in what it refuses', () => {
    const payer = { fiscalCode: 'RSSMRA80A01H501X', email: 'not an address' };
    for (const body of [practice({ payer }), practice({ payer: { ...payer, email: 'mario.rossi@example.org' } })]) {
      expect(() => parsePracticeRequest(body)).toThrow(/^(?!.*(RSSMRA|not an address|mario)).*$/);
    }
  });
});

describe('a request for the practice in the address', () => {
  it('must name that very practice', () => {
    const body = practice({ practiceId: 'P-1' });
    expect(parsePracticeRequestFor('P-1', body)).toEqual(parsePracticeRequest(body));
    expect(() => parsePracticeRequestFor('P-2', body)).toThrow('/practiceId must be the one in the address');
  });
});

describe('text', () => {
  it.each(['a\u0000b', 'half \ud83d of a pair', '\udc00'])('that PostgreSQL cannot store is refused (%j)', (reason) => {
    expect(() => readAnnulment({ reason })).toThrow(/U\+0000|must match/);
  });

  it.each(['città', '😀', 'a \\u0000 written out', '\\ud83d'])('that it can is taken (%s)', (reason) => {
    expect(readAnnulment({ reason })).toEqual({ reason });
  });
});
