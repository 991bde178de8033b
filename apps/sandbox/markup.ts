/** Text that is already XML or HTML. Everything else that enters a template is escaped. */
export class Markup {
  constructor(private readonly source: string) {}

  toString(): string {
    return this.source;
  }
}

type Part = Markup | string | number | null | readonly Part[];

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/**
 * Writes XML and HTML alike. Strings and numbers are escaped so that they may stand in text and in quoted attributes,
 * markup is kept, arrays are joined, and null writes nothing. A line break in the template itself is dropped with the
 * indentation after it, so templates can be laid out without adding text to the document.
 */
export function markup(literals: TemplateStringsArray, ...parts: readonly Part[]): Markup {
  const raw = literals.map((literal) => literal.replace(/\n\s*/g, ''));
  return new Markup(String.raw({ raw }, ...parts.map(written)));
}

function written(part: Part): string {
  if (part === null) return '';
  if (part instanceof Markup) return part.toString();
  if (typeof part === 'object') return part.map(written).join('');
  return String(part).replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}
