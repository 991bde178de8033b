import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { npm, seconds } from './npm.mjs';
import { root } from './prepare.mjs';
import { summarize } from './summary.mjs';

/** The npm scripts that `npm test` runs before the specs: linting beside the others, because it takes as long as they do. */
const TRACKS = [['types', 'format:check', 'boundaries'], ['lint']];
const CHECKS = TRACKS.flat();

/** The proof: specs that start processes or keep every processor busy themselves, and so come one after the other. */
const PROOF = ['test/crash', 'test/ledger', 'test/stories', 'test/simulation'];
const JEST_RUNS = [
  { name: 'specs', options: ['--maxWorkers=2', `--testPathIgnorePatterns=${PROOF.join('|')}`] },
  { name: 'proof', options: ['--runInBand', ...PROOF] },
];

/**
 * `npm test`: every check, one line each, then the specs unless one failed. The last line counts what passed, failed and
 * was skipped, and why. What follows `--` goes to jest.
 * @returns the exit code
 */
export async function runChecks(args) {
  const jestArgs = args[0] === '--' ? args.slice(1) : args;
  const passed = [];
  const failures = await Promise.all(TRACKS.map((track) => runTrack(track, passed)));
  const failed = failures.filter((check) => check !== null);
  if (failed.length > 0) {
    const notRun = CHECKS.filter((check) => !passed.includes(check) && !failed.includes(check));
    console.log(summarize({ passed, failed, notRun: [...notRun, 'jest'], tests: null }));
    return 1;
  }
  const runs = jestArgs.length > 0 ? [{ name: 'jest', options: jestArgs }] : JEST_RUNS;
  const reports = [];
  for (const run of runs) reports.push(await runSpecs(run));
  const broken = runs.filter((_, index) => reports[index].tests === null).map(({ name }) => name);
  const tests = broken.length === 0 ? together(reports.map((report) => report.tests)) : null;
  console.log(summarize({ passed, failed: broken, notRun: [], tests }));
  return broken.length === 0 && reports.every(({ ok }) => ok) ? 0 : 1;
}

/** Runs checks one after the other and notes those that pass; answers which one failed, or null. */
async function runTrack(checks, passed) {
  for (const check of checks) {
    if (!(await runStep(check, () => npm(root, ['run', check, '--silent'])))) return check;
    passed.push(check);
  }
  return null;
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
