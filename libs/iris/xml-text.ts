/** The Char production of XML 1.0. A lone surrogate is not one of them, and neither is U+0000, escaped or not. */
const CHARACTERS = /^[\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]*$/u;

/** The characters of a text as XSD counts them: a surrogate pair is one. */
export const charactersOf = (text: string): string[] => Array.from(text);

/** Whether XML 1.0 can carry this text at all. */
export const isXmlText = (text: string): boolean => CHARACTERS.test(text);
