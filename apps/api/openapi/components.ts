import { namesOf, withNames } from './naming.js';
import type { Schema } from './schema.js';
import { commandAnswerSchemas, commandSchemas } from './schemas/commands.js';
import { eventSchemas } from './schemas/events.js';
import { incidentSchemas } from './schemas/incidents.js';
import { machineSchemas } from './schemas/machines.js';
import { paymentSchemas } from './schemas/payments.js';
import { problemSchemas } from './schemas/problems.js';
import { requestSchemas } from './schemas/requests.js';
import { valueSchemas } from './schemas/values.js';
import { webhookSchemas } from './schemas/webhooks.js';

/** The names of the requests' schemas and of their parts. */
export const requestNames = namesOf(requestSchemas);

const named = (given: Readonly<Record<string, Schema>>): Record<string, Schema> =>
  Object.fromEntries(Object.entries(given).map(([name, schema]) => [name, withNames(schema, requestNames) as Schema]));

/** The schemas of the HTTP API, in the words of GLOSSARY.md. */
export const schemas: Readonly<Record<string, Schema>> = {
  ...paymentSchemas,
  ...incidentSchemas,
  ...machineSchemas,
  ...webhookSchemas,
  ...eventSchemas,
  ...named(requestSchemas),
  ...problemSchemas,
  ...valueSchemas,
  Health: {
    type: 'object',
    description: 'Stato di un processo / How a process is.',
    required: ['status'],
    additionalProperties: false,
    properties: { status: { type: 'string', enum: ['live', 'ready'] } },
  },
};

const all: Readonly<Record<string, Schema>> = { ...schemas, ...named(commandSchemas), ...commandAnswerSchemas };

/** The schemas of these names, the queues' included, and all that they lead to. */
export function closureOf(names: readonly string[]): Readonly<Record<string, Schema>> {
  const found = new Set<string>();
  const visit = (name: string): void => {
    if (found.has(name)) return;
    found.add(name);
    for (const [, next = ''] of JSON.stringify(all[name]).matchAll(/"#\/components\/schemas\/(\w+)"/g)) visit(next);
  };
  names.forEach(visit);
  return Object.fromEntries(Object.entries(all).filter(([name]) => found.has(name)));
}
