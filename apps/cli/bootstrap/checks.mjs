import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { npm, seconds } from './npm.mjs';
import { root } from './prepare.mjs';
import { summarize } from './summary.mjs';

/** The npm scripts that `npm test` runs before the specs, cheapest to repair first. */
const CHECKS = ['types', 'lint', 'format:check', 'boundaries'];

/**
 * `npm test`: every check in order, one line each, until one fails. The last line counts what passed, failed and was
 * skipped, and why. What follows `--` goes to jest.
 * @returns the exit code
 */
export async function runChecks(args) {
  const jestArgs = args[0] === '--' ? args.slice(1) : args;
  const passed = [];
  for (const check of CHECKS) {
    if (!(await runStep(check, () => npm(root, ['run', check, '--silent'])))) {
      const notRun = [...CHECKS.slice(passed.length + 1), 'jest'];
      console.log(summarize({ passed, failed: check, notRun, tests: null }));
      return 1;
    }
    passed.push(check);
  }
  const folder = mkdtempSync(join(tmpdir(), 'portos-test-'));
  try {
    const report = join(folder, 'report.json');
    const options = ['--json', `--outputFile=${report}`, ...jestArgs];
    const ok = await runStep('jest', () => npm(root, ['run', 'jest', '--silent', '--', ...options]));
    const tests = readReport(report);
    console.log(summarize({ passed, failed: tests === null ? 'jest' : null, notRun: [], tests }));
    return ok && tests?.success ? 0 : 1;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** jest's report, or null when it did not live to write one. */
function readReport(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return null;
  }
}

/** What the crash and ledger specs measured, which is worth reading also when nothing failed. */
const measured = (output) =>
  output
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => /^(recovery|ledger): /.test(line));

async function runStep(name, run) {
  const startedAt = performance.now();
  const { ok, output } = await run();
  if (!ok) console.log(output);
  for (const line of ok ? measured(output) : []) console.log(line);
  console.log(`${ok ? 'ok    ' : 'FAILED'} ${name.padEnd(12)} ${seconds(startedAt)}`);
  return ok;
}
