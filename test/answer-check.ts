import type { OpenApiDocument } from '../apps/api/openapi/document.js';
import { DescribedSchemas } from './described-schemas.js';

/**
 * Holds real answers to the description of the API. Given what was asked and the answer to it, says everything that the
 * description does not say so: an undocumented status, another content type, a body with a member too many, a header that
 * is missing, wrong or never mentioned.
 */
export interface AnswerCheck {
  /**
   * @param method of the request, in any case
   * @param path of the request, its query included
   * @param response not read yet; the check reads a copy
   * @returns faults in words; none when the answer is as described
   */
  faultsOf(method: string, path: string, response: Response): Promise<string[]>;
  /**
   * @param type of an event that came
   * @param headers its message's, names in small letters
   * @param body its message's
   * @returns what is not as the webhook of that type is described
   */
  faultsOfMessage(type: string, headers: Readonly<Record<string, unknown>>, body: string): string[];
  /** What was answered so far: operation and status, such as `readPayment 404`. */
  readonly seen: ReadonlySet<string>;
}

interface Message {
  readonly parameters: readonly object[];
  readonly requestBody: { readonly content: Readonly<Record<string, { readonly schema: object }>> };
}

interface Described {
  readonly content?: Readonly<Record<string, { readonly schema: object }>>;
  /** Each itself, or a reference to it. */
  readonly headers?: Readonly<Record<string, object>>;
}

interface DescribedHeader {
  readonly required?: boolean;
  readonly schema: { readonly type?: string };
}

interface Operation {
  readonly operationId: string;
  readonly responses: Readonly<Record<string, object>>;
}

/**
 * What these say must be in the description. All others are the server's own, the same on every answer, or follow from
 * the security scheme, as `WWW-Authenticate` does.
 */
const TOLD_HEADERS = [
  'x-ratelimit-limit',
  'x-ratelimit-remaining',
  'x-ratelimit-reset',
  'retry-after',
  'location',
  'idempotent-replayed',
  'content-disposition',
];

/** What may answer where nothing is described: there is no such path, or nobody looked so far. */
const NOWHERE = [400, 401, 404, 413, 415, 429, 503];

const PROBLEM = 'application/problem+json';

export function createAnswerCheck(document: OpenApiDocument): AnswerCheck {
  const seen = new Set<string>();
  const schemas = new DescribedSchemas(document);
  return {
    seen,
    async faultsOf(method, path, response) {
      const answer = await readAnswer(response);
      const hasBody = method.toUpperCase() !== 'HEAD';
      const { pathname } = new URL(path, 'http://localhost');
      const operation = operationAt(document, method, pathname);
      const faults = [
        ...(isBelowHttp(answer) ? [] : toldFaults(answer, document['x-every-exchange'].answer.headers, schemas)),
        ...(hasBody && isProblem(answer) ? problemFaults(answer, schemas) : []),
      ];
      if (!operation) return [...faults, ...faultsNowhere(answer)];
      seen.add(`${operation.operationId} ${answer.status}`);
      const reference = operation.responses[String(answer.status)];
      if (!reference) return [...faults, `${operation.operationId}: status ${answer.status} is not described`];
      const described = schemas.resolve(reference) as Described;
      const content = hasBody ? contentFaults(answer, described, schemas) : [];
      const own = [...content, ...headerFaults(answer, described, schemas)];
      return [...faults, ...own.map((fault) => `${operation.operationId} ${answer.status}: ${fault}`)];
    },
    faultsOfMessage(type, headers, body) {
      const message = document.webhooks[type]?.['post'] as Message | undefined;
      if (!message) return ['no such webhook is described'];
      const [mediaType = ''] = String(headers['content-type']).split(';');
      const described = message.requestBody.content[mediaType];
      if (!described) return [`its type is "${mediaType}"`];
      const signature = message.parameters.flatMap((reference) => {
        const { name, schema } = schemas.resolve(reference) as { readonly name: string; readonly schema: object };
        return schemas.faults(schema, headers[name.toLowerCase()]).map((fault) => `header ${name}: ${fault}`);
      });
      return [...signature, ...schemas.faults(described.schema, parsed(body))];
    },
  };
}

interface ReadAnswer {
  readonly status: number;
  readonly headers: Headers;
  /** Without its parameters; empty when there is none. */
  readonly mediaType: string;
  readonly text: string;
  readonly json: unknown;
}

