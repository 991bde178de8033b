import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createSealer, SealBroken } from './sealing.js';

const sealer = createSealer(Buffer.alloc(32, 1));
const other = createSealer(Buffer.alloc(32, 2));

describe('sealing', () => {
  it('whatever is sealed opens as it was, in its own context', () => {
    fc.assert(
      fc.property(fc.jsonValue({ noUnicodeString: false }), fc.string({ unit: 'binary' }), (value, context) => {
        expect(JSON.stringify(sealer.open(sealer.seal(value, context), context))).toBe(JSON.stringify(value));
      }),
    );
  });

  it('a value moved to another context does not open', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (context, elsewhere) => {
        fc.pre(context !== elsewhere);
        expect(() => sealer.open(sealer.seal('RSSMRA80A01D612X', context), elsewhere)).toThrow(SealBroken);
      }),
    );
  });

  it('a single altered bit is noticed, wherever it is', () => {
    const sealed = sealer.seal({ email: 'maria@example.it' }, 'payer/1');
    fc.assert(
      fc.property(fc.nat(sealed.length * 8 - 1), (bit) => {
        const altered = Buffer.from(sealed);
        altered.writeUInt8(altered.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
        expect(() => sealer.open(altered, 'payer/1')).toThrow(SealBroken);
      }),
    );
  });

  it('a cut value is noticed, wherever it is cut', () => {
    const sealed = sealer.seal('a receipt', 'receipt/1');
    for (let length = 0; length < sealed.length; length++) {
      expect(() => sealer.open(sealed.subarray(0, length), 'receipt/1')).toThrow(SealBroken);
    }
  });

  it('another key opens nothing and says what to look at', () => {
    expect(() => other.open(sealer.seal(1, 'payer/1'), 'payer/1')).toThrow(
      'the sealed value of payer/1 cannot be opened: the key or the place differs, or it was altered',
    );
  });

  it('equal values never look equal once sealed', () => {
    expect(sealer.seal('x', 'c').equals(sealer.seal('x', 'c'))).toBe(false);
  });

  it('the plain text cannot be found in what is sealed', () => {
    expect(sealer.seal({ fiscalCode: 'RSSMRA80A01D612X' }, 'payer/1').includes('RSSMRA80A01D612X')).toBe(false);
  });

  it('what JSON cannot carry is refused before it is lost', () => {
    expect(() => sealer.seal(undefined, 'payer/1')).toThrow('JSON cannot carry it');
  });

  it('a fingerprint is the same for the same text and key, and for nothing else', () => {
    expect(sealer.fingerprint('{"a":1}')).toBe(sealer.fingerprint('{"a":1}'));
    expect(sealer.fingerprint('{"a":1}')).toMatch(/^[0-9a-f]{64}$/);
    expect(sealer.fingerprint('{"a":1}')).not.toBe(other.fingerprint('{"a":1}'));
    expect(sealer.fingerprint('{"a":1}')).not.toBe(sealer.fingerprint('{"a":2}'));
  });

  it('a key of another length is refused', () => {
    expect(() => createSealer(Buffer.alloc(16))).toThrow('32 bytes');
  });
});
