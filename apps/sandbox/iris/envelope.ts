import type { Element } from '@xmldom/xmldom';
import { markup, type Markup } from '../markup.js';
import { NAMESPACES } from './namespaces.js';
import { NotXml, parseXml } from './parse-xml.js';
import { elementsIn } from './structure.js';

/** What is no message of the service at all: answered as a SOAP fault, never as an esito. */
export class SoapFault extends Error {
  override readonly name = 'SoapFault';

  constructor(
    readonly code: 'Client' | 'Server',
    message: string,
  ) {
    super(message);
  }
}

/** The one element inside the SOAP body, or a SoapFault that says why there is none. */
export function soapBodyOf(bytes: Uint8Array): Element {
  const envelope = rootOf(bytes);
  if (envelope.namespaceURI !== NAMESPACES.soap || envelope.localName !== 'Envelope') {
    throw new SoapFault('Client', 'Non è una busta SOAP 1.1');
  }
  const parts = elementsIn(envelope);
  const body = parts.at(-1);
  const allSoap = parts.every(({ namespaceURI }) => namespaceURI === NAMESPACES.soap);
  const names = parts.map(({ localName }) => localName).join(' ');
  if (body === undefined || !allSoap || !['Body', 'Header Body'].includes(names)) {
    throw new SoapFault('Client', 'La busta SOAP deve avere al più un Header, poi un Body');
  }
  const [content, ...others] = elementsIn(body);
  if (content === undefined || others.length > 0) {
    throw new SoapFault('Client', 'Il Body SOAP deve avere un solo elemento');
  }
  return content;
}

function rootOf(bytes: Uint8Array): Element {
  try {
    const root = parseXml(bytes).documentElement;
    if (root !== null) return root;
  } catch (error) {
    if (error instanceof NotXml) throw new SoapFault('Client', error.message);
    throw error;
  }
  throw new SoapFault('Client', 'Messaggio vuoto');
}

/** The content of the operation's wrapper element of proxy.xsd. A wrong wrapper is a wrong address, hence a fault. */
export function unwrapped(body: Element, operation: string): Element {
  const [content, ...others] = elementsIn(body);
  const isOperation = body.namespaceURI === NAMESPACES.proxy && body.localName === operation;
  if (!isOperation || content === undefined || others.length > 0) {
    throw new SoapFault('Client', `Atteso {${NAMESPACES.proxy}}${operation} con un solo elemento`);
  }
  return content;
}

export function envelopeAround(body: Markup): string {
  const { soap, proxy, header, include, payment, esito } = NAMESPACES;
  const envelope = markup`
    <soap:Envelope xmlns:soap="${soap}" xmlns:proxy="${proxy}" xmlns:h="${header}" xmlns:i="${include}" xmlns:p="${payment}" xmlns:e="${esito}">
      <soap:Body>${body}</soap:Body>
    </soap:Envelope>
  `;
  return `<?xml version="1.0" encoding="UTF-8"?>\n${envelope.toString()}`;
}

export function faultEnvelope({ code, message }: SoapFault): string {
  return envelopeAround(
    markup`<soap:Fault><faultcode>soap:${code}</faultcode><faultstring>${message}</faultstring></soap:Fault>`,
  );
}
