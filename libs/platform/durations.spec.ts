import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { formatDuration, parseDuration } from './durations.js';

describe('durations', () => {
  it.each([
    ['PT15M', 900_000],
    ['P90D', 7_776_000_000],
    ['P1DT12H', 129_600_000],
    ['P2W', 1_209_600_000],
    ['PT0.25S', 250],
    ['900', 900_000],
    ['0.5', 500],
    ['0', 0],
  ])('%s is %d ms', (text, durationMs) => {
    expect(parseDuration(text)).toBe(durationMs);
  });

  it.each(['', 'P', 'PT', 'P1DT', 'P1M', 'P1Y', '15m', '-5', '+5', 'PT-5S', '1e3', 'pt15m', ' 5', 'PT1.2345S'])(
    '"%s" is no duration',
    (text) => {
      expect(parseDuration(text)).toBeNull();
    },
  );

  it('what is formatted is read back the same', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 400 * 86_400_000 }), (durationMs) => {
        expect(parseDuration(formatDuration(durationMs))).toBe(durationMs);
      }),
    );
  });
});
