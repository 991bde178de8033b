import { openIncident, redrivenIncident, resolvedIncident } from '../examples/incidents.js';
import { resolution } from '../examples/requests.js';
import type { Routes } from '../operation.js';
import { json, jsonBody, operationOf } from '../operation.js';
import { ref } from '../schema.js';

const WHOSE_KEY = 'Where PORTOS_OPERATOR_KEY is not set, the holder of PORTOS_API_KEY decides too.';

/** What needs a person. */
export const incidentRoutes: Routes = {
  '/v1/incidents': {
    get: operationOf('get', {
      id: 'listIncidents',
      tag: 'incidents',
      summary: 'Elenca i casi, i più recenti prima',
      description: 'What needs a person, or needed one, the newest first. A parameter that is not known is a 400.',
      access: 'everybody',
      parameters: ['IncidentKind', 'IncidentState', 'Cursor', 'Limit'],
      answer: {
        status: 200,
        description: 'Una pagina di casi / One page of incidents.',
        content: json(ref('IncidentList'), { items: [openIncident], nextCursor: null }),
      },
    }),
  },
  '/v1/incidents/{incidentId}': {
    get: operationOf('get', {
      id: 'readIncident',
      tag: 'incidents',
      summary: 'Legge un caso: cosa è successo, cosa si può decidere',
      description: 'An incident: what happened, and what may be decided.',
      access: 'everybody',
      parameters: ['IncidentId'],
      answer: { status: 200, description: 'Il caso / The incident.', content: json(ref('Incident'), openIncident) },
      refusals: { 404: 'shared' },
    }),
  },
  '/v1/incidents/{incidentId}/resolve': {
    post: operationOf('post', {
      id: 'resolveIncident',
      tag: 'incidents',
      summary: 'Decide un caso, una volta sola',
      description: `Decides about an incident, once; the same decision again gives the same answer. ${WHOSE_KEY}`,
      access: ['operator'],
      parameters: ['IncidentId'],
      body: jsonBody(ref('ResolutionRequest'), { refund: { summary: 'Da restituire / give back', value: resolution } }),
      answer: {
        status: 200,
        description: 'Il caso, deciso / Resolved.',
        content: json(ref('Incident'), resolvedIncident),
      },
      refusals: {
        404: 'shared',
        409: {
          description: 'Già deciso, o non così / It was resolved in another way, or cannot be in this one.',
          examples: ['decided', 'stillRunning'],
        },
      },
    }),
  },
  '/v1/incidents/{incidentId}/redrive': {
    post: operationOf('post', {
      id: 'redriveIncident',
      tag: 'incidents',
      summary: 'Riprova ciò a cui si era rinunciato',
      description: 'Tries once more what was given up; if it is given up again, that is a new incident. ' + WHOSE_KEY,
      access: ['operator'],
      parameters: ['IncidentId'],
      answer: {
        status: 202,
        description: 'Il caso, chiuso / The incident, resolved; what was given up is tried now.',
        content: json(ref('Incident'), redrivenIncident),
      },
      refusals: {
        404: 'shared',
        409: {
          description: 'Niente da riprovare / Nothing was given up that could be redriven.',
          examples: ['decided', 'stillRunning'],
        },
      },
    }),
  },
};
