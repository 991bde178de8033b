import { type Document, DOMImplementation, type Element, XMLSerializer } from '@xmldom/xmldom';

/** An element about to be written: its content is text or further elements, never both. */
export interface Outgoing {
  readonly namespace: string | null;
  readonly qualifiedName: string;
  readonly content: string | readonly Outgoing[];
  readonly attributes: Readonly<Record<string, string>>;
}

type ElementOf = (
  name: string,
  content: string | readonly Outgoing[],
  attributes?: Readonly<Record<string, string>>,
) => Outgoing;

/** How to say the elements of one namespace. */
export const elementsOf =
  (namespace: string | null, prefix: string | null): ElementOf =>
  (name, content, attributes = {}) => ({
    namespace,
    qualifiedName: prefix === null ? name : `${prefix}:${name}`,
    content,
    attributes,
  });

/** The message as XML. Throws if a text holds a character that XML cannot carry: callers check theirs before. */
export function writeXml(root: Outgoing): string {
  const document = new DOMImplementation().createDocument(root.namespace, root.qualifiedName);
  const element = document.documentElement;
  if (element === null) throw new TypeError('A document is created with its root element.');
  fill(document, element, root);
  const xml = new XMLSerializer().serializeToString(document, { requireWellFormed: true });
  // A bare carriage return would be read as a line feed. The serializer escapes those of attributes and leaves those
  // of texts as they are; nothing else in its output is one.
  return xml.replaceAll('\r', '&#13;');
}

function fill(document: Document, element: Element, { attributes, content }: Outgoing): void {
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  if (typeof content === 'string') {
    element.appendChild(document.createTextNode(content));
    return;
  }
  for (const child of content) {
    const childElement = document.createElementNS(child.namespace, child.qualifiedName);
    fill(document, childElement, child);
    element.appendChild(childElement);
  }
}
