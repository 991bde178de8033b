const UNITS = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
  ['s', 1_000],
] as const;

/** `1 h 30 min` in milliseconds. */
export function readDuration(text: string): number {
  const parts = [...text.matchAll(/(\d+) (d|h|min|s)\b/g)];
  if (parts.map(([part]) => part).join(' ') !== text) throw new Error(`no duration: "${text}"`);
  return parts.reduce(
    (sum, [, count, unit]) => sum + Number(count) * (UNITS.find(([name]) => name === unit)?.[1] ?? 0),
    0,
  );
}

/** The same the other way round. */
export function writeDuration(ms: number): string {
  let rest = ms;
  const parts = UNITS.flatMap(([name, unit]) => {
    const count = Math.floor(rest / unit);
    rest -= count * unit;
    return count > 0 ? [`${count} ${name}`] : [];
  });
  return parts.join(' ') || '0 s';
}
