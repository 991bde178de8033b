import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { openOutput } from './output.js';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'portos-output-'));
});

afterEach(() => rm(folder, { recursive: true }));

describe('what a program says', () => {
  it('shows warnings, errors and unexpected words, and nothing else', async () => {
    const shown: string[] = [];
    const output = await openOutput(folder, 'worker', (line) => shown.push(line));
    output.line('stdout', '{"level":"info","msg":"polled"}');
    output.line('stdout', 'sandbox: http://localhost:3100');
    output.line('stdout', '{"level":"warn","msg":"slow","err":{"message":"timeout"}}');
    output.line('stderr', 'TypeError: x is not a function');
    output.line('stderr', '    at poll (worker.js:1:1)');
    output.line('stderr', '');
    output.close();
    expect(shown).toEqual(['worker: warn: slow (timeout)', 'worker: TypeError: x is not a function']);
    expect(output.recent()).toEqual(['warn: slow (timeout)', 'TypeError: x is not a function']);
  });

  it('begins a new file when the old one has grown large', async () => {
    await writeFile(join(folder, 'api.log'), Buffer.alloc(10_000_001, 'x'));
    const output = await openOutput(folder, 'api', () => undefined);
    output.close();
    expect(await readFile(join(folder, 'api.log.1'))).toHaveLength(10_000_001);
  });
});
