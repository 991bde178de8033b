import { Ajv2020 } from 'ajv/dist/2020.js';
import type { ErrorObject } from 'ajv';
import addFormatsModule from 'ajv-formats';
import { holdsPersonalData } from '#libs/platform';

/** What is wrong with one value: where (JSON Pointer into the body) and what to do about it. */
export interface Fault {
  readonly pointer: string;
  readonly message: string;
}

/**
 * A body that cannot be taken: `schema` = it does not have the shape (HTTP 400), `values` = the shape holds, the
 * values cannot be (HTTP 422). Nothing was stored.
 */
export class RequestRefused extends Error {
  override readonly name = 'RequestRefused';
  constructor(
    readonly because: 'schema' | 'values',
    readonly faults: readonly Fault[],
  ) {
    super(faults.map((fault) => `${fault.pointer || '/'} ${fault.message}`).join('; '));
  }
}

const ajv = new Ajv2020({
  allErrors: true,
  verbose: true,
  discriminator: true,
  strict: true,
  strictTypes: false,
  strictRequired: false,
});
addFormatsModule.default(ajv);

/** A JSON Schema that speaks of the properties of a shape. */
interface SchemaOf<Shape> {
  readonly type: 'object';
  readonly additionalProperties?: false;
  readonly properties: Readonly<Record<keyof Shape, unknown>>;
}

/** A function that vouches for the shape of a body, or refuses it (RequestRefused) naming every fault. */
export function validator<Shape>(schema: SchemaOf<Shape>): (body: unknown) => Shape {
  const validate = ajv.compile<Shape>(schema);
  return (body) => {
    assertShallow(body);
    if (holdsUnstorable(body)) throw new RequestRefused('schema', [{ pointer: '', message: UNSTORABLE }]);
    if (!validate(body)) throw new RequestRefused('schema', (validate.errors ?? []).map(toFault));
    const personal = personalIn(body, '', DEEPEST);
    if (personal.length > 0) throw new RequestRefused('values', personal);
    return body;
  };
}

/** What a cursor must be. */
export const CURSOR_WORDS = 'the nextCursor of a former answer';

/** The refusal of a cursor that no answer gave: an empty page would look like the end of the list. */
export const unknownCursor = (): RequestRefused =>
  new RequestRefused('schema', [{ pointer: '/cursor', message: `must be: ${CURSOR_WORDS}` }]);

const MOST_LEVELS = 32;

/** No request of ours is nested so deep that writing it down again could fail. @throws RequestRefused */
export function assertShallow(body: unknown): void {
  let level = [body];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > MOST_LEVELS) throw new RequestRefused('schema', [{ pointer: '', message: TOO_DEEP }]);
    level = level.flatMap((value): unknown[] => (typeof value === 'object' && value ? Object.values(value) : []));
  }
}

const TOO_DEEP = `must not be nested deeper than ${MOST_LEVELS} levels`;

/** Texts that are kept and shown as they came: in the history, in URLs and logs, at the payer's bank. */
const SHOWN: ReadonlySet<string> = new Set(['practiceId', 'reason', 'returnUrl', 'url', 'idempotencyKey', 'requestId']);
/** No text that is shown stands deeper in a body. */
const DEEPEST = 3;

function personalIn(value: unknown, at: string, depth: number): Fault[] {
  if (typeof value !== 'object' || value === null || depth === 0) return [];
  return Object.entries(value).flatMap(([name, inner]: [string, unknown]) => {
    const pointer = `${at}/${name}`;
    const isPersonal = SHOWN.has(name) && typeof inner === 'string' && holdsPersonalData(inner);
    return isPersonal ? [{ pointer, message: PERSONAL }] : personalIn(inner, pointer, depth - 1);
  });
}

const PERSONAL = 'must hold no tax code and no e-mail address: it is shown and logged as it is';

const UNSTORABLE = 'must not contain the character U+0000, nor half of a surrogate pair';

/** PostgreSQL's jsonb has no room for them. JSON.stringify writes both, and only them, as these escapes. */
const holdsUnstorable = (body: unknown): boolean =>
  /(^|[^\\])(\\\\)*\\u(0000|d[89a-f][0-9a-f]{2})/.test(JSON.stringify(body ?? null));

/** The schema says in words what its pattern means. */
const describedBy = ({ parentSchema }: ErrorObject): string | undefined => {
  const { description } = (parentSchema ?? {}) as { description?: unknown };
  return typeof description === 'string' ? description : undefined;
};

const NO_OBJECT = 'must be a JSON object, sent with Content-Type application/json';

/** What a sender calls a property may be anything, an address or a tax code: only a plain word is repeated. */
const unknownProperty = (at: string, name: string): Fault =>
  /^[A-Za-z_]{1,40}$/.test(name)
    ? { pointer: `${at}/${name}`, message: 'is not known here; remove it' }
    : { pointer: at, message: 'holds a property that is not known here; remove it' };

/** No value of the body is repeated: it may be personal, and a fault is kept and logged. */
function toFault(error: ErrorObject): Fault {
  const params = error.params as Record<string, unknown>;
  const at = error.instancePath;
  switch (error.keyword) {
    case 'required':
      return { pointer: `${at}/${String(params.missingProperty)}`, message: 'is required' };
    case 'additionalProperties':
      return unknownProperty(at, String(params.additionalProperty));
    case 'enum':
      return { pointer: at, message: `must be one of ${(params.allowedValues as unknown[]).join(', ')}` };
    case 'discriminator':
      return { pointer: `${at}/kind`, message: 'must be one of bolli, istruttoria' };
    case 'maxItems':
      return { pointer: at, message: `must hold at most ${String(params.limit)}` };
    case 'minItems':
      return { pointer: at, message: `must hold at least ${String(params.limit)}` };
    case 'pattern':
      return { pointer: at, message: `must be: ${describedBy(error) ?? String(params.pattern)}` };
    default:
      return { pointer: at, message: at === '' ? NO_OBJECT : (error.message ?? 'is not valid') };
  }
}
