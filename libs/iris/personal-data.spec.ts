import { describe, expect, it } from '@jest/globals';
import { clip, withoutPersonalData } from './personal-data.js';

describe('a text of IRIS', () => {
  it.each([
    ['codice fiscale RSSMRA80A01H501U non valido', 'codice fiscale [omesso] non valido'],
    ['partita IVA 01234567897', 'partita IVA [omesso]'],
    ['a mario.rossi@example.org, in copia a <m@x>', 'a [omesso], in copia a <[omesso]>'],
    ['mario@@rossi@example.org;altro', '[omesso];altro'],
    ['posizione 01179597531118429 non trovata', 'posizione 01179597531118429 non trovata'],
  ])('"%s" is shown as "%s"', (text, shown) => {
    expect(withoutPersonalData(text)).toBe(shown);
  });

  it('is read once, however long it is', () => {
    const long = 'a'.repeat(1_000_000);
    expect(withoutPersonalData(long)).toBe(long);
    expect(withoutPersonalData(`${long}@example.org`)).toBe('[omesso]');
  });

  it('is cut between characters, and through none', () => {
    expect(clip('più 💶 in là', 5)).toBe('più 💶');
  });
});
