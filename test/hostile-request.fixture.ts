import fc from 'fast-check';

/** As much of an OpenAPI document as is needed to make requests that do not fit it. */
export interface Described {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation | undefined>>>>;
  readonly components: { readonly parameters: Readonly<Record<string, Parameter>> };
}

interface Operation {
  readonly parameters?: readonly (Parameter | { readonly $ref: string })[];
  readonly requestBody?: {
    readonly required?: boolean;
    readonly content: Readonly<Record<string, { readonly examples?: Examples }>>;
  };
}

type Examples = Readonly<Record<string, { readonly value: unknown }>>;

interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly example?: unknown;
}

/** A request that nobody in good faith would send. */
export interface HostileRequest {
  readonly method: string;
  /** As it is asked for, query included. */
  readonly address: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
}

/** What the document cannot know: who may call, and what there is to be harmed. */
export interface Surroundings {
  readonly keys: readonly string[];
  /** Ids of what there is, by the parameter's name. */
  readonly ids: Readonly<Record<string, string>>;
}

const METHODS = ['get', 'post', 'put', 'delete'] as const;

/** Texts that mean something to somebody, and any others. */
const text = fc.oneof(
  { weight: 3, arbitrary: fc.string({ unit: 'binary', maxLength: 50 }) },
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      `' or 1=1; drop table engine.instance; --`,
      '${jndi:ldap://127.0.0.1/a}',
      '<script>alert(1)</script>',
      '../../../etc/passwd',
      '..%2f..%2fetc%2fpasswd',
      '__proto__',
      'constructor',
      '\0',
      '%00',
      '\ud800',
      '\u202egnp.exe',
      '-1',
      '1e999',
      '99999999999999999999',
      'null',
      'undefined',
      '[object Object]',
      'x'.repeat(3_000),
    ),
  },
);
const value = fc.oneof(
  text,
  fc.integer(),
  fc.double(),
  fc.boolean(),
  fc.constant(null),
  fc.array(text, { maxLength: 3 }),
);
const thing = fc.oneof(value, fc.dictionary(text, value, { maxKeys: 4 }), fc.jsonValue({ maxDepth: 5 }));

/** Requests from the document, none of which may change anything. */
export function hostileRequests(document: Described, surroundings: Surroundings): fc.Arbitrary<HostileRequest> {
  const asked = Object.entries(document.paths).filter(([template]) => !template.endsWith('api.json')); // says the same always
  const operations = asked.flatMap(([template, item]) =>
    METHODS.flatMap((method) => {
      const operation = item[method];
      return operation ? [{ template, method, operation }] : [];
    }),
  );
  const known = fc
    .constantFrom(...operations)
    .chain(({ template, method, operation }) => requestFor(document, template, method, operation, surroundings));
  return fc.oneof({ weight: 20, arbitrary: known }, { weight: 1, arbitrary: nowhere(surroundings) });
}

function requestFor(
  document: Described,
  template: string,
  method: string,
  operation: Operation,
  surroundings: Surroundings,
): fc.Arbitrary<HostileRequest> {
  const parameters = (operation.parameters ?? []).map((given) => resolved(document, given));
  const examples = Object.values(operation.requestBody?.content ?? {}).flatMap(({ examples: made }) =>
    Object.values(made ?? {}).map(({ value: body }) => body),
  );
  // What needs no body to be understood is asked only of what there is not, so that nothing may come of it.
  const ids = operation.requestBody?.required === true || method === 'get' ? surroundings.ids : {};
  return fc
    .record({
      path: pathOf(template, parameters, ids),
      query: method === 'get' ? queryOf(parameters) : fc.constant(''),
      headers: headersOf(surroundings.keys),
      body: method === 'get' ? fc.constant(null) : bodyOf(examples),
    })
    .map(({ path, query, headers, body }) => ({
      method: method.toUpperCase(),
      address: `${path}${query}`,
      headers,
      body,
    }));
}

function resolved({ components }: Described, given: Parameter | { readonly $ref: string }): Parameter {
  if (!('$ref' in given)) return given;
  const found = components.parameters[given.$ref.split('/').at(-1) ?? ''];
  if (!found) throw new RangeError(`${given.$ref} is not in the document`);
  return found;
}

