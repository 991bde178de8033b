import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** Where the generator's program lies; it is a development package, and so no import. */
const generator = (): string =>
  join(dirname(createRequire(import.meta.url).resolve('openapi-typescript')), '..', 'bin', 'cli.js');

const MAX_BYTES = 16 * 1024 * 1024;

/** By document: the generator takes seconds. */
const made = new Map<string, Promise<string>>();

/**
 * The TypeScript types of an OpenAPI document, as the client uses them.
 * @param document the text of the document
 */
export function clientTypes(document: string): Promise<string> {
  const types = made.get(document) ?? generate(document);
  made.set(document, types);
  return types;
}

function generate(document: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = execFile(process.execPath, [generator()], { maxBuffer: MAX_BYTES }, (error, stdout, stderr) => {
      if (error) reject(new Error(`openapi-typescript takes the document for faulty:\n${stderr}`, { cause: error }));
      else resolve(stdout);
    });
    child.stdin?.end(document);
  });
}
