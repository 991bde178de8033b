/** Reads a file of HTTP requests as the clients of JetBrains and VS Code do, as far as ours goes. */

export interface HttpFile {
  readonly variables: ReadonlyMap<string, string>;
  readonly requests: readonly HttpRequest[];
}

/** One request; `{{name}}` stands for a variable wherever it does. */
export interface HttpRequest {
  readonly title: string;
  readonly status: number;
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
  /** What must be so of the answer's body, else the request is sent again. */
  readonly until: Condition | null;
  /** Variables that are copied from the answer's body. */
  readonly copies: ReadonlyMap<string, string>;
}

export interface Condition {
  readonly path: string;
  readonly says: 'is' | 'holds' | 'isThere';
  readonly value: string;
}

/** @throws Error naming the request that cannot be read */
export function readHttpFile(text: string): HttpFile {
  const [head = '', ...parts] = text.split(/^### /m);
  const variables = new Map([...head.matchAll(/^@(\w+) = (.+)$/gm)].map(([, name = '', value = '']) => [name, value]));
  return { variables, requests: parts.map(readRequest) };
}

function readRequest(part: string): HttpRequest {
  const [, title, status, rest = ''] = /^(.+) → (\d{3})\n(.*)$/s.exec(part) ?? [];
  if (title === undefined) throw new Error(`no status: ${part.split('\n')[0] ?? ''}`);
  const [top = '', ...paragraphs] = rest.trimEnd().split('\n\n');
  const lines = top.split('\n');
  const [, method = '', url = ''] = /^([A-Z]+) (\S+)$/.exec(lines.find((line) => !line.startsWith('#')) ?? '') ?? [];
  if (url === '') throw new Error(`no address: ${title}`);
  const headers = [...top.matchAll(/^([A-Za-z-]+): (.+)$/gm)].map(
    ([, name = '', value = '']) => [name, value] as const,
  );
  const copies = [...top.matchAll(/^# then @(\w+) = (\S+)$/gm)].map(
    ([, name = '', path = '']) => [name, path] as const,
  );
  return {
    title,
    status: Number(status),
    method,
    url,
    headers: Object.fromEntries(headers),
    body: paragraphs.length === 0 ? undefined : paragraphs.join('\n\n'),
    until: readCondition(top),
    copies: new Map(copies),
  };
}

function readCondition(top: string): Condition | null {
  const [, path = '', says, value = ''] = /^# until (\S+) (is there|is|holds) ?(\S*)$/m.exec(top) ?? [];
  if (says === undefined) return null;
  return { path, says: says === 'is there' ? 'isThere' : (says as 'is' | 'holds'), value };
}

/** The value at `a.b[0].c`, undefined where there is none. */
export const valueAt = (body: unknown, path: string): unknown =>
  path
    .split(/[.[\]]+/)
    .reduce<unknown>(
      (value, step) => (step === '' ? value : (value as Readonly<Record<string, unknown>> | null | undefined)?.[step]),
      body,
    );

export function isMet({ path, says, value }: Condition, body: unknown): boolean {
  const found = valueAt(body, path);
  if (says === 'isThere') return found !== undefined;
  return says === 'is' ? found === value : Array.isArray(found) && found.includes(value);
}

export const filled = (text: string, variables: ReadonlyMap<string, string>): string =>
  text.replaceAll(/\{\{(\w+)\}\}/g, (_, name: string) => {
    const value = variables.get(name);
    if (value === undefined) throw new Error(`no variable ${name}`);
    return value;
  });
