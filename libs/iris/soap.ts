import { writeXml, type Outgoing } from './xml-writing.js';
import { type Incoming, readXml } from './xml-reading.js';
import { IrisMalformed, NotSoap } from './errors.js';
import { soap, SOAP, unqualified, UNQUALIFIED } from './vocabularies.js';
import { isXmlText } from './xml-text.js';

/** SOAP 1.1 document/literal: one element in the body. */
export const writeSoap = (content: Outgoing): string => writeXml(soap('Envelope', [soap('Body', [content])]));

/** The one element of the body; a fault is one too. Throws `NotSoap` where there is no envelope, else `IrisMalformed`. */
export const readSoap = (xml: string): Incoming => readEnvelope(xml).only(SOAP, 'Body').soleChild();

function readEnvelope(xml: string): Incoming {
  try {
    const envelope = readXml(xml);
    return envelope.is(SOAP, 'Envelope') ? envelope : envelope.refuse('a SOAP 1.1 envelope was expected');
  } catch (error) {
    throw error instanceof IrisMalformed ? new NotSoap(error.message, { values: error.values }) : error;
  }
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
