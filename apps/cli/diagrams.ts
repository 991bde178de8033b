import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { drawMachine } from '#libs/drawing';
import { describeMachine } from '#libs/engine';
import { createPaymentMachine } from '#machines/payment';
import { practiceMachine } from '#machines/practice';
import { asyncApiDocument } from '../api/openapi/async-document.js';
import { openApiDocument } from '../api/openapi/document.js';
import { clientTypes } from './client-types.js';
import { renderMachinePage } from './machine-page.js';

export { renderMachinePage } from './machine-page.js';

/** A document that is made from the code, and where it lies. */
interface Generated {
  readonly path: string;
  readonly text: string;
}

/**
 * `npm run diagrams`: writes every generated document anew. With `--check` it writes nothing, and fails naming those
 * that are stale: whoever changed a machine forgot them.
 * @param root the folder of the repository.
 */
export async function main(args: readonly string[], root = process.cwd()): Promise<number> {
  const unknown = args.filter((arg) => arg !== '--check');
  if (unknown.length > 0) {
    console.error(`unknown argument ${unknown.join(' ')}; usage: npm run diagrams [-- --check]`);
    return 2;
  }
  const stale = await findStale(await generateAll(root));
  if (args.includes('--check')) return reportStale(stale, root);
  for (const { path, text } of stale) {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text);
    console.log(`written: ${relative(root, path)}`);
  }
  if (stale.length === 0) console.log('every generated document is up to date');
  return 0;
}

async function generateAll(root: string): Promise<readonly Generated[]> {
  const machines = [createPaymentMachine(), practiceMachine].map(describeMachine);
  const documents = await Promise.all(
    machines.map(async (machine) => {
      const path = join(root, 'machines', machine.name, machine.name);
      return [
        { path: `${path}.md`, text: renderMachinePage(machine) },
        { path: `${path}.svg`, text: await drawMachine(machine) },
      ];
    }),
  );
  const openApi = textOf(openApiDocument());
  return [
    ...documents.flat(),
    { path: join(root, 'docs', 'openapi.json'), text: openApi },
    { path: join(root, 'docs', 'asyncapi.json'), text: textOf(asyncApiDocument()) },
    { path: join(root, 'libs', 'client', 'generated', 'openapi.ts'), text: await clientTypes(openApi) },
  ];
}

const textOf = (document: object): string => `${JSON.stringify(document, null, 2)}\n`;

async function findStale(documents: readonly Generated[]): Promise<readonly Generated[]> {
  const present = await Promise.all(documents.map(({ path }) => readFile(path, 'utf8').catch(absent)));
  return documents.filter(({ text }, index) => present[index] !== text);
}

function absent(error: NodeJS.ErrnoException): null {
  if (error.code === 'ENOENT') return null;
  throw error;
}

function reportStale(stale: readonly Generated[], root: string): number {
  if (stale.length === 0) return 0;
  for (const { path } of stale) console.error(`stale: ${relative(root, path)}`);
  console.error('Run `npm run diagrams` and look at what changed.');
  return 1;
}
