/** The smallest, the middle and the largest of several rounds. */
export interface Spread {
  readonly min: number;
  readonly median: number;
  readonly max: number;
}

/** Of nothing there is no spread; of what could not be measured (null) neither. */
export function spreadOf(values: readonly (number | null)[]): Spread | null {
  const known = values.filter((value) => value !== null);
  if (known.length === 0) return null;
  return { min: percentile(known, 0), median: percentile(known, 0.5), max: percentile(known, 1) };
}

/**
 * The smallest value that at least this share of all values does not exceed.
 * @param share 0 = the smallest value, 1 = the largest.
 */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((one, other) => one - other);
  const value = sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)];
  if (value === undefined) throw new RangeError('there is no percentile of nothing');
  return value;
}

export const total = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);
