import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormatsModule from 'ajv-formats';
import { COMMANDS, commandJobSchemas, EVENT_TYPES } from '#libs/payments';
import { asyncApiDocument } from './async-document.js';
import { openApiDocument } from './document.js';

const document = asyncApiDocument();
const { schemas, messages } = document.components;

interface Message {
  readonly name: string;
  readonly payload: object;
  readonly traits?: readonly object[];
  readonly examples: readonly { readonly payload: unknown; readonly headers?: unknown }[];
}

const all = Object.entries(messages) as [string, Message][];
const ajv = new Ajv2020({ allErrors: true, strict: false });
addFormatsModule.default(ajv);
ajv.addSchema({ $id: 'description', components: document.components });

function faultsOf(schema: object, value: unknown): readonly object[] {
  const validate = ajv.compile(JSON.parse(JSON.stringify(schema).replaceAll('"#/', '"description#/')) as object);
  return validate(value) ? [] : (validate.errors ?? []);
}

const at = (reference: string): unknown =>
  reference
    .replace(/^#\//, '')
    .split('/')
    .reduce<unknown>((part, step) => (part as Record<string, unknown> | undefined)?.[step], document);

describe('the description of queues and webhooks', () => {
  it('is the committed one (else: npm run diagrams)', () => {
    expect(readFileSync('docs/asyncapi.json', 'utf8')).toBe(`${JSON.stringify(document, null, 2)}\n`);
  });

  it('leads nowhere that is not there, and has no schema that nothing leads to', () => {
    const references = [
      ...new Set([...JSON.stringify(document).matchAll(/"\$ref":"([^"]+)"/g)].map(([, to = '']) => to)),
    ];
    expect(references.filter((reference) => at(reference) === undefined)).toEqual([]);
    const unused = Object.keys(schemas).filter((name) => !references.includes(`#/components/schemas/${name}`));
    expect(unused).toEqual([]);
  });

  it('names every job that is understood and every event that is told, and no other', () => {
    const { commands, events, webhooks } = document.channels;
    const namesIn = (channel: typeof commands) =>
      Object.values(channel?.messages ?? {}).map(({ $ref }) => (at($ref) as Message).name);
    expect(namesIn(commands)).toEqual([...COMMANDS]);
    expect(namesIn(events)).toEqual([...EVENT_TYPES]);
    expect(namesIn(webhooks)).toEqual([...EVENT_TYPES]);
  });

  it.each(all)('%s has an example, which is one', (_, { payload, traits, examples }) => {
    expect(examples.length).toBeGreaterThan(0);
    for (const example of examples) {
      expect(faultsOf(payload, example.payload)).toEqual([]);
      if (!traits) continue;
      const { headers } = document.components.messageTraits['signed'] as { readonly headers: object };
      expect(faultsOf(headers, example.headers)).toEqual([]);
    }
  });

  it('shares the schemas of the API', () => {
    const { schemas: ofApi } = openApiDocument().components as { readonly schemas: Readonly<Record<string, object>> };
    const plain = (schema: unknown): unknown =>
      JSON.parse(JSON.stringify(schema, (key, value: unknown) => (key === 'discriminator' ? null : value)));
    const own = Object.keys(schemas).filter((name) => !(name in ofApi));
    expect(own.sort()).toEqual([
      'AnnulCommand',
      'CommandRefusal',
      'InitializeCommand',
      'PaymentAnswer',
      'PracticeAnswer',
      'RegenerateCommand',
      'VerifyCommand',
    ]);
    for (const name of Object.keys(schemas).filter((known) => known in ofApi)) {
      expect([name, plain(schemas[name])]).toEqual([name, plain(ofApi[name])]);
    }
  });

  it.each(COMMANDS)('says of a job %s what the validation says', (command) => {
    const { payload } = messages[command] as Message;
    const described = at((payload as { readonly $ref: string }).$ref) as { readonly properties: object };
    const { required, properties } = commandJobSchemas[command];
    expect(described).toMatchObject({ required: [...required], additionalProperties: false });
    expect(Object.keys(described.properties)).toEqual(Object.keys(properties));
  });
});
