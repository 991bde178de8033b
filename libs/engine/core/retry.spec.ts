import { describe, expect, it } from '@jest/globals';
import { pauseMs, scheduledPauseMs } from './retry.js';

const backoff = { firstMs: 1_000, factor: 3, maxMs: 20_000 };
const NEARLY_ONE = 0.999_999;

describe('a growing pause', () => {
  it.each([
    [1, 1_000],
    [2, 3_000],
    [3, 9_000],
    [4, 20_000],
    [400, 20_000],
  ])('after try %i lies between half of %i ms and all of it, as chance has it', (tries, full) => {
    expect(pauseMs(backoff, tries, 0)).toBe(full / 2);
    expect(pauseMs(backoff, tries, 0.5)).toBe(full * 0.75);
    expect(pauseMs(backoff, tries, NEARLY_ONE)).toBe(full);
  });

  it('before any try is the one after the first', () => {
    expect(pauseMs(backoff, 0, 0)).toBe(500);
  });
});

describe('a scheduled pause', () => {
  it.each([
    [0, 1_000],
    [1, 1_000],
    [2, 5_000],
    [3, 60_000],
    [400, 60_000],
  ])('after try %i is %i ms, the last one for ever, and up to a tenth longer as chance has it', (tries, pause) => {
    const schedule = [1_000, 5_000, 60_000];
    expect(scheduledPauseMs(schedule, tries, 0)).toBe(pause);
    expect(scheduledPauseMs(schedule, tries, 0.5)).toBe(pause * 1.05);
    expect(scheduledPauseMs(schedule, tries, NEARLY_ONE)).toBe(pause * 1.1);
  });

  it('needs a schedule', () => {
    expect(() => scheduledPauseMs([], 1, 0)).toThrow(new RangeError('a schedule needs at least one pause'));
  });
});
