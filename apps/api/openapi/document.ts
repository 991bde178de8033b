import { EVENT_TYPES } from '#libs/payments';
import { schemas } from './components.js';
import { headers } from './headers.js';
import { incidentRoutes } from './operations/incidents.js';
import { machineRoutes } from './operations/machines.js';
import { metricRoutes } from './operations/metrics.js';
import { openRoutes } from './operations/open-routes.js';
import { paymentRecordRoutes } from './operations/payment-records.js';
import { paymentRoutes } from './operations/payments.js';
import { practiceRoutes } from './operations/practices.js';
import { webhookRoutes } from './operations/webhooks.js';
import { parameters } from './parameters.js';
import { sharedResponses } from './refusals.js';
import { EVERY_EXCHANGE } from './request-ids.js';
import { TAGS } from './tags.js';
import { toldBy } from './told.js';

export const API_VERSION = '0.1.0';

/** An OpenAPI 3.1 document, as far as we look into it ourselves. */
export interface OpenApiDocument {
  readonly openapi: string;
  readonly info: object;
  readonly servers: readonly object[];
  /** What holds of every request and every answer, whatever is asked for. */
  readonly 'x-every-exchange': { readonly answer: { readonly headers: Readonly<Record<string, object>> } };
  readonly paths: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly webhooks: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly components: Readonly<Record<string, object>>;
}

/** Who stands behind the API, and what it is for. */
export const INFO = {
  title: 'PORTOS Payments',
  summary: 'Pagamenti delle pratiche sismiche della Regione Toscana',
  'x-summary': 'Pagamenti delle pratiche sismiche della Regione Toscana',
  'x-api-id': 'it.toscana.portos.payments',
  description:
    'Pagamenti delle pratiche sismiche: marche da bollo e contributi di istruttoria, attraverso IRIS e pagoPA. PORTOS ' +
    'apre una pratica, invia il pagatore a IRIS e viene informato di ciò che accade; nessuna chiamata può dichiarare ' +
    'che qualcosa è stato pagato.\n\n' +
    'Payments of seismic building practices: stamp duties and examination fees, through IRIS and pagoPA. Amounts are ' +
    'decimal texts with their currency, instants RFC 3339 in UTC, errors `application/problem+json` (RFC 9457): show ' +
    '`detail`, act on `status` and `type`. Lists are `items` and `nextCursor`. Nothing may be kept on the way ' +
    '(`Cache-Control: no-store`). Every answer says the `X-Request-ID` of its request: the one it came with, or one made ' +
    'here.',
  version: API_VERSION,
  termsOfService: 'https://www.regione.toscana.it',
  contact: { name: 'Regione Toscana, PORTOS', url: 'https://www.regione.toscana.it' },
  license: { name: 'EUPL-1.2', identifier: 'EUPL-1.2' },
};

const LOCAL = {
  url: 'http://localhost:3000',
  description: 'Prova locale / A trial on this machine.',
  'x-sandbox': true,
};
const OFFICE = {
  url: 'https://{host}',
  description: "L'installazione dell'ufficio / The installation of the office.",
  variables: { host: { default: 'portos.example.org', description: 'Where the office has put it.' } },
};

/** @param publicUrl where this installation is reached; null: any installation is described */
function serversAt(publicUrl: string | null): readonly object[] {
  if (publicUrl === null) return [OFFICE, LOCAL];
  const isSafe = publicUrl.startsWith('https:');
  const description = 'Questa installazione / This installation.';
  return [{ url: publicUrl, description, ...(!isSafe && { 'x-sandbox': true }) }];
}

const SECURITY_SCHEMES = {
  apiKey: {
    type: 'http',
    scheme: 'bearer',
    bearerFormat: 'API key or JWT',
    description: 'Una chiave o un token / A key of this installation, or a token (RFC 7519) of its issuer or of PDND.',
  },
  irisAccount: { type: 'http', scheme: 'basic', description: "L'account di IRIS / The account that IRIS presents." },
};

/**
 * What the API is, to the last answer: the one source of `/openapi.json`, of docs/openapi.json and of clients made from it.
 * Specs hold it to the routes that are served, and to what they answer.
 */
export const openApiDocument = (
  publicUrl: string | null = null,
): OpenApiDocument & Readonly<Record<string, unknown>> => ({
  openapi: '3.1.0',
  info: INFO,
  servers: serversAt(publicUrl),
  tags: TAGS,
  security: [{ apiKey: [] }],
  paths: {
    ...practiceRoutes,
    ...paymentRoutes,
    ...paymentRecordRoutes,
    ...incidentRoutes,
    ...webhookRoutes,
    ...machineRoutes,
    ...metricRoutes,
    ...openRoutes,
  },
  'x-every-exchange': EVERY_EXCHANGE,
  webhooks: Object.fromEntries(EVENT_TYPES.map((type) => [type, toldBy(type)])),
  components: {
    schemas,
    parameters,
    headers,
    responses: sharedResponses,
    securitySchemes: SECURITY_SCHEMES,
  },
});
