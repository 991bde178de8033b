import type { ProblemExample } from '../examples/problems.js';
import { problems } from '../examples/problems.js';
import { notification, notificationAnswer, notificationFault } from '../examples/requests.js';
import { returnHeader, retryHeader } from '../headers.js';
import type { Routes } from '../operation.js';
import { json } from '../operation.js';
import { toParameter } from '../parameters.js';
import { PROBLEM_TYPE, problemContent } from '../refusals.js';
import { ref } from '../schema.js';

/** Routes that need no key. They have no quota, so their answers tell of none. */
const open = (id: string, tag: string, summary: string, description: string, more: object) => ({
  operationId: id,
  tags: [tag],
  summary,
  description,
  security: [],
  ...more,
});

const refused = (description: string, ...examples: readonly ProblemExample[]) => ({
  description,
  content: problemContent(examples),
});

const BROKEN = refused('Errore interno / An error of ours; it may be repeated.', 'internal');
const UNAVAILABLE = {
  ...refused('Non disponibile / Something we need cannot be reached now; try again later.', 'unavailable'),
  headers: retryHeader,
};

const soap = (example: string) => {
  const content = { schema: { type: 'string', minLength: 1, description: 'SOAP 1.1.' }, example };
  return { 'text/xml': content };
};

const SOAP_REQUEST = soap(notification);

const status = open(
  'readStatus',
  'operations',
  'Stato del servizio (ModI)',
  'Whether the service works, as problem+json (ModI).',
  {
    responses: {
      200: {
        description: 'Funziona / It works.',
        content: { [PROBLEM_TYPE]: { schema: ref('Problem'), example: problems.works } },
      },
      500: BROKEN,
      503: { ...refused('Non funziona / It does not.', 'broken'), headers: retryHeader },
    },
  },
);

const live = open('readLiveness', 'operations', 'Il processo è vivo', 'The process runs.', {
  responses: {
    200: { description: 'È vivo / It runs.', content: json(ref('Health'), { status: 'live' }) },
    500: BROKEN,
  },
});

const ready = open('readReadiness', 'operations', 'Il processo è pronto', 'The process can serve.', {
  responses: {
    200: { description: 'È pronto / Its database answers.', content: json(ref('Health'), { status: 'ready' }) },
    500: BROKEN,
    503: UNAVAILABLE,
  },
});

const back = open(
  'returnFromIris',
  'iris',
  'Il pagatore torna da IRIS',
  'The browser is back from IRIS and is sent on to PORTOS. It decides nothing: IRIS is asked, and nothing that the ' +
    'browser says is read.',
  {
    parameters: [toParameter('ReturnToken')],
    responses: {
      303: { description: 'Verso PORTOS / On to the return address of the practice.', headers: returnHeader },
      400: refused('Indirizzo illeggibile / The address cannot be read.', 'notJson'),
      404: refused('Nessuno ha questo indirizzo / Nobody was given this address.', 'notFound'),
      500: BROKEN,
      503: UNAVAILABLE,
    },
  },
);

const notify = open(
  'notifyFromIris',
  'iris',
  'Notifica di IRIS (SOAP IdpInformativaPagamento)',
  'IRIS tells of a payment. "Elaborato Correttamente" is said once it is stored, even for a position that nobody here ' +
    'knows; a fault only if it could not be stored, so that IRIS sends it again. An account is asked for where ' +
    'IRIS_NOTIFY_USER is set.',
  {
    security: [{ irisAccount: [] }, {}],
    requestBody: {
      required: true,
      content: {
        ...SOAP_REQUEST,
        'application/xml': SOAP_REQUEST['text/xml'],
        'application/soap+xml': SOAP_REQUEST['text/xml'],
      },
    },
    responses: {
      200: { description: 'Elaborato Correttamente / Stored.', content: soap(notificationAnswer) },
      400: refused('Richiesta malformata / The body cannot be read.', 'notJson'),
      401: {
        description: 'Account mancante / The account is missing or wrong (`WWW-Authenticate: Basic`); a SOAP fault.',
        content: soap(notificationFault),
        'x-noqa': true,
      },
      413: refused('Troppo grande / The message is larger than IRIS sends any.', 'tooLarge'),
      415: refused('Formato non accettato / The encoding is not one that is read.', 'unsupported'),
      500: {
        description: 'Non elaborato / It could not be read or stored, and should be sent again; a SOAP fault.',
        content: soap(notificationFault),
        'x-noqa': true,
      },
    },
  },
);

const described = (id: string, summary: string, description: string, member: string, version: string) =>
  open(id, 'operations', summary, description, {
    responses: {
      200: {
        description,
        content: {
          'application/json': {
            schema: {
              type: 'object',
              required: [member, 'info'],
              properties: { [member]: { type: 'string', pattern: '^3\\.' }, info: { type: 'object' } },
            },
            example: { [member]: version, info: { title: 'PORTOS Payments', version: '0.1.0' } },
          },
        },
      },
      500: BROKEN,
    },
  });

export const openRoutes: Routes = {
  '/return/{token}': { get: back },
  '/iris/notifications': { post: notify },
  '/status': { get: status },
  '/health/live': { get: live },
  '/health/ready': { get: ready },
  '/openapi.json': {
    get: described('readOpenApi', 'Questa descrizione (OpenAPI)', 'This description.', 'openapi', '3.1.0'),
  },
  '/asyncapi.json': {
    get: described(
      'readAsyncApi',
      'La descrizione di code e webhook (AsyncAPI)',
      'What describes the queues and webhooks.',
      'asyncapi',
      '3.0.0',
    ),
  },
  '/docs': {
    get: open('readDocs', 'operations', 'La pagina per leggere le API', 'A page to read the API.', {
      responses: {
        200: {
          description: 'La pagina / The page.',
          content: {
            'text/html': {
              schema: { type: 'string', minLength: 1 },
              example: '<!doctype html><html lang="it">…</html>',
            },
          },
        },
        308: {
          description: 'Senza barra finale / Without the slash at its end.',
          headers: { Location: { description: 'The page.', required: true, schema: { type: 'string' } } },
        },
        500: BROKEN,
      },
    }),
  },
};
