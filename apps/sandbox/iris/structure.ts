import type { Element, Node } from '@xmldom/xmldom';

/**
 * A small declarative check of an element against a shape, as an XSD sequence would have it: order, how many,
 * namespaces, attributes and the form of every text. It knows sequences only, because the iris_1_1 schemas hold nothing
 * else, and it stops at the first violation, because IRIS answers with one.
 */
export interface Shape {
  readonly namespace: string;
  readonly name: string;
  /** All required: the schemas of the requests have no optional attribute. */
  readonly attributes: Readonly<Record<string, TextRule>>;
  readonly content: TextRule | readonly Particle[];
}

export interface TextRule {
  /** What is expected, in a few Italian words that fit in the answer. */
  readonly expected: string;
  accepts(text: string): boolean;
}

export interface Particle {
  readonly shape: Shape;
  readonly least: 0 | 1;
  readonly most: number;
}

export interface Violation {
  /** The way from the outermost element, with local names: "/IdpBody/Pendenza[2]/IdPendenza". */
  readonly path: string;
  /** The element that is wrong, by its local name. */
  readonly element: string;
  readonly reason: string;
}

export const one = (shape: Shape): Particle => ({ shape, least: 1, most: 1 });
export const optional = (shape: Shape): Particle => ({ shape, least: 0, most: 1 });
export const many = (shape: Shape): Particle => ({ shape, least: 1, most: Infinity });
export const anyNumber = (shape: Shape): Particle => ({ shape, least: 0, most: Infinity });

/** Lets the shapes of one namespace be written as the schema writes them. */
export function shapesOf(namespace: string) {
  return (name: string, content: Shape['content'], attributes: Shape['attributes'] = {}): Shape => ({
    namespace,
    name,
    attributes,
    content,
  });
}

const XMLNS = 'http://www.w3.org/2000/xmlns/';
const XSI = 'http://www.w3.org/2001/XMLSchema-instance';

/** The first way in which the element does not have the shape, or null when it has. */
export function violationOf(element: Element, shape: Shape, path = `/${shape.name}`): Violation | null {
  const at = { path, element: shape.name };
  if (!isNamed(element, shape)) return { ...at, reason: `atteso ${shape.name}, trovato ${nameOf(element)}` };
  const attribute = attributeViolation(element, shape);
  if (attribute !== null) return { ...at, reason: attribute };
  if ('accepts' in shape.content) {
    const text = textViolation(element, shape.content);
    return text === null ? null : { ...at, reason: text };
  }
  return sequenceViolation(element, shape.content, at);
}

function attributeViolation(element: Element, { attributes }: Shape): string | null {
  for (const attribute of Array.from(element.attributes)) {
    if (attribute.namespaceURI === XMLNS || attribute.namespaceURI === XSI) continue;
    if (attribute.namespaceURI !== null || !(attribute.localName !== null && attribute.localName in attributes)) {
      return `attributo ${attribute.name} non previsto`;
    }
  }
  for (const [name, rule] of Object.entries(attributes)) {
    const value = element.getAttributeNS(null, name);
    if (value === null) return `manca l'attributo ${name}`;
    if (!rule.accepts(value)) return `attributo ${name} non valido: ${rule.expected}`;
  }
  return null;
}

function textViolation(element: Element, rule: TextRule): string | null {
  const child = elementsIn(element)[0];
  if (child !== undefined) return `${nameOf(child)} non previsto in un valore semplice`;
  return rule.accepts(element.textContent ?? '') ? null : `valore non valido: ${rule.expected}`;
}

function sequenceViolation(
  parent: Element,
  particles: readonly Particle[],
  at: Pick<Violation, 'path' | 'element'>,
): Violation | null {
  if (Array.from(parent.childNodes).some(isStrayText)) return { ...at, reason: 'testo non previsto tra gli elementi' };
  const children = elementsIn(parent);
  let position = 0;
  for (const { shape, least, most } of particles) {
    let count = 0;
    for (let child = children[position]; child !== undefined && count < most; child = children[position]) {
      if (!isNamed(child, shape)) break;
      count += 1;
      position += 1;
      const violation = violationOf(child, shape, `${at.path}/${shape.name}${most > 1 ? `[${count}]` : ''}`);
      if (violation !== null) return violation;
    }
    if (count < least) {
      const found = children[position];
      const reason = found === undefined ? `manca ${shape.name}` : `atteso ${shape.name}, trovato ${nameOf(found)}`;
      return { path: `${at.path}/${shape.name}`, element: shape.name, reason };
    }
  }
  const extra = children[position];
  if (extra === undefined) return null;
  const element = extra.localName ?? extra.tagName;
  return { path: `${at.path}/${element}`, element, reason: `${nameOf(extra)} non previsto qui` };
}

/** The child elements in order. */
export function elementsIn(parent: Element): readonly Element[] {
  return Array.from(parent.childNodes).filter((node): node is Element => node.nodeType === node.ELEMENT_NODE);
}

function isNamed(element: Element, { namespace, name }: Shape): boolean {
  return element.localName === name && (element.namespaceURI ?? '') === namespace;
}

function isStrayText(node: Node): boolean {
  const isText = node.nodeType === node.TEXT_NODE || node.nodeType === node.CDATA_SECTION_NODE;
  return isText && /[^ \t\r\n]/.test(node.nodeValue ?? '');
}

function nameOf(element: Element): string {
  return `{${element.namespaceURI ?? ''}}${element.localName ?? element.tagName}`;
}
