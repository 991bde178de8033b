import { parseDuration } from './durations.js';
import { type EnvironmentReader, LONGEST_MS } from './environment.js';

/** For how long sealed personal data is kept, in milliseconds; 0: not longer than it is needed, null: for good. */
export interface RetentionConfig {
  /** Payer and content of the charges, since anything was last decided about their practice. */
  readonly payerDataKeptMs: number | null;
  /** Documents of attestations, since they came. */
  readonly attestationsKeptMs: number | null;
}

const DAY = 86_400_000;
/** Of the payer nothing is needed here once a practice is over but to answer questions about it. */
const PAYER_DATA_KEPT = 365 * DAY;
/** As long as papers of accounting are (art. 2220 of the Italian civil code). */
const ATTESTATIONS_KEPT = 3650 * DAY;

export const readRetention = (reader: EnvironmentReader): RetentionConfig => ({
  payerDataKeptMs: readKept(reader, 'PAYER_DATA_KEPT', PAYER_DATA_KEPT),
  attestationsKeptMs: readKept(reader, 'ATTESTATIONS_KEPT', ATTESTATIONS_KEPT),
});

function readKept(reader: EnvironmentReader, variable: string, fallbackMs: number): number | null {
  const value = reader.optional(variable);
  if (value === 'never') return null;
  const keptMs = value === null ? fallbackMs : parseDuration(value);
  if (keptMs !== null && keptMs <= LONGEST_MS) return keptMs;
  const expected = 'a duration in seconds or ISO 8601 of at most ten years, such as P365D, or "never"';
  reader.refuse(variable, `must be ${expected}, not "${value ?? ''}"`);
  return fallbackMs;
}
