import { describe, expect, it } from '@jest/globals';
import { loggedAddress } from './logged-address.js';

describe('an address in the log', () => {
  it.each([
    ['keeps what a payment is traced by', '/v1/payments/pay_0123456789abcdef0123456789abcdef/history'],
    ['keeps what a practice is called', '/v1/practices/PORTOS-2026-000123'],
    ['keeps the board’s files', '/queues/static/js/main.1f2e3d.js'],
  ])('%s', (_, address) => {
    expect(loggedAddress(address)).toBe(address);
  });

  it.each([
    ['the values of a query', '/v1/payments?q=Mario+Rossi&limit=5', '/v1/payments?q=*&limit=*'],
    ['names that are no names', '/v1/payments?RSSMRA80A01H501U', '/v1/payments?*=*'],
    ['a tax code in the path', '/v1/practices/RSSMRA80A01H501U', '/v1/practices/*'],
    ['one among other letters', '/v1/practices/xRSSMRA80A01H501Ux', '/v1/practices/*'],
    ['what is escaped', '/v1/practices/mario%40example.org', '/v1/practices/*'],
    ['what cannot be read', '/v1/practices/%E0%A4%A', '/v1/practices/*'],
    ['a token that lets its bearer in', '/return/ret_abc?cancelled=true', '/return/*?cancelled=*'],
    ['a whole text', `/${'a'.repeat(500)}`, '/*'],
  ])('does not show %s', (_, address, shown) => {
    expect(loggedAddress(address)).toBe(shown);
  });

  it('is short, however long it was', () => {
    expect(loggedAddress('/a'.repeat(5_000)).length).toBeLessThan(40);
    expect(loggedAddress(`/?${'a=b&'.repeat(5_000)}`).length).toBeLessThan(80);
  });
});
