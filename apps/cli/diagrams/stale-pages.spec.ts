import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { main } from '../diagrams.js';

describe('npm run diagrams', () => {
  let root: string;
  const printed: string[] = [];

  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'diagrams-'));
    printed.length = 0;
    const print = (line: string) => void printed.push(line);
    jest.spyOn(console, 'log').mockImplementation(print);
    jest.spyOn(console, 'error').mockImplementation(print);
  });

  afterEach(async () => {
    jest.restoreAllMocks();
    await rm(root, { recursive: true });
  });

  it('writes a page and a drawing for each machine and what describes the API, and finds nothing to do the second time', async () => {
    expect(await main([], root)).toBe(0);
    expect(printed).toEqual([
      'written: machines/payment/payment.md',
      'written: machines/payment/payment.svg',
      'written: machines/practice/practice.md',
      'written: machines/practice/practice.svg',
      'written: docs/openapi.json',
      'written: docs/asyncapi.json',
      'written: libs/client/generated/openapi.ts',
    ]);
    expect(await readFile(join(root, 'machines/practice/practice.md'), 'utf8')).toContain('# Machine `practice`');
    printed.length = 0;
    expect(await main([], root)).toBe(0);
    expect(printed).toEqual(['every generated document is up to date']);
  });

  it('--check passes when nothing is stale', async () => {
    await main([], root);
    expect(await main(['--check'], root)).toBe(0);
  });

  it('--check names what is stale or missing, fails, and writes nothing', async () => {
    await main([], root);
    const path = join(root, 'machines/payment/payment.md');
    await writeFile(path, 'drawn by hand');
    await rm(join(root, 'machines/practice/practice.svg'));
    printed.length = 0;
    expect(await main(['--check'], root)).toBe(1);
    expect(printed.slice(0, 2)).toEqual([
      'stale: machines/payment/payment.md',
      'stale: machines/practice/practice.svg',
    ]);
    expect(await readFile(path, 'utf8')).toBe('drawn by hand');
  });

  it('refuses an argument it does not know', async () => {
    expect(await main(['--chekc'], root)).toBe(2);
  });
});
