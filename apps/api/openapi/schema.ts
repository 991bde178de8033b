/** A JSON Schema (draft 2020-12, as OpenAPI 3.1 and AsyncAPI 3 use it), as plain data. */
export type Schema = Readonly<Record<string, unknown>>;

/** Another schema by its name: see `components.ts`. A description beside it says what it means in this place. */
export const ref = (name: string, description?: string): Schema => ({
  $ref: `#/components/schemas/${name}`,
  ...(description !== undefined && { description }),
});

/** The schema, or null. */
export const nullable = (schema: Schema, description?: string): Schema => ({
  ...(description !== undefined && { description }),
  oneOf: [schema, { type: 'null' }],
});

/** Words in a fixed order: every word of the union must be named, and no other. */
export const oneOfWords = <Word extends string>(words: Readonly<Record<Word, true>>, description: string): Schema => ({
  type: 'string',
  enum: Object.keys(words),
  description,
});

export const text = (description: string, more: object = {}): Schema => ({ type: 'string', description, ...more });

export const textOrNull = (description: string, more: object = {}): Schema => ({
  type: ['string', 'null'],
  description,
  ...more,
});

export const wholeNumber = (description: string, minimum = 0, more: object = {}): Schema => ({
  type: 'integer',
  format: 'int32',
  minimum,
  description,
  ...more,
});

export const flag = (description: string): Schema => ({ type: 'boolean', description });

export const listOf = (items: Schema, description: string, more: object = {}): Schema => ({
  type: 'array',
  items,
  description,
  ...more,
});

type OptionalOf<View> = { [Name in keyof View]-?: object extends Pick<View, Name> ? Name : never }[keyof View] & string;

/**
 * An object that has the members of `View` and no other. A member that is added to the view and not described here does
 * not compile, and neither does one that is described as always there and may be missing.
 */
export const exactly = <View>(
  description: string,
  properties: Readonly<Record<keyof View & string, Schema>>,
  ...optional: [OptionalOf<View>] extends [never] ? [] : [readonly OptionalOf<View>[]]
): Schema => ({
  type: 'object',
  description,
  required: Object.keys(properties).filter((name) => !(optional[0] ?? []).includes(name as never)),
  additionalProperties: false,
  properties,
});

/** One page of a list. */
export const pageOf = (name: string, description: string, example: string): Schema =>
  exactly<{ readonly items: unknown; readonly nextCursor: unknown }>(description, {
    items: listOf(ref(name), 'In the order of the list.', { maxItems: 200 }),
    nextCursor: textOrNull('Where the next page begins (`cursor`); null on the last one.', {
      examples: [example, null],
    }),
  });
