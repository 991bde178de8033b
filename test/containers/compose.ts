import { parse } from 'yaml';

/** What our compose file says, before its variables are filled in. */
export interface ComposeFile {
  readonly version?: string;
  readonly services: Readonly<Record<string, Service>>;
  readonly volumes?: Readonly<Record<string, unknown>>;
}

export interface Service {
  readonly image?: string;
  readonly build?: { readonly context: string; readonly dockerfile: string; readonly args: Record<string, string> };
  readonly command?: readonly string[];
  readonly user?: string;
  readonly environment?: Readonly<Record<string, string | number | null>>;
  readonly env_file?: readonly { readonly path: string; readonly required: boolean }[];
  readonly ports?: readonly string[];
  readonly volumes?: readonly string[];
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
  readonly healthcheck?: { readonly test: readonly string[] };
  readonly deploy?: { readonly replicas: number };
  readonly profiles?: readonly string[];
  readonly restart?: string;
  readonly stop_grace_period?: string;
  readonly read_only?: boolean;
  readonly cap_drop?: readonly string[];
  readonly security_opt?: readonly string[];
}

export type Variables = Readonly<Record<string, string | undefined>>;

export const readCompose = (text: string): ComposeFile => parse(text, { merge: true }) as ComposeFile;

const INNERMOST = /\$\{(\w+)(?:(:-|:\?)([^${}]*))?\}/g;

/** The names of all `${…}` in a text, with whether the file refuses to start without them. */
export function variablesOf(text: string): { readonly name: string; readonly isRequired: boolean }[] {
  return [...text.matchAll(/\$\{(\w+)(:\?)?/g)].map(([, name = '', mark]) => ({ name, isRequired: mark === ':?' }));
}

/**
 * Fills in `${NAME}`, `${NAME:-default}` and `${NAME:?why}` as Compose does, the innermost first.
 * @throws when a required variable is missing.
 */
export function fillIn(text: string, variables: Variables): string {
  const filled = text.replaceAll(INNERMOST, (_, name: string, mark?: string, word = '') => {
    const value = variables[name] ?? '';
    if (value === '' && mark === ':?') throw new Error(`${name} is missing: ${String(word)}`);
    return value === '' && mark === ':-' ? String(word) : value;
  });
  return filled === text ? text : fillIn(filled, variables);
}

/** The environment of a service's container; an empty entry passes on what is set, if it is. */
export function environmentOf(service: Service, variables: Variables): Record<string, string> {
  const entries = Object.entries(service.environment ?? {}).map(([name, value]) => [
    name,
    value === null ? variables[name] : fillIn(String(value), variables),
  ]);
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined)) as Record<string, string>;
}

/** The lines of an `.env` file; `isExample` counts those in comments as well. */
export function readEnvFile(text: string, { isExample = false } = {}): Record<string, string> {
  const line = isExample ? /^#?([A-Z_]+)=(.*)$/gm : /^([A-Z_]+)=(.*)$/gm;
  return Object.fromEntries([...text.matchAll(line)].map(([, name = '', value = '']) => [name, value]));
}

/** Seconds of a duration such as `15s`. */
export const secondsOf = (duration: string | undefined): number => Number(/^(\d+)s$/.exec(duration ?? '')?.[1] ?? 0);
