import { BadRequestException, HttpException } from '@nestjs/common';

/** What is wrong with one member of a body. */
export interface InputFault {
  /** A JSON Pointer: "/seed". */
  readonly pointer: string;
  readonly message: string;
}

/** The caller must act: everything that is wrong with the body. 400 when its form is wrong, 422 when only values are. */
export class InputFaulty extends HttpException {
  constructor(
    readonly errors: readonly InputFault[],
    status: 400 | 422,
  ) {
    super(errors.map(({ message }) => message).join('; '), status);
  }
}

/** Reads the members of a JSON body one by one and gathers what is wrong with them. */
export class InputReader {
  private readonly body: Readonly<Record<string, unknown>>;
  private readonly known = new Set<string>();
  private readonly faults: InputFault[] = [];
  private isMisshapen = false;

  /** @throws BadRequestException when the body is no object */
  constructor(body: unknown) {
    if (typeof body !== 'object' || body === null || Array.isArray(body)) {
      throw new BadRequestException('Il corpo deve essere un oggetto JSON (Content-Type: application/json)');
    }
    this.body = body as Record<string, unknown>;
  }

  has(name: string): boolean {
    return this.body[name] !== undefined;
  }

  text(name: string, form: RegExp, expected: string): string {
    const value = this.take(name);
    if (typeof value === 'string' && form.test(value)) return value;
    return this.misshapen(name, `${name} deve essere ${expected}`, '');
  }

  flag(name: string, fallback: boolean): boolean {
    const value = this.take(name) ?? fallback;
    return typeof value === 'boolean' ? value : this.misshapen(name, `${name} deve essere true o false`, fallback);
  }

  /** From 0 to `most`; the fallback when it is not there. */
  number<Fallback>(name: string, fallback: Fallback, most: number, isWhole: boolean): number | Fallback {
    const value = this.take(name);
    if (value === undefined || value === null) return fallback;
    const kind = isWhole ? 'un numero intero' : 'un numero';
    if (typeof value !== 'number' || (isWhole && !Number.isInteger(value))) {
      return this.misshapen(name, `${name} deve essere ${kind}`, fallback);
    }
    if (value >= 0 && value <= most) return value;
    return this.impossible(name, `${name} deve essere ${kind} da 0 a ${most}`, fallback);
  }

  oneOf<Value extends string>(name: string, values: readonly Value[], fallback: Value): Value {
    const value = this.take(name) ?? fallback;
    const expected = `Valori disponibili: ${values.join(', ')}`;
    if (typeof value !== 'string') return this.misshapen(name, `${name} deve essere un testo. ${expected}`, fallback);
    const found = values.find((known) => known === value);
    return found ?? this.impossible(name, `${name} sconosciuto: ${value}. ${expected}`, fallback);
  }

  /** A whole number or a short text, as text. */
  seed(name: string, fallback: string): string {
    const value = this.take(name) ?? fallback;
    if (typeof value === 'number' && Number.isSafeInteger(value)) return String(value);
    if (typeof value === 'string' && /^.{1,100}$/.test(value)) return value;
    return this.misshapen(
      name,
      `${name} deve essere un numero intero o un testo di al massimo 100 caratteri`,
      fallback,
    );
  }

  /** @throws InputFaulty with everything that is wrong, members that nobody asked for included */
  finish(): void {
    for (const name of Object.keys(this.body)) {
      if (!this.known.has(name)) {
        this.misshapen(name, `${name} non è previsto. Previsti: ${[...this.known].join(', ')}`, undefined);
      }
    }
    if (this.faults.length > 0) throw new InputFaulty(this.faults, this.isMisshapen ? 400 : 422);
  }

  private take(name: string): unknown {
    this.known.add(name);
    return this.body[name];
  }

  private misshapen<Fallback>(name: string, message: string, fallback: Fallback): Fallback {
    this.isMisshapen = true;
    return this.impossible(name, message, fallback);
  }

  private impossible<Fallback>(name: string, message: string, fallback: Fallback): Fallback {
    this.faults.push({ pointer: `/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`, message });
    return fallback;
  }
}
