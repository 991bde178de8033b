import { DOMParser } from '@xmldom/xmldom';

/** The texts of all elements of a local name, in order. */
export function textsIn(xml: string, localName: string): readonly string[] {
  const document = new DOMParser().parseFromString(xml, 'text/xml');
  return Array.from(document.getElementsByTagNameNS('*', localName)).map((element) => element.textContent ?? '');
}
