import { DOMParser, type Element, type Node } from '@xmldom/xmldom';
import { IrisMalformed } from './errors.js';
import { charactersOf, isXmlText } from './xml-text.js';

/** The longest message we read, in bytes: 1 MiB. */
export const MOST_BYTES = 1024 * 1024;

/**
 * The most tags and namespace declarations of a message. The parser's work grows with the product of the two, and a
 * message of 1 MiB made of nothing else kept it busy for a minute. The longest honest answer, fifty positions that
 * declare a namespace on every element, has about six thousand.
 */
const MOST_TAGS = 20_000;

/**
 * Parses a message from outside. A document type declaration is refused before the parser sees it, so there are no
 * entities to expand; whatever the parser only warns about is refused as well.
 */
export function readXml(xml: string): Incoming {
  if (Buffer.byteLength(xml) > MOST_BYTES) throw new IrisMalformed('The message is longer than 1 MiB.');
  if (/<!(DOCTYPE|ENTITY)/i.test(xml)) throw new IrisMalformed('The message declares a document type.');
  if (!isXmlText(xml)) throw new IrisMalformed('The message holds characters that are not allowed in XML.');
  if ((xml.match(/<|xmlns/g) ?? []).length > MOST_TAGS) throw new IrisMalformed('The message has too many elements.');
  const root = parse(xml);
  if (root === null) throw new IrisMalformed('The message has no root element.');
  return new Incoming(root, '*');
}

function parse(xml: string): Element | null {
  try {
    const refuse = (): never => {
      throw new IrisMalformed('The message is not well-formed XML.');
    };
    return new DOMParser({ onError: refuse }).parseFromString(xml, 'text/xml').documentElement;
  } catch {
    // The parser's own message quotes the text it could not read, and that may be somebody's name.
    throw new IrisMalformed('The message is not well-formed XML.');
  }
}

/**
 * An element of a message being read strictly: exact names and namespaces, or `IrisMalformed` with the path. The path is
 * made of the names we looked for, never of those that came.
 */
export class Incoming {
  constructor(
    private readonly element: Element,
    private readonly path: string,
  ) {}

  is(namespace: string | null, name: string): boolean {
    return hasName(this.element, namespace, name);
  }

  /** The one child of this name. */
  only(namespace: string | null, name: string): Incoming {
    return this.optional(namespace, name) ?? this.refuse(`${name} is missing`);
  }

  /** The child of this name, or `null` if there is none. */
  optional(namespace: string | null, name: string): Incoming | null {
    const [first, second] = this.all(namespace, name);
    if (second) this.refuse(`${name} stands there more than once`);
    return first ?? null;
  }

  /** All children of this name; others are passed over, because a later version may add to the sequence. */
  all(namespace: string | null, name: string): Incoming[] {
    return this.children()
      .filter((child) => hasName(child, namespace, name))
      .map((child) => new Incoming(child, `${this.path}/${name}`));
  }

  /** The one child, whatever its name. */
  soleChild(): Incoming {
    const [first, second] = this.children();
    if (first === undefined || second) return this.refuse('exactly one element was expected');
    return new Incoming(first, `${this.path}/*`);
  }

  /** The text of an element that holds text and nothing else, of 1 to `length` characters. */
  text(length: number): string {
    const parts = contentOf(this.element).map((node) =>
      isText(node) ? (node.nodeValue ?? '') : this.refuse('text was expected'),
    );
    const text = parts.join('');
    if (!isXmlText(text)) return this.refuse('the text holds characters that are not allowed in XML');
    if (text === '' || (text.length > length && charactersOf(text).length > length))
      return this.refuse(`1 to ${length} characters were expected`);
    return text;
  }

  /** The text, which must match. */
  matching(pattern: RegExp, length: number): string {
    const text = this.text(length);
    return pattern.test(text) ? text : this.refuse('the text is not of the expected form');
  }

  attribute(name: string): string {
    const value = this.element.getAttribute(name);
    if (value === null || !isXmlText(value)) return this.refuse(`attribute ${name} is missing or unreadable`);
    return value;
  }

  refuse(why: string): never {
    throw new IrisMalformed(`${this.path}: ${why}.`, { values: { path: this.path } });
  }

  private children(): Element[] {
    return contentOf(this.element).flatMap((node) => {
      if (isElement(node)) return [node];
      return (node.nodeValue ?? '').trim() === '' ? [] : this.refuse('text stands between the elements');
    });
  }
}

const hasName = (element: Element, namespace: string | null, name: string): boolean =>
  element.localName === name && (element.namespaceURI ?? null) === namespace;

const isElement = (node: Node): node is Element => node.nodeType === node.ELEMENT_NODE;
const isText = (node: Node): boolean => node.nodeType === node.TEXT_NODE || node.nodeType === node.CDATA_SECTION_NODE;

/** Comments and processing instructions say nothing. */
const contentOf = (element: Element): Node[] =>
  [...element.childNodes].filter((node) => isElement(node) || isText(node));
