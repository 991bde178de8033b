import { parseDuration } from './durations.js';

/** One thing that is wrong with the environment, in words that say what to change. */
export interface Fault {
  readonly variable: string;
  readonly problem: string;
}

export type Environment = Readonly<Record<string, string | undefined>>;

export interface Credentials {
  readonly user: string;
  readonly password: string;
}

/** What a text must look like, and how to say so to the person who set it. */
export interface Shape {
  readonly pattern: RegExp;
  readonly expected: string;
}

/** Ten years. */
export const LONGEST_MS = 3650 * 86_400_000;
const LONGEST_SCHEDULE = 200;
const DURATION = 'a duration in seconds or ISO 8601, such as 90 or PT15M';

/**
 * Reads variables one by one and gathers what is wrong instead of throwing, so that all faults can be told at once.
 * A faulty variable reads as its fallback: the caller looks at `faults` before it believes any value.
 * A variable that is empty counts as not set, because Compose files pass unset variables on as empty text.
 */
export class EnvironmentReader {
  readonly faults: Fault[] = [];
  readonly #asked = new Set<string>();

  constructor(private readonly environment: Environment) {}

  /** Every variable that was asked for so far: the names we know. */
  get known(): ReadonlySet<string> {
    return this.#asked;
  }

  optional(variable: string): string | null {
    this.#asked.add(variable);
    const value = this.environment[variable]?.trim() ?? '';
    return value === '' ? null : value;
  }

  refuse(variable: string, problem: string): void {
    this.faults.push({ variable, problem });
  }

  text(variable: string, fallback: string, shape: Shape): string {
    const value = this.optional(variable);
    if (value === null || shape.pattern.test(value)) return value ?? fallback;
    this.refuse(variable, `must be ${shape.expected}, not "${value}"`);
    return fallback;
  }

  /** A text that is never shown, not even when it is wrong. */
  secret(variable: string, shape: Shape): string | null {
    const value = this.optional(variable);
    if (value === null || shape.pattern.test(value)) return value;
    this.refuse(variable, `must be ${shape.expected} (what was given is not shown)`);
    return null;
  }

  whole(variable: string, fallback: number, least: number, most: number): number {
    const value = this.optional(variable);
    if (value === null) return fallback;
    if (/^\d{1,9}$/.test(value) && Number(value) >= least && Number(value) <= most) return Number(value);
    this.refuse(variable, `must be a whole number from ${least} to ${most}, not "${value}"`);
    return fallback;
  }

  oneOf<Option extends string>(variable: string, options: readonly Option[], fallback: NoInfer<Option>): Option {
    const value = this.optional(variable);
    if (value === null) return fallback;
    const chosen = options.find((option) => option === value);
    if (chosen === undefined) this.refuse(variable, `must be one of ${options.join(', ')}, not "${value}"`);
    return chosen ?? fallback;
  }

  /** Milliseconds. */
  duration(variable: string, fallbackMs: number, leastMs = 1): number {
    const value = this.optional(variable);
    if (value === null) return fallbackMs;
    const durationMs = parseDuration(value);
    if (durationMs !== null && durationMs >= leastMs && durationMs <= LONGEST_MS) return durationMs;
    const bounds = leastMs > 0 ? 'longer than nothing and at most ten years' : 'at most ten years';
    this.refuse(variable, `must be ${DURATION}, ${bounds}, not "${value}"`);
    return fallbackMs;
  }

  /** A comma list of pauses in milliseconds; the last one repeats for ever. */
  schedule(variable: string, fallbackMs: readonly number[]): readonly number[] {
    const value = this.optional(variable);
    if (value === null) return fallbackMs;
    const pausesMs = value.split(',').map((part) => parseDuration(part.trim()) ?? 0);
    if (pausesMs.length <= LONGEST_SCHEDULE && pausesMs.every((ms) => ms > 0 && ms <= LONGEST_MS)) return pausesMs;
    this.refuse(
      variable,
      `must be a comma list of at most ${LONGEST_SCHEDULE} values, each ${DURATION}, not "${value}"`,
    );
    return fallbackMs;
  }

  /** An address without its final slash. It may hold a password, so it is not shown when it is wrong. */
  address(variable: string, protocols: readonly string[]): string | null {
    const value = this.optional(variable);
    if (value === null) return null;
    if (isAddress(value, protocols)) return value.replace(/\/+$/, '');
    const expected = protocols.map((protocol) => `${protocol}//…`).join(' or ');
    this.refuse(variable, `must be an address ${expected} (what was given is not shown, it may hold a password)`);
    return null;
  }

  /** A comma list of addresses. */
  addresses(variable: string, protocols: readonly string[]): readonly string[] | null {
    const value = this.optional(variable);
    if (value === null) return null;
    const addresses = value.split(',').map((address) => address.trim());
    if (addresses.every((address) => isAddress(address, protocols))) return addresses;
    const expected = protocols.map((protocol) => `${protocol}//…`).join(' or ');
    this.refuse(
      variable,
      `must be an address ${expected}, or a comma list of them (what was given is not shown, it may hold a password)`,
    );
    return null;
  }

  /** A user and a password that only make sense together. */
  credentials(userVariable: string, passwordVariable: string): Credentials | null {
    const user = this.optional(userVariable);
    const password = this.optional(passwordVariable);
    if (user !== null && password !== null) return { user, password };
    if (user !== null) this.refuse(passwordVariable, `must be set too, because ${userVariable} is`);
    if (password !== null) this.refuse(userVariable, `must be set too, because ${passwordVariable} is`);
    return null;
  }
}

const isAddress = (value: string, protocols: readonly string[]): boolean => {
  const url = URL.canParse(value) ? new URL(value) : null;
  return url !== null && protocols.includes(url.protocol) && url.hostname !== '';
};
