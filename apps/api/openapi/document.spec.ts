import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormatsModule from 'ajv-formats';
import { parsePracticeRequest, practiceSchema } from '#libs/payments';
import { openApiDocument } from './document.js';
import { practiceRequests } from './examples/requests.js';

const document = openApiDocument();

const ajv = new Ajv2020({ allErrors: true, strict: false });
addFormatsModule.default(ajv);
ajv.addSchema({ ...document, $id: 'description' });

interface Found {
  readonly at: string;
  readonly schema: object;
  readonly value: unknown;
}

/** Everything in the document, with the place where it stands. */
function partsOf(value: unknown, at: string): [string, Record<string, unknown>][] {
  if (typeof value !== 'object' || value === null) return [];
  const inner = Object.entries(value).flatMap(([key, part]) =>
    partsOf(part, `${at}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`),
  );
  return Array.isArray(value) ? inner : [[at, value as Record<string, unknown>], ...inner];
}

const parts = partsOf(document, '');

/** Examples of media types, parameters and headers, and those within schemas. */
function examplesOf([at, part]: [string, Record<string, unknown>]): Found[] {
  const { schema, example, examples } = part;
  if (Array.isArray(examples)) return examples.map((value: unknown) => ({ at, schema: part, value }));
  if (typeof schema !== 'object' || schema === null) return [];
  const named = Object.entries((examples ?? {}) as Record<string, { readonly value: unknown }>);
  return [
    ...(example === undefined ? [] : [{ at, schema, value: example }]),
    ...named.map(([name, { value }]) => ({ at: `${at}/${name}`, schema, value })),
  ];
}

const faultsOf = ({ schema, value }: Found): readonly object[] => {
  const whole = JSON.parse(JSON.stringify(schema).replaceAll('"#/', '"description#/')) as object;
  const validate = ajv.compile(whole);
  return validate(value) ? [] : (validate.errors ?? []);
};

describe('the description of the API', () => {
  it('is the committed one (else: npm run diagrams)', () => {
    expect(readFileSync('docs/openapi.json', 'utf8')).toBe(`${JSON.stringify(document, null, 2)}\n`);
  });

  it('has an example for every body that is JSON, and each example is one', () => {
    const found = parts.flatMap(examplesOf);
    expect(found.length).toBeGreaterThan(150);
    expect(
      found.map((example) => ({ at: example.at, faults: faultsOf(example) })).filter(({ faults }) => faults.length > 0),
    ).toEqual([]);
    const bodies = parts.filter(([at]) => /json$/.test(at.split('/').at(-1) ?? '') && at.includes('/content/'));
    const bare = bodies.filter(([, { example, examples }]) => example === undefined && examples === undefined);
    expect(bare.map(([at]) => at)).toEqual([]);
  });

  it('names nothing that is not there, and nothing that nobody names', () => {
    const named = new Set(parts.flatMap(([, { $ref }]) => (typeof $ref === 'string' ? [$ref] : [])));
    const { securitySchemes: _, ...components } = document.components;
    const there = Object.entries(components).flatMap(([kind, entries]) =>
      Object.keys(entries).map((name) => `#/components/${kind}/${name}`),
    );
    expect([...named].sort()).toEqual(there.sort());
  });

  it('closes every object that it answers with', () => {
    const open = parts.filter(([at, { type, additionalProperties, oneOf }]) => {
      const isOpen = type === 'object' && additionalProperties === undefined && oneOf === undefined;
      return isOpen && at.startsWith('/components/schemas');
    });
    // What is sent with a verification is not looked at, but for the reason.
    expect(open.map(([at]) => at)).toEqual(['/components/schemas/VerifyRequest']);
  });

  it('tells of headers as the national rules have it: the whole quota or no header, and no other X-', () => {
    const answers = parts
      .filter(([at]) => /\/responses\/[24]\d\d$/.test(at))
      .map(([at, part]) => [at, namesOf(part)] as const);
    const shared = Object.values<object>({ ...document.components['responses'] }).map(
      (part) => ['shared', namesOf(part)] as const,
    );
    const quota = ['X-RateLimit-Limit', 'X-RateLimit-Remaining', 'X-RateLimit-Reset'];
    for (const [at, names] of [...answers, ...shared].filter((entry) => entry[1].length > 0)) {
      expect([at, names.filter((name) => name.startsWith('X-'))]).toEqual([at, quota]);
    }
  });

  it('names each operation once', () => {
    const ids = parts.flatMap(([, { operationId }]) => (typeof operationId === 'string' ? [operationId] : []));
    expect(ids.length).toBe(new Set(ids).size);
  });

  it('says of a request what the validation says', () => {
    for (const { value } of Object.values(practiceRequests)) expect(() => parsePracticeRequest(value)).not.toThrow();
    const { PracticeRequest } = document.components['schemas'] as Record<string, unknown>;
    expect(whole(PracticeRequest)).toEqual(JSON.parse(JSON.stringify(practiceSchema)));
  });

  it('tells of the address it is served at: one that is not safe is for trials', () => {
    expect(openApiDocument('https://pagamenti.example.org').servers).toEqual([
      { url: 'https://pagamenti.example.org', description: expect.any(String) },
    ]);
    expect(openApiDocument('http://localhost:3000').servers).toMatchObject([{ 'x-sandbox': true }]);
  });
});

const namesOf = (answer: object): string[] => Object.keys((answer as { readonly headers?: object }).headers ?? {});

/** With every reference replaced by what it leads to, and without the mapping that only readers need. */
function whole(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(whole);
  if (typeof value !== 'object' || value === null) return value;
  const { $ref } = value as { readonly $ref?: string };
  if ($ref !== undefined) {
    const [, , , name = ''] = $ref.split('/');
    return whole((document.components['schemas'] as Record<string, unknown>)[name]);
  }
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => key !== 'mapping')
      .map(([key, part]) => [key, whole(part)]),
  );
}
