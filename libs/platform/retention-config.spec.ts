import { describe, expect, it } from '@jest/globals';
import { ConfigurationFaulty, readConfig } from './config.js';

const DAY = 86_400_000;

describe('for how long personal data is kept', () => {
  it('is by default a year for the payer, and ten for the documents of attestations', () => {
    expect(readConfig({}).retention).toEqual({ payerDataKeptMs: 365 * DAY, attestationsKeptMs: 3650 * DAY });
  });

  it('may be a duration, not longer than is needed, or for good', () => {
    expect(readConfig({ PAYER_DATA_KEPT: 'P30D', ATTESTATIONS_KEPT: 'never' }).retention).toEqual({
      payerDataKeptMs: 30 * DAY,
      attestationsKeptMs: null,
    });
    expect(readConfig({ PAYER_DATA_KEPT: '0' }).retention.payerDataKeptMs).toBe(0);
  });

  it('is refused where it is none, all faults at once', () => {
    expect(() => readConfig({ PAYER_DATA_KEPT: 'a year', ATTESTATIONS_KEPT: '-1' })).toThrow(ConfigurationFaulty);
    expect(() => readConfig({ PAYER_DATA_KEPT: 'a year', ATTESTATIONS_KEPT: '-1' })).toThrow(
      /PAYER_DATA_KEPT must be[\s\S]*or "never"[\s\S]*ATTESTATIONS_KEPT must be/,
    );
  });
});
