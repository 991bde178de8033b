/**
 * Durations as people write them in configuration: ISO 8601 (`PT15M`, `P90D`) or plain seconds (`900`).
 * Months and years are left out on purpose: they have no fixed length.
 */

const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const WEEK_MS = 7 * DAY_MS;

const SECONDS = /^\d{1,10}(?:\.\d{1,3})?$/;
const ISO_8601 =
  /^P(?=.)(?:(\d{1,6})W)?(?:(\d{1,6})D)?(?:T(?=.)(?:(\d{1,6})H)?(?:(\d{1,8})M)?(?:(\d{1,10}(?:\.\d{1,3})?)S)?)?$/;

/** Milliseconds, or null when the text is no duration. */
export function parseDuration(text: string): number | null {
  if (SECONDS.test(text)) return Math.round(Number(text) * SECOND_MS);
  const parts = ISO_8601.exec(text);
  if (parts === null) return null;
  const [weeks = 0, days = 0, hours = 0, minutes = 0, seconds = 0] = parts.slice(1).map((part) => Number(part || 0));
  return weeks * WEEK_MS + days * DAY_MS + hours * HOUR_MS + minutes * MINUTE_MS + Math.round(seconds * SECOND_MS);
}

/** The shortest ISO 8601 form in days, hours, minutes and seconds: 900000 is `PT15M`, 0 is `PT0S`. */
export function formatDuration(durationMs: number): string {
  const days = Math.floor(durationMs / DAY_MS);
  const hours = Math.floor((durationMs % DAY_MS) / HOUR_MS);
  const minutes = Math.floor((durationMs % HOUR_MS) / MINUTE_MS);
  const seconds = (durationMs % MINUTE_MS) / SECOND_MS;
  const date = days > 0 ? `${days}D` : '';
  const time = [hours > 0 ? `${hours}H` : '', minutes > 0 ? `${minutes}M` : '', seconds > 0 ? `${seconds}S` : ''].join(
    '',
  );
  if (date === '' && time === '') return 'PT0S';
  return `P${date}${time === '' ? '' : `T${time}`}`;
}
