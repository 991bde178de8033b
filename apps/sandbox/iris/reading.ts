import type { Element } from '@xmldom/xmldom';
import { elementsIn } from './structure.js';

/** Reading of elements whose structure was checked before: names are local, a missing mandatory element is a defect. */
export function childrenOf(parent: Element, name: string): readonly Element[] {
  return elementsIn(parent).filter((element) => element.localName === name);
}

export function childOrNull(parent: Element, name: string): Element | null {
  return childrenOf(parent, name)[0] ?? null;
}

/** The element at the end of a way of local names: "TRT/Sender/SenderId". */
export function elementAt(parent: Element, way: string): Element {
  return way.split('/').reduce((element, name) => {
    const child = childOrNull(element, name);
    if (child === null) throw new Error(`${name} is missing: the structure was not checked before reading`);
    return child;
  }, parent);
}

export function textAt(parent: Element, way: string): string {
  return elementAt(parent, way).textContent ?? '';
}

export function textOrNull(parent: Element, name: string): string | null {
  return childOrNull(parent, name)?.textContent ?? null;
}

/** xs:boolean, false when it is not there. */
export function isTrue(parent: Element, name: string): boolean {
  return ['true', '1'].includes(textOrNull(parent, name)?.trim() ?? '');
}
