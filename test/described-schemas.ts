import { Ajv2020 } from 'ajv/dist/2020.js';
import type { ValidateFunction } from 'ajv';
import addFormatsModule from 'ajv-formats';

/** The schemas of a description (OpenAPI or AsyncAPI), ready to validate with. */
export class DescribedSchemas {
  readonly #ajv = new Ajv2020({ allErrors: true, strict: false });
  readonly #compiled = new Map<string, ValidateFunction>();

  constructor(private readonly document: { readonly components: object }) {
    addFormatsModule.default(this.#ajv);
    this.#ajv.addSchema({ $id: 'description', components: document.components });
  }

  /** What a reference leads to; anything else is itself. */
  resolve(value: object): object {
    const { $ref } = value as { readonly $ref?: string };
    if ($ref === undefined) return value;
    const steps = $ref.replace(/^#\//, '').split('/');
    return steps.reduce<unknown>((part, step) => (part as Record<string, unknown>)[step], this.document) as object;
  }

  /** What of a value is not as the schema has it; the schema may refer to others of the description. */
  faults(schema: object, value: unknown): string[] {
    const text = JSON.stringify(schema);
    const validate =
      this.#compiled.get(text) ?? this.#ajv.compile(JSON.parse(text.replaceAll('"#/', '"description#/')));
    this.#compiled.set(text, validate);
    if (validate(value)) return [];
    return (validate.errors ?? []).map(
      ({ instancePath, message, params }) => `${instancePath} ${message ?? ''} ${JSON.stringify(params)}`,
    );
  }
}
