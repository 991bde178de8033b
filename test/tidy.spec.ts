import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import ts from 'typescript';

/** The house rules that no other tool holds: lengths, names, one word one meaning. */

const ROOTS = ['apps', 'libs', 'machines', 'test'];
const MAX_FILE_LINES = 400;
const MAX_FUNCTION_LINES = 70;
const BANNED_NAMES = /^(commons?|utils?|helpers?|shared|misc|types|interfaces|models|manager|impl)(\.|$)/i;
const BANNED_SUFFIXES = /\.(service|util|helper|manager|interface|impl)\.ts$/;

const GENERATED = path.join('libs', 'client', 'generated');

const sources = ROOTS.flatMap((root) => listFiles(root)).filter(
  (file) => file.endsWith('.ts') && !file.startsWith(GENERATED),
);

function listFiles(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const name = path.join(folder, entry.name);
    return entry.isDirectory() ? listFiles(name) : [name];
  });
}

const read = (file: string): string => readFileSync(file, 'utf8');

describe('the tree', () => {
  it('has no drawer: every folder and file is named for what it holds', () => {
    const parts = sources.flatMap((file) => file.split(path.sep).map((part) => [part, file] as const));
    expect(
      parts.filter(([part]) => BANNED_NAMES.test(part) || BANNED_SUFFIXES.test(part)).map(([, file]) => file),
    ).toEqual([]);
  });

  it(`has no file over ${MAX_FILE_LINES} lines`, () => {
    const long = sources.filter((file) => read(file).split('\n').length > MAX_FILE_LINES + 1);
    expect(long).toEqual([]);
  });

  it(`has no function over ${MAX_FUNCTION_LINES} lines, but for the two whose length is a chart's`, () => {
    // A statechart and its vocabulary are one expression each; splitting them would hide what may happen.
    const charts = ['machines/payment/payment.machine.ts', 'machines/payment/payment.setup.ts'];
    const long = sources
      .filter((file) => !charts.includes(file) && !isListOfClaims(file))
      .flatMap((file) => longFunctions(file));
    expect(long).toEqual([]);
  });
});

/** A `describe` is as long as its claims are many. */
const isListOfClaims = (file: string): boolean => /(\.spec|-suite)\.ts$/.test(file);

function longFunctions(file: string): string[] {
  const source = ts.createSourceFile(file, read(file), ts.ScriptTarget.Latest, true);
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isFunctionLike(node)) {
      const first = source.getLineAndCharacterOfPosition(node.getStart(source)).line;
      const last = source.getLineAndCharacterOfPosition(node.end).line;
      if (last - first + 1 > MAX_FUNCTION_LINES) found.push(`${file}:${first + 1} (${last - first + 1} lines)`);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

describe('the words', () => {
  it('are those of GLOSSARY.md: what it says never to say is not said', () => {
    const banned = neverSaid();
    expect(banned.length).toBeGreaterThan(5);
    const offences = sources
      .filter((file) => file !== path.join('test', 'tidy.spec.ts'))
      .flatMap((file) =>
        banned
          .filter((word) => new RegExp(`\\b${word}\\b`, 'i').test(identifiersOf(read(file))))
          .map((word) => `${file}: ${word}`),
      );
    expect(offences).toEqual([]);
  });
});

/** The last column of the glossary's table, words in `code` marks. */
function neverSaid(): string[] {
  return read('GLOSSARY.md')
    .split('\n')
    .filter((line) => line.startsWith('| **'))
    .flatMap((line) =>
      [...(line.split('|').at(-2) ?? '').matchAll(/`([A-Za-z]+)`/g)].flatMap((match) => match[1] ?? []),
    );
}

/** Prose may speak of other systems' words; names may not. Camel case is taken apart into words. */
function identifiersOf(text: string): string {
  const code = text.replaceAll(/\/\*[\s\S]*?\*\/|\/\/.*$|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\.)*`/gm, ' ');
  return code.replaceAll(/([a-z0-9])([A-Z])/g, '$1 $2');
}
