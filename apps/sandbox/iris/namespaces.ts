/** The namespaces of the iris_1_1 services, with the prefixes used in what the sandbox writes. */
const IRIS = 'http://www.cart.rete.toscana.it/servizi/iris_1_1';

export const NAMESPACES = {
  soap: 'http://schemas.xmlsoap.org/soap/envelope/',
  proxy: `${IRIS}/proxy`,
  header: `${IRIS}/IdpHeader`,
  include: `${IRIS}/IdpInclude`,
  alignment: `${IRIS}/IdpAllineamentoPendenze`,
  payment: `${IRIS}/IdpInformativaPagamento`,
  esito: `${IRIS}/IdpEsito`,
} as const;
