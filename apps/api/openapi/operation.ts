import type { Role } from '#libs/payments';
import { ROLES } from '#libs/payments';
import { cacheHeader, quotaHeaders, replayHeader } from './headers.js';
import type { ParameterName } from './parameters.js';
import { toParameter } from './parameters.js';
import type { Refusal } from './refusals.js';
import { refusalOf, shared } from './refusals.js';
import type { Schema } from './schema.js';
import type { Tag } from './tags.js';

/** A route as it is written down: what is said of all routes alike is added by `operationOf`. */
export interface Route {
  readonly id: string;
  readonly tag: Tag;
  /** In Italian, for who reads the page. */
  readonly summary: string;
  /** In English, for who writes a client. */
  readonly description: string;
  /** `everybody` reads with any role; `public` needs no key. */
  readonly access: 'public' | 'everybody' | readonly Exclude<Role, 'admin'>[];
  readonly parameters?: readonly ParameterName[];
  readonly body?: Body;
  readonly answer: Answer;
  /** What it refuses beyond what every route does, by status. */
  readonly refusals?: Readonly<Record<number, Refusal | 'shared'>>;
}

export interface Body {
  readonly schema: Schema;
  readonly isRequired?: boolean;
  readonly examples: object;
}

export interface Answer {
  readonly status: 200 | 201 | 202 | 204;
  readonly description: string;
  readonly content?: object;
  readonly headers?: object;
}

export type Method = 'get' | 'post' | 'put' | 'delete';
/** Routes by path, then by method. */
export type Routes = Readonly<Record<string, Readonly<Partial<Record<Method, object>>>>>;

export const json = (schema: Schema, example: unknown) => ({ 'application/json': { schema, example } });

export const jsonBody = (schema: Schema, examples: object, isRequired = true): Body => ({
  schema,
  isRequired,
  examples,
});

/** A route that only who has a key may call, with all that the gate and the framework do before and after it. */
export function operationOf(method: Method, route: Route): object {
  const { id, tag, summary, description, access, parameters = [], body, answer } = route;
  const roles: readonly Role[] = access === 'everybody' || access === 'public' ? ROLES : [...access, 'admin'];
  const isCommand = method === 'post';
  return {
    operationId: id,
    tags: [tag],
    summary,
    description: `${description} Roles: ${roles.join(', ')}.`,
    'x-roles': roles,
    parameters: [...parameters, ...(isCommand ? (['IdempotencyKey'] as const) : [])].map(toParameter),
    ...(body && { requestBody: requestBodyOf(body) }),
    responses: {
      [answer.status]: {
        description: answer.description,
        headers: { ...answer.headers, ...quotaHeaders, ...cacheHeader, ...(isCommand && replayHeader) },
        ...(answer.content && { content: answer.content }),
      },
      ...refusalsOf(method, route.refusals ?? {}),
    },
  };
}

const requestBodyOf = ({ schema, isRequired = true, examples }: Body) => ({
  required: isRequired,
  content: { 'application/json': { schema, examples } },
});

function refusalsOf(method: Method, own: Readonly<Record<number, Refusal | 'shared'>>): object {
  const hasBody = method !== 'get';
  const isCommand = method === 'post';
  return {
    ...shared('Malformed'),
    ...shared('Unauthenticated'),
    ...shared('Forbidden'),
    ...(isCommand && { ...shared('StillRunning'), ...shared('KeyUsed') }),
    ...(hasBody && { ...shared('TooLarge'), ...shared('UnsupportedMediaType') }),
    ...shared('TooManyRequests'),
    ...shared('InternalError'),
    ...shared('Unavailable'),
    ...Object.fromEntries(
      Object.entries(own).map(([status, refusal]) => [status, ownRefusal(status, refusal, isCommand)]),
    ),
  };
}

function ownRefusal(status: string, refusal: Refusal | 'shared', isCommand: boolean): object {
  if (refusal === 'shared') return { $ref: '#/components/responses/NotFound' };
  return refusalOf(Number(status), refusal, isCommand && ['409', '422', '429'].includes(status));
}
