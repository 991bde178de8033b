import { describe, expect, it } from '@jest/globals';
import { addressOf } from './gate.js';

describe('the address that wrong keys are counted by', () => {
  it.each([
    ['192.0.2.7', '192.0.2.7'],
    ['::ffff:192.0.2.7', '192.0.2.7'],
    ['::ffff:c000:207', '192.0.2.7'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::'],
    ['2001:db8:1:2:ffff::1', '2001:db8:1:2::'],
    ['2001:db8:1:3::1', '2001:db8:1:3::'],
    ['192.0.2.7:4711', '192.0.2.7'],
    ['[2001:db8:1:2::1]:4711', '2001:db8:1:2::'],
    ['somebody', 'unknown'],
    [undefined, 'unknown'],
  ])('of %s is %s', (ip, address) => {
    expect(addressOf({ ip })).toBe(address);
  });
});
