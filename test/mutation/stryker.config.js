/** @type {import('@stryker-mutator/api/core').PartialStrykerOptions} */
export default {
  mutate: ['machines/**/*.ts', 'libs/engine/core/**/*.ts', '!**/*.{spec,fixture}.ts', '!**/index.ts'],
  testRunner: 'jest',
  testRunnerNodeArgs: ['--experimental-vm-modules', '--no-warnings'],
  // Related tests are looked up through CommonJS only, and `every.ts` is related to everything anyway.
  jest: { configFile: 'test/mutation/jest.config.js', enableFindRelatedTests: false },
  coverageAnalysis: 'perTest',
  concurrency: 2,
  // What a runner has loaded it never lets go of: after a few hundred mutants it does little but look for room.
  maxTestRunnerReuse: 40,
  // A busy machine must not pass for a mutant that never ends: that would count as found.
  timeoutMS: 60_000,
  plugins: ['@stryker-mutator/jest-runner'],
  ignorePatterns: ['.data', 'dist', 'coverage', '.ci', 'apps', 'docker', 'docs'],
  // Not under node_modules: what stands there is not transformed.
  tempDirName: '.data/mutation',
  reporters: ['clear-text', 'progress', 'html', 'json'],
  clearTextReporter: { reportTests: false, allowEmojis: false },
  htmlReporter: { fileName: 'node_modules/.cache/mutation/index.html' },
  jsonReporter: { fileName: 'node_modules/.cache/mutation/mutation.json' },
  thresholds: { high: 95, low: 90, break: 90 },
};
