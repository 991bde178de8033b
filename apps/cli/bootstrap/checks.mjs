import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { npm, seconds } from './npm.mjs';
import { root } from './prepare.mjs';
import { summarize } from './summary.mjs';

/** The npm scripts that `npm test` runs before the specs, cheapest to repair first. */
const CHECKS = ['types', 'lint', 'format:check', 'boundaries'];

/** The proof: specs that start processes or keep every processor busy themselves, and so come one after the other. */
const PROOF = ['test/crash', 'test/ledger', 'test/stories', 'test/simulation'];
const JEST_RUNS = [
  { name: 'specs', options: ['--maxWorkers=2', `--testPathIgnorePatterns=${PROOF.join('|')}`] },
  { name: 'proof', options: ['--runInBand', ...PROOF] },
];

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
  const runs = jestArgs.length > 0 ? [{ name: 'jest', options: jestArgs }] : JEST_RUNS;
  const reports = [];
  for (const run of runs) reports.push(await runSpecs(run));
  const broken = runs.find((_, index) => reports[index].tests === null)?.name ?? null;
  const tests = broken === null ? together(reports.map((report) => report.tests)) : null;
  console.log(summarize({ passed, failed: broken, notRun: [], tests }));
  return broken === null && reports.every(({ ok }) => ok) ? 0 : 1;
}

/** One run of jest: whether all is well, and its report, or null when it did not live to write one. */
async function runSpecs({ name, options }) {
  const folder = mkdtempSync(join(tmpdir(), 'portos-test-'));
  try {
    const report = join(folder, 'report.json');
    const ok = await runStep(name, () =>
      npm(root, ['run', 'jest', '--silent', '--', '--json', `--outputFile=${report}`, ...options]),
    );
    const tests = readReport(report);
    return { ok: ok && tests?.success === true, tests };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function readReport(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return null;
  }
}

/** Several reports of jest as one. */
function together(reports) {
  const sum = (count) => reports.reduce((total, report) => total + report[count], 0);
  return {
    testResults: reports.flatMap((report) => report.testResults),
    numPassedTests: sum('numPassedTests'),
    numFailedTests: sum('numFailedTests'),
    numRuntimeErrorTestSuites: sum('numRuntimeErrorTestSuites'),
  };
}

/** What the specs of the proof measured, which is worth reading also when nothing failed. */
const measured = (output) =>
  output
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => /^(recovery|ledger|planted|simulation): /.test(line));

async function runStep(name, run) {
  const startedAt = performance.now();
  const { ok, output } = await run();
  if (!ok) console.log(output);
  for (const line of ok ? measured(output) : []) console.log(line);
  console.log(`${ok ? 'ok    ' : 'FAILED'} ${name.padEnd(12)} ${seconds(startedAt)}`);
  return ok;
}
