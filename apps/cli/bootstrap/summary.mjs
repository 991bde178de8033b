/**
 * The last line of `npm test`, for example
 * `416 passed (4 checks, 412 tests), 0 failed, 2 skipped (REDIS_URL is not set: 2)`.
 * @param {{ passed: string[], failed: string[], notRun: string[], tests: object | null }} results of the checks by
 * name, and jest's report when it ran
 */
export function summarize({ passed, failed, notRun, tests }) {
  if (tests === null) {
    const rest = notRun.length === 0 ? '' : ` (not run after that: ${notRun.join(', ')})`;
    return `${passed.length} passed, ${failed.length} failed (${failed.join(', ')}), ${notRun.length} skipped${rest}`;
  }
  const skipped = tests.testResults.flatMap((file) => file.assertionResults.filter(isSkipped));
  // A spec file that cannot even be loaded has no tests to count, and is a failure all the same.
  const failures = tests.numFailedTests + tests.numRuntimeErrorTestSuites;
  const counted = `${passed.length + tests.numPassedTests} passed (${passed.length} checks, ${tests.numPassedTests} tests)`;
  return `${counted}, ${failures} failed, ${skipped.length} skipped${reasonsOf(skipped)}`;
}

const isSkipped = ({ status }) => status !== 'passed' && status !== 'failed';

/** A skipped test carries its reason in its name or in its group's: "… (skipped: REDIS_URL is not set)". */
function reasonsOf(skipped) {
  const counts = new Map();
  for (const { fullName } of skipped) {
    const reason = /skipped(?: because|:|,)?\s+([^)]+)/i.exec(fullName)?.[1] ?? fullName;
    counts.set(reason, (counts.get(reason) ?? 0) + 1);
  }
  if (counts.size === 0) return '';
  return ` (${[...counts].map(([reason, count]) => `${reason}: ${count}`).join('; ')})`;
}
