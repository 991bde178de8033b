import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

/** The bootstrap in a small project of its own, whose build writes down that it ran and makes one command. */

const BUILD = `
import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { word } from './libs/word.mjs';
appendFileSync('builds.txt', 'built\\n');
if (word === 'broken') { console.error('a word of the compiler'); process.exit(1); }
mkdirSync('dist/apps/cli', { recursive: true });
writeFileSync('dist/apps/cli/migrate.js', \`export const main = async (args) => { console.log('\${word}', ...args); return 7; };\`);
`;

let project: string;

beforeEach(async () => {
  project = await mkdtemp(join(tmpdir(), 'portos-bootstrap-'));
  for (const folder of ['libs', 'machines', 'node_modules']) await mkdir(join(project, folder));
  await cp('apps/cli/bootstrap.mjs', join(project, 'apps/cli/bootstrap.mjs'));
  await cp('apps/cli/bootstrap', join(project, 'apps/cli/bootstrap'), { recursive: true });
  await writeFile(
    join(project, 'package.json'),
    JSON.stringify({ type: 'module', scripts: { build: 'node build.js' } }),
  );
  await writeFile(join(project, 'package-lock.json'), '{}');
  await writeFile(join(project, 'node_modules/.package-lock.json'), '{}');
  await writeFile(join(project, 'build.js'), BUILD);
  await say('hello');
});

afterEach(() => rm(project, { recursive: true }));

const say = (word: string): Promise<void> =>
  writeFile(join(project, 'libs/word.mjs'), `export const word = '${word}';`);

const builds = async (): Promise<number> =>
  (await readFile(join(project, 'builds.txt'), 'utf8').catch(() => '')).split('\n').length - 1;

function bootstrap(...args: string[]): Promise<{ code: number; output: string }> {
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      ['apps/cli/bootstrap.mjs', ...args],
      { cwd: project },
      (_, stdout, stderr) => resolve({ code: child.exitCode ?? -1, output: stdout + stderr }),
    );
  });
}

describe('the bootstrap', () => {
  it('builds, runs the command with its arguments and ends with its exit code', async () => {
    const { code, output } = await bootstrap('migrate', '--twice');
    expect(output).toMatch(/^building\nbuilt in [\d.]+ s\nhello --twice\n$/);
    expect(code).toBe(7);
  });

  it('builds again only when the content of a source has changed', async () => {
    await bootstrap('migrate');
    await say('hello');
    expect((await bootstrap('migrate')).output).toBe('hello\n');
    await say('goodbye');
    expect((await bootstrap('migrate')).output).toContain('goodbye');
    expect(await builds()).toBe(2);
  });

  it('builds once for two that start at once', async () => {
    const results = await Promise.all([bootstrap('migrate'), bootstrap('migrate')]);
    expect(results.map(({ code }) => code)).toEqual([7, 7]);
    expect(await builds()).toBe(1);
  });

  it('takes over the lock of a process that is gone', async () => {
    await mkdir(join(project, 'dist'));
    await writeFile(join(project, 'dist/.lock'), '999999999');
    expect((await bootstrap('migrate')).code).toBe(7);
  });

  it("shows the compiler's words when the build fails, runs nothing, and tries again the next time", async () => {
    await say('broken');
    const { code, output } = await bootstrap('migrate');
    expect(code).toBe(1);
    expect(output).toContain('a word of the compiler');
    expect((await bootstrap('migrate')).code).toBe(1);
    expect(await builds()).toBe(2);
  });

  it('names its commands when it is given another', async () => {
    expect(await bootstrap('nonsense')).toEqual({
      code: 2,
      output:
        'usage: node apps/cli/bootstrap.mjs <start|demo|test|migrate|keys|audit|retention|erase|diagrams|bench|simulate|client> [arguments]\n',
    });
  });
});

describe('the last line of npm test', () => {
  const summaryOf = async (results: unknown): Promise<string> => {
    const source = `import { summarize } from './apps/cli/bootstrap/summary.mjs'; console.log(summarize(${JSON.stringify(results)}))`;
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', source]);
    return stdout.trim();
  };
  const test = (status: string, fullName: string) => ({ status, fullName });

  it('counts what passed, failed and was skipped, with the reasons', async () => {
    const tests = {
      numPassedTests: 40,
      numFailedTests: 1,
      numRuntimeErrorTestSuites: 1,
      testResults: [
        {
          assertionResults: [
            test('passed', 'a'),
            test('failed', 'b'),
            test('pending', 'on Redis (skipped: REDIS_URL is not set) an effect is woken'),
            test('pending', 'on Redis (skipped: REDIS_URL is not set) a wiped queue is rung again'),
            test('todo', 'some day'),
          ],
        },
      ],
    };
    expect(await summaryOf({ passed: ['types', 'lint'], failed: [], notRun: [], tests })).toBe(
      '42 passed (2 checks, 40 tests), 2 failed, 3 skipped (REDIS_URL is not set: 2; some day: 1)',
    );
  });

  it('counts as skipped what a failure left undone', async () => {
    expect(await summaryOf({ passed: ['types'], failed: ['lint'], notRun: ['boundaries', 'jest'], tests: null })).toBe(
      '1 passed, 1 failed (lint), 2 skipped (not run after that: boundaries, jest)',
    );
    expect(await summaryOf({ passed: [], failed: ['types', 'lint'], notRun: ['jest'], tests: null })).toBe(
      '0 passed, 2 failed (types, lint), 1 skipped (not run after that: jest)',
    );
  });
});