function pathOf(
  template: string,
  parameters: readonly Parameter[],
  ids: Readonly<Record<string, string>>,
): fc.Arbitrary<string> {
  const names = parameters.filter((parameter) => parameter.in === 'path');
  const values = names.map(({ name, example }) => {
    const fit = [String(example), ids[name]].filter((each) => each !== undefined);
    return fc.oneof(
      { weight: 2, arbitrary: fc.constantFrom(...fit) },
      { weight: 1, arbitrary: text.filter((made) => made !== '').map(escaped) },
    );
  });
  return fc
    .tuple(...values)
    .map((made) =>
      names.reduce((path, { name }, index) => path.replace(`{${name}}`, () => made[index] ?? ''), template),
    );
}

function queryOf(parameters: readonly Parameter[]): fc.Arbitrary<string> {
  const names = parameters.filter((parameter) => parameter.in === 'query').map(({ name }) => name);
  const name = names.length > 0 ? fc.oneof(fc.constantFrom(...names), text) : text;
  const pair = fc.tuple(name, text).map(([key, given]) => `${escaped(key)}=${escaped(given)}`);
  return fc.array(pair, { maxLength: 4 }).map((pairs) => (pairs.length > 0 ? `?${pairs.join('&')}` : ''));
}

/** A lone surrogate has no place in a URL, so it goes as the bytes it would be. */
const escaped = (made: string): string => encodeURIComponent(Buffer.from(made).toString()).replaceAll('.', '%2E');

const headerText = fc.string({
  unit: fc.integer({ min: 0x20, max: 0xff }).map((code) => (code === 0x7f ? ' ' : String.fromCharCode(code))),
  maxLength: 300,
});

const headersOf = (keys: readonly string[]): fc.Arbitrary<Record<string, string>> =>
  fc.record(
    {
      authorization: fc.oneof(
        { weight: 8, arbitrary: fc.constantFrom(...keys).map((key) => `Bearer ${key}`) },
        { weight: 1, arbitrary: headerText.map((made) => `Bearer ${made}`) },
        { weight: 1, arbitrary: headerText },
      ),
      'content-type': fc.oneof(
        { weight: 8, arbitrary: fc.constant('application/json') },
        fc.constantFrom('application/json; charset=utf-16', 'text/xml', 'application/xml', 'multipart/form-data', 'x'),
      ),
      'idempotency-key': fc.oneof(headerText, fc.uuid()),
      'x-request-id': headerText,
      accept: fc.constantFrom('*/*', 'text/html', 'application/xml', 'x'),
      'content-encoding': fc.constantFrom('gzip', 'x'),
      'x-http-method-override': fc.constantFrom('DELETE', 'GET'),
    },
    { requiredKeys: ['authorization', 'content-type'] },
  );

/** Never a body that fits. */
function bodyOf(examples: readonly unknown[]): fc.Arbitrary<string | null> {
  const garbage = fc.oneof(
    text,
    fc.constantFrom('{', '[1,2', '{"a":1}}', '<a/>', '"', 'null', '[]', '0', '{"__proto__":{"state":"paid"}}'),
    fc.constant('['.repeat(20_000)),
    fc.constant(JSON.stringify('x'.repeat(150_000))),
    thing.map((made) => (JSON.stringify(made) as string | undefined) ?? 'null'),
  );
  if (examples.length === 0) return fc.oneof(fc.constant(null), garbage);
  const spoiled = fc.constantFrom(...examples).chain((example) => spoiledBody(example as object));
  return fc.oneof(
    { weight: 3, arbitrary: spoiled.map((made) => JSON.stringify(made)) },
    { weight: 1, arbitrary: garbage },
  );
}

function spoiledBody(example: object): fc.Arbitrary<unknown> {
  const names = Object.keys(example);
  return fc.oneof(
    fc.tuple(text, thing).map(([name, added]) => ({ ...example, [`x${name}`]: added })),
    fc
      .constantFrom('state', 'esito', 'paid', 'actor', 'type')
      .chain((name) => thing.map((added) => ({ ...example, [name]: added }))),
    fc
      .tuple(
        fc.constantFrom(...names),
        fc.oneof(
          fc.constantFrom({}, null, -1, 1.5, '\0', '', []),
          text.map((made) => [made]),
        ),
      )
      .map(([name, other]) => ({ ...example, [name]: other })),
  );
}

/** At paths there are not, and by methods that no path knows. */
const nowhere = ({ keys }: Surroundings): fc.Arbitrary<HostileRequest> =>
  fc.record({
    method: fc.constantFrom('GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS'),
    address: fc
      .tuple(fc.constantFrom('/', '/v1/', '/v1/payments/x/', '/iris/', '/v2/'), text)
      .map(([start, end]) => `${start}${escaped(end)}/nowhere`),
    headers: headersOf(keys),
    body: fc.constant(null),
  });
