import { elementsOf } from './xml-writing.js';

/** The namespaces of iris_1_1 (IdP.*.xsd and their WSDLs) and SOAP 1.1, and how to write an element of each. */
const IRIS = 'http://www.cart.rete.toscana.it/servizi/iris_1_1';

export const SOAP = 'http://schemas.xmlsoap.org/soap/envelope/';
export const PROXY = `${IRIS}/proxy`;
export const HEADER = `${IRIS}/IdpHeader`;
export const ALLINEAMENTO = `${IRIS}/IdpAllineamentoPendenze`;
export const INCLUDE = `${IRIS}/IdpInclude`;
export const INFORMATIVA = `${IRIS}/IdpInformativaPagamento`;
export const ESITO = `${IRIS}/IdpEsito`;
/** SOAP faults and IRIS's answer `infoMessaggio` stand in no namespace. */
export const UNQUALIFIED = null;

export const soap = elementsOf(SOAP, 'soapenv');
export const proxy = elementsOf(PROXY, 'proxy');
export const header = elementsOf(HEADER, 'h');
export const allineamento = elementsOf(ALLINEAMENTO, 'a');
export const include = elementsOf(INCLUDE, 'i');
export const informativa = elementsOf(INFORMATIVA, 'ip');
export const esito = elementsOf(ESITO, 'e');
export const unqualified = elementsOf(UNQUALIFIED, null);
