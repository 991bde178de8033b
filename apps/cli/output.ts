import { createWriteStream } from 'node:fs';
import { mkdir, rename, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** Where the lines of one program go. */
export interface Output {
  readonly line: (stream: 'stdout' | 'stderr', line: string) => void;
  /** The last lines that a person would look for the reason in. */
  recent(): readonly string[];
  close(): void;
}

const LONGEST_FILE_BYTES = 10_000_000;
const KEPT_LINES = 20;
const WORTH_SHOWING = new Set(['warn', 'error', 'fatal']);

/** Everything goes to `<folder>/<name>.log`; warnings, errors and unexpected words to the terminal as well. */
export async function openOutput(folder: string, name: string, print: (line: string) => void): Promise<Output> {
  await mkdir(folder, { recursive: true });
  const path = join(folder, `${name}.log`);
  const written = await stat(path).then(
    ({ size }) => size,
    () => 0,
  );
  if (written > LONGEST_FILE_BYTES) await rename(path, `${path}.1`);
  const file = createWriteStream(path, { flags: 'a', mode: 0o640 });
  // A full disk must not end the supervisor: the programs go on, only their words are lost.
  file.on('error', (error) => print(`${name}: the log cannot be written: ${error.message}`));
  const kept: string[] = [];
  return {
    line: (stream, line) => {
      file.write(`${line}\n`);
      const shown = worthShowing(stream, line);
      if (shown === null) return;
      kept.push(shown);
      if (kept.length > KEPT_LINES) kept.shift();
      print(`${name}: ${shown}`);
    },
    recent: () => kept,
    close: () => file.end(),
  };
}

function worthShowing(stream: 'stdout' | 'stderr', line: string): string | null {
  const entry = parseEntry(line);
  // Of a stack or a printed object the first line is enough here; the rest stands in the file.
  if (entry === null) return stream === 'stderr' && /^[^\s})\]]/.test(line) ? line : null;
  if (!WORTH_SHOWING.has(entry.level)) return null;
  const reason = entry.err?.message;
  return `${entry.level}: ${entry.msg ?? ''}${reason === undefined || reason === entry.msg ? '' : ` (${reason})`}`;
}

interface Entry {
  readonly level: string;
  readonly msg?: string;
  readonly err?: { readonly message?: string };
}

/** One line of our logger, or null for any other text. */
function parseEntry(line: string): Entry | null {
  if (!line.startsWith('{')) return null;
  try {
    const entry = JSON.parse(line) as Partial<Entry>;
    return typeof entry.level === 'string' ? { ...entry, level: entry.level } : null;
  } catch {
    return null;
  }
}
