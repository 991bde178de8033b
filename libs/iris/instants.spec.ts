import { describe, expect, it } from '@jest/globals';
import { dateTimeOf, daysAfter, instantOf, romeDateOf } from './instants.js';

describe('dates and times', () => {
  it('are written in UTC without milliseconds', () => {
    expect(dateTimeOf(new Date('2026-11-23T21:10:05.678Z'))).toBe('2026-11-23T21:10:05Z');
  });

  it('the day is that of Tuscany', () => {
    expect(romeDateOf(new Date('2026-12-31T23:30:00Z'))).toBe('2027-01-01');
    expect(romeDateOf(new Date('2026-07-01T21:59:59Z'))).toBe('2026-07-01');
    expect(romeDateOf(daysAfter(new Date('2026-11-23T12:00:00Z'), 90))).toBe('2027-02-21');
  });

  it.each([
    ['2026-11-23T22:10:00', '2026-11-23T21:10:00Z'],
    ['2026-07-23T22:10:00.123', '2026-07-23T20:10:00Z'],
    ['2026-07-23T22:10:00+02:00', '2026-07-23T20:10:00Z'],
    ['2026-07-23T22:10:00Z', '2026-07-23T22:10:00Z'],
    ['2026-10-25T01:30:00', '2026-10-24T23:30:00Z'],
    ['2026-10-25T03:30:00', '2026-10-25T02:30:00Z'],
    ['2026-03-29T01:30:00', '2026-03-29T00:30:00Z'],
    ['2026-03-29T03:30:00', '2026-03-29T01:30:00Z'],
  ])('%s is read as %s', (dateTime, instant) => {
    expect(instantOf(dateTime)).toBe(instant);
  });

  it.each(['', 'ieri', '2026-11-23', '2026-13-40T00:00:00', '2026-13-40T00:00:00Z'])('%j is no instant', (dateTime) => {
    expect(instantOf(dateTime)).toBeNull();
  });
});
