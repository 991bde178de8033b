/**
 * The one-way law of the tree. Machines and engine do not know each other and meet in libs/payments/registry.ts;
 * engine/core imports nothing but xstate; iris knows no engine; apps compose. Each lib is entered by its index.ts:
 * deeper paths do not even resolve (package.json "imports").
 */
const SPEC = '\\.(spec|fixture)\\.ts$';
const outside = (...allowed) => `^(?!${allowed.map((folder) => `${folder}/`).join('|')})(apps|libs|machines|test)/`;

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    { name: 'no-unresolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
    {
      name: 'machines-are-pure',
      comment: 'Machines import xstate and their own files, nothing else.',
      severity: 'error',
      from: { path: '^machines/([^/]+)/', pathNot: SPEC },
      to: { pathNot: ['^machines/$1/', 'node_modules/xstate/'] },
    },
    {
      name: 'core-is-pure',
      comment: 'The pure decision imports nothing but xstate.',
      severity: 'error',
      from: { path: '^libs/engine/core/', pathNot: SPEC },
      to: { pathNot: ['^libs/engine/core/', 'node_modules/xstate/'] },
    },
    {
      name: 'engine-knows-no-payments',
      severity: 'error',
      from: { path: '^libs/engine/', pathNot: SPEC },
      to: { path: outside('libs/engine') },
    },
    {
      name: 'iris-stands-alone',
      severity: 'error',
      from: { path: '^libs/iris/', pathNot: SPEC },
      to: { path: outside('libs/iris') },
    },
    {
      name: 'client-stands-alone',
      comment:
        'PORTOS uses it from outside: nothing of ours, and no package but those that reach the queue and the API.',
      severity: 'error',
      from: { path: '^libs/client/', pathNot: SPEC },
      to: {
        pathNot: ['^libs/client/', 'node_modules/(bullmq|ioredis|pg|@types/pg|openapi-fetch|standardwebhooks)/'],
        dependencyTypesNot: ['core'],
      },
    },
    {
      name: 'consumer-is-an-outsider',
      comment: 'It knows what is published, and has one package to verify messages with.',
      severity: 'error',
      from: { path: '^test/consumer/', pathNot: SPEC },
      to: { pathNot: ['^test/consumer/', 'node_modules/standardwebhooks/'], dependencyTypesNot: ['core'] },
    },
    {
      name: 'platform-stands-alone',
      severity: 'error',
      from: { path: '^libs/platform/', pathNot: SPEC },
      to: { path: outside('libs/platform') },
    },
    {
      name: 'webhooks-know-no-payments',
      comment: 'They deliver what stands in the outbox, whatever it tells of.',
      severity: 'error',
      from: { path: '^libs/webhooks/', pathNot: SPEC },
      to: { path: outside('libs/webhooks', 'libs/engine', 'libs/platform') },
    },
    {
      name: 'webhooks-are-for-apps',
      severity: 'error',
      from: { pathNot: [SPEC, '^libs/webhooks/', '^apps/', '^test/'] },
      to: { path: '^libs/webhooks/' },
    },
    {
      name: 'drawing-knows-engine',
      comment: 'It draws any machine from its description, and may say durations as the platform does.',
      severity: 'error',
      from: { path: '^libs/drawing/', pathNot: SPEC },
      to: { path: outside('libs/drawing', 'libs/engine', 'libs/platform') },
    },
    {
      name: 'drawing-is-for-apps',
      severity: 'error',
      from: { pathNot: [SPEC, '^libs/drawing/', '^apps/'] },
      to: { path: '^libs/drawing/' },
    },
    {
      name: 'metrics-only-count',
      severity: 'error',
      from: { path: '^libs/metrics/', pathNot: SPEC },
      to: { path: outside('libs/metrics', 'libs/engine', 'libs/iris') },
    },
    {
      name: 'metrics-are-for-apps',
      severity: 'error',
      from: { pathNot: [SPEC, '^libs/metrics/', '^apps/', '^test/'] },
      to: { path: '^libs/metrics/' },
    },
    {
      name: 'payments-knows-no-app',
      severity: 'error',
      from: { path: '^libs/payments/', pathNot: SPEC },
      to: { path: outside('libs/payments', 'libs/engine', 'libs/iris', 'libs/platform', 'machines') },
    },
    {
      name: 'sandbox-imports-nothing-of-ours',
      comment: 'It would agree with our mistakes.',
      severity: 'error',
      from: { path: '^apps/sandbox/' },
      to: { path: outside('apps/sandbox', 'libs/client') },
    },
    {
      name: 'apps-do-not-import-each-other',
      comment: 'But for what the API says of itself, which the command that writes the committed documents reads.',
      severity: 'error',
      from: { path: '^apps/([^/]+)/', pathNot: [SPEC, '^apps/cli/diagrams\\.ts$'] },
      to: { path: '^apps/(?!$1/)' },
    },
    {
      name: 'generated-documents-read-descriptions-only',
      severity: 'error',
      from: { path: '^apps/cli/diagrams\\.ts$' },
      to: { path: '^apps/(?!cli/|api/openapi/)' },
    },
    {
      name: 'descriptions-are-data',
      comment: 'What describes the API can be had without starting it.',
      severity: 'error',
      from: { path: '^apps/api/openapi/', pathNot: SPEC },
      to: { path: '^apps/(?!api/openapi/)' },
    },
    {
      name: 'testkit-is-for-specs',
      severity: 'error',
      from: { pathNot: [SPEC, '^libs/testkit/', '^test/'] },
      to: { path: '^libs/testkit/' },
    },
    {
      name: 'production-needs-production-packages-only',
      comment: 'Images hold neither the development packages nor the optional ones. Types are gone by then.',
      severity: 'error',
      from: { path: '^(apps|libs|machines)/', pathNot: [SPEC, '^libs/testkit/'] },
      to: {
        dependencyTypes: ['npm-dev', 'npm-optional', 'npm-no-pkg', 'npm-unknown'],
        dependencyTypesNot: ['type-only'],
      },
    },
    {
      name: 'framework-stays-in-apps',
      comment: 'Decorators stop at the apps: the rest are plain functions and classes.',
      severity: 'error',
      from: { path: '^(libs|machines)/' },
      to: { path: 'node_modules/@nestjs/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      conditionNames: ['source', 'import', 'node', 'default', 'types'],
      exportsFields: ['exports'],
      mainFields: ['module', 'main', 'types'],
    },
  },
};
