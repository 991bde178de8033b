/**
 * How wide text will be, without a browser to ask: a layout must come out the same everywhere. The widths are those of
 * the widest face of the font stack, so that no text outgrows its box where another face is installed.
 */

/** In hundredths of the font size. */
const WIDTHS: readonly (readonly [number, string])[] = [
  [29, "'ijlIJ"],
  [33, ' ,./:;\\|'],
  [40, 'f-()[]t!r'],
  [50, '"*_`szc?'],
  [60, 'LFkvxyPTYaoe'],
  [64, 'ESbdghnpqu$0123456789{}'],
  [70, 'KAVBRXZC'],
  [78, 'UHNDG&OQ'],
  [86, 'w#+<=>^~M'],
  [100, '%mW@'],
];
const WIDTH_OF = new Map(
  WIDTHS.flatMap(([width, characters]) => Array.from(characters, (each) => [each, width] as const)),
);
/** Letters with accents are as wide as the widest small letter that wears one. */
const OTHER = 64;
/** Arrows, ideographs and the like fill their square. */
const FULL = 100;
const BOLD = 1.13;

/** Pixels that a line of text takes at most. */
export function widthOf(text: string, fontSize: number, isBold = false): number {
  const hundredths = Array.from(text).reduce(
    (sum, each) => sum + (WIDTH_OF.get(each) ?? (each > '\u02ff' ? FULL : OTHER)),
    0,
  );
  return Math.ceil((hundredths * fontSize * (isBold ? BOLD : 1)) / 100);
}
