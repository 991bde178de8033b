import type { Schema } from './schema.js';

/** Names for schemas that are written without any. */
export type SchemaNames = ReadonlyMap<unknown, string>;

export const namesOf = (schemas: Readonly<Record<string, Schema>>): SchemaNames =>
  new Map(Object.entries(schemas).map(([name, schema]) => [schema, name]));

const addressOf = (name: string): string => `#/components/schemas/${name}`;

/**
 * A schema in which each part that has a name is referred to by it. The schemas of requests hold their parts whole,
 * because that is how they are validated; whoever reads the description, or makes a client of it, wants them by name.
 */
export function withNames(schema: unknown, names: SchemaNames): unknown {
  if (Array.isArray(schema)) return schema.map((part: unknown) => named(part, names));
  if (typeof schema !== 'object' || schema === null) return schema;
  const given = withMapping(schema as Schema, names);
  return Object.fromEntries(Object.entries(given).map(([key, part]) => [key, named(part, names)]));
}

function named(part: unknown, names: SchemaNames): unknown {
  const name = names.get(part);
  return name === undefined ? withNames(part, names) : { $ref: addressOf(name) };
}

/** The validator finds the branch by the value of the property; OpenAPI wants to be told which value means which name. */
function withMapping(schema: Schema, names: SchemaNames): Schema {
  const { discriminator, oneOf } = schema as {
    readonly discriminator?: { readonly propertyName: string };
    readonly oneOf?: readonly Schema[];
  };
  if (!discriminator || !oneOf) return schema;
  const mapping = oneOf.flatMap((branch) => {
    const properties = branch['properties'] as Readonly<Record<string, { readonly enum: readonly string[] }>>;
    const values = properties[discriminator.propertyName]?.enum ?? [];
    return values.map((value) => [value, addressOf(names.get(branch) ?? '')] as const);
  });
  return { ...schema, discriminator: { ...discriminator, mapping: Object.fromEntries(mapping) } };
}