async function readAnswer(response: Response): Promise<ReadAnswer> {
  const { status, headers } = response;
  const text = await response.clone().text();
  const [mediaType = ''] = (headers.get('content-type') ?? '').split(';');
  return {
    status,
    headers,
    mediaType: mediaType.trim(),
    text,
    json: /json$/.test(mediaType.trim()) ? parsed(text) : undefined,
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Concrete paths stand before those with parameters, as OpenAPI has it. */
function operationAt({ paths }: OpenApiDocument, method: string, pathname: string): Operation | null {
  const templates = Object.keys(paths).sort((one, other) => parametersIn(one) - parametersIn(other));
  const found = templates.find((template) => patternOf(template).test(pathname));
  const verb = method.toLowerCase() === 'head' ? 'get' : method.toLowerCase();
  return found === undefined ? null : ((paths[found]?.[verb] as Operation | undefined) ?? null);
}

const parametersIn = (template: string): number => template.split('{').length;

/** As the router compares: whatever the case, with or without a slash at the end. */
const patternOf = (template: string): RegExp =>
  new RegExp(`^${template.replaceAll(/[.]/g, '\\.').replaceAll(/\{[^}]+\}/g, '[^/]+')}/?$`, 'i');

/** What the server could not even read as HTTP, an unknown method for one, never reaches the API. */
const isBelowHttp = ({ status, mediaType, text }: ReadAnswer): boolean =>
  [400, 431].includes(status) && mediaType === '' && text === '';

const isProblem = ({ mediaType }: ReadAnswer): boolean => mediaType === PROBLEM;

function problemFaults({ json, status, headers }: ReadAnswer, schemas: DescribedSchemas): string[] {
  const faults = schemas.faults({ $ref: '#/components/schemas/Problem' }, json).map((fault) => `problem: ${fault}`);
  const { status: told, retryAfterSeconds } = (json ?? {}) as { status?: number; retryAfterSeconds?: number };
  if (told !== status) faults.push(`problem: its status is ${String(told)}, the answer's ${status}`);
  const retryAfter = headers.get('retry-after');
  if (retryAfterSeconds !== undefined && retryAfter !== String(retryAfterSeconds)) {
    faults.push(`problem: retryAfterSeconds is ${String(retryAfterSeconds)}, Retry-After ${retryAfter ?? 'missing'}`);
  }
  return faults;
}

function faultsNowhere(answer: ReadAnswer): string[] {
  if (isBelowHttp(answer)) return [];
  if (!NOWHERE.includes(answer.status)) return [`no operation is described here, and the status is ${answer.status}`];
  return isProblem(answer) ? [] : [`no operation is described here, and the answer is ${answer.mediaType}, no problem`];
}

function contentFaults(
  { mediaType, text, json }: ReadAnswer,
  { content }: Described,
  schemas: DescribedSchemas,
): string[] {
  if (!content) return text === '' ? [] : ['there is a body, and none is described'];
  const described = content[mediaType];
  if (!described) return [`its type is "${mediaType}", not one of ${Object.keys(content).join(', ')}`];
  return schemas.faults(described.schema, /json$/.test(mediaType) ? json : text);
}

function headerFaults(answer: ReadAnswer, { headers = {} }: Described, schemas: DescribedSchemas): string[] {
  const names = Object.keys(headers).map((name) => name.toLowerCase());
  const strangers = TOLD_HEADERS.filter((name) => answer.headers.has(name) && !names.includes(name));
  return [
    ...strangers.map((name) => `header ${name} is sent and not described`),
    ...toldFaults(answer, headers, schemas),
  ];
}

/** What of the described headers is missing, or cannot be. */
function toldFaults(
  { headers }: ReadAnswer,
  described: Readonly<Record<string, object>>,
  schemas: DescribedSchemas,
): string[] {
  return Object.entries(described).flatMap(([name, reference]) => {
    const { required = false, schema } = schemas.resolve(reference) as DescribedHeader;
    const value = headers.get(name);
    if (value === null) return required ? [`header ${name} is missing`] : [];
    const read = schema.type === 'integer' && /^\d+$/.test(value) ? Number(value) : value;
    return schemas.faults(schema, read).map((fault) => `header ${name}: ${fault}`);
  });
}
