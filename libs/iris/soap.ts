import { writeXml, type Outgoing } from './xml-writing.js';
import { type Incoming, readXml } from './xml-reading.js';
import { soap, SOAP, unqualified, UNQUALIFIED } from './vocabularies.js';
import { isXmlText } from './xml-text.js';

/** SOAP 1.1 document/literal: one element in the body. */
export const writeSoap = (content: Outgoing): string => writeXml(soap('Envelope', [soap('Body', [content])]));

/** The one element of the body; a fault is one too. Throws `IrisMalformed`. */
export function readSoap(xml: string): Incoming {
  const envelope = readXml(xml);
  if (!envelope.is(SOAP, 'Envelope')) envelope.refuse('a SOAP 1.1 envelope was expected');
  return envelope.only(SOAP, 'Body').soleChild();
}

/** What a fault says, or `null` if this body is none. */
export function readFault(body: Incoming): string | null {
  if (!body.is(SOAP, 'Fault')) return null;
  return [body.optional(UNQUALIFIED, 'faultcode'), body.optional(UNQUALIFIED, 'faultstring')]
    .flatMap((part) => (part === null ? [] : [part.text(4096)]))
    .join(' ');
}

/** A fault is our last word when something already went wrong, so a text XML cannot carry must not stop it. */
export const writeFault = (text: string): string =>
  writeSoap(
    soap('Fault', [
      unqualified('faultcode', 'soapenv:Server'),
      unqualified('faultstring', isXmlText(text) ? text : 'Errore interno'),
    ]),
  );
