import { describe, expect, it } from '@jest/globals';
import { holdsPersonalData, looksPersonal, withoutPersonalData } from './personal-data.js';

describe('personal data is known by its form', () => {
  it.each([
    ['a tax code', 'richiesto da RSSMRA80A01H501U, per telefono'],
    ['in small letters', 'rssmra80a01h501u'],
    ['with letters for digits', 'RSSMRA80A01H50MU'],
    ['beside an underscore', 'pratica_RSSMRA80A01H501U'],
    ['an e-mail address', 'scrivere a mario.rossi+portos@example.org.'],
    ['as a URL writes it', 'https://portos.example.org/?to=mario.rossi%40example.org'],
  ])('%s', (_, text) => {
    expect(holdsPersonalData(text)).toBe(true);
    expect(looksPersonal(text)).toBe(true);
  });

  it.each([
    'PORTOS-2026-000123',
    'pay_0123456789abcdef0123456789abcdef',
    'f81d4fae-7dec-11d0-a765-00a0c91e6bf6',
    'E_BOLLO 01000000000000001',
    'a 50% discount @ the desk',
    'node_modules/@nestjs/core/router.js bullmq@6.7.0',
  ])('%s is none', (text) => {
    expect(holdsPersonalData(text)).toBe(false);
    expect(withoutPersonalData(text)).toBe(text);
  });

  it('a tax code among other letters is taken for one only where a false alarm costs nothing', () => {
    expect(looksPersonal('xxRSSMRA80A01H501Uxx')).toBe(true);
    expect(holdsPersonalData('xxRSSMRA80A01H501Uxx')).toBe(false);
  });

  it('is left out of a text, and the rest is kept', () => {
    expect(withoutPersonalData('{"a":"RSSMRA80A01H501U","b":"m.rossi@example.org: no","c":1}')).toBe(
      '{"a":"[hidden]","b":"[hidden]: no","c":1}',
    );
  });

  it.each([
    ['a tax code that is part of an address', 'RSSMRA80A01H501U.mario@example.org'],
    ['two addresses without a space', 'mario@example.org1@example.com'],
    ['three of them', 'a@example.org@b.it@c.it'],
  ])('is left out whole: %s', (_, text) => {
    expect(withoutPersonalData(`to ${text}, now`)).toBe('to [hidden], now');
  });

  it('is looked for once in each part of a text, so that a long line holds up nobody', () => {
    for (const text of [
      'x'.repeat(1_000_000),
      `${'x'.repeat(500_000)}@${'y.'.repeat(250_000)}`,
      'a@'.repeat(500_000),
    ]) {
      expect([withoutPersonalData(text) === text, holdsPersonalData(text)]).toEqual([true, false]);
    }
  });
});
