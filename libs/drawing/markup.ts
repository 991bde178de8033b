/** Small makings of SVG text. Every text that is not ours passes through `escape`. */

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
/** Characters that XML 1.0 does not know at all, not even escaped. */
const NOT_XML = /[\p{Cc}\p{Cs}\ufffe\uffff]/gu;

export const escape = (text: string): string =>
  text.replace(NOT_XML, '\ufffd').replace(/[&<>"']/g, (each) => ENTITIES[each] ?? each);

/** One element; attributes in the order given. */
export function element(
  name: string,
  attributes: Readonly<Record<string, string | number>>,
  ...inside: readonly string[]
): string {
  const written = Object.entries(attributes).map(([key, value]) => ` ${key}="${attributeOf(value)}"`);
  return inside.length === 0
    ? `<${name}${written.join('')}/>`
    : `<${name}${written.join('')}>${inside.join('')}</${name}>`;
}

/** Tenths of a pixel are as fine as anybody sees. */
export const round = (value: number): number => Math.round(value * 10) / 10;

const attributeOf = (value: string | number): string =>
  typeof value === 'number' ? String(round(value)) : escape(value);
