import js from '@eslint/js';
import tseslint from 'typescript-eslint';

const clockAndChance = [
  {
    selector: "CallExpression[callee.object.name='Date'][callee.property.name='now']",
    message: 'Time is an argument here: no clock in machines or engine/core.',
  },
  {
    selector: "NewExpression[callee.name='Date'][arguments.length=0]",
    message: 'Time is an argument here: no clock in machines or engine/core.',
  },
  {
    selector: "CallExpression[callee.object.name='Math'][callee.property.name='random']",
    message: 'No chance in machines or engine/core.',
  },
  {
    selector: 'CallExpression[callee.name=/^(setTimeout|setInterval|setImmediate|randomUUID)$/]',
    message: 'No clock and no chance in machines or engine/core.',
  },
];
const noSave = {
  selector: "CallExpression[callee.property.name='save']",
  message: 'TypeORM save() overwrites newer rows in silence: write the statement you mean.',
};
const noForwardRef = {
  selector: "CallExpression[callee.name='forwardRef']",
  message: 'A cycle: let the outcome travel as data instead.',
};

export default tseslint.config(
  { ignores: ['dist/', 'node_modules/', 'coverage/', '.data/', 'libs/client/generated/'] },
  js.configs.recommended,
  ...tseslint.configs.strictTypeChecked.map((config) => ({ ...config, files: ['**/*.ts'] })),
  {
    files: ['**/*.ts'],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/no-extraneous-class': ['error', { allowWithDecorator: true }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      // Nest types its options as classes and is given literals.
      '@typescript-eslint/no-unsafe-class-instance-assignment': 'off',
      '@typescript-eslint/no-unused-vars': [
        'error',
        { varsIgnorePattern: '^_', argsIgnorePattern: '^_', ignoreRestSiblings: true },
      ],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      'no-restricted-syntax': ['error', noSave, noForwardRef],
      'max-lines': ['error', { max: 400 }],
    },
  },
  {
    files: ['machines/**/*.ts', 'libs/engine/core/**/*.ts'],
    ignores: ['**/*.spec.ts'],
    rules: { 'no-restricted-syntax': ['error', noSave, noForwardRef, ...clockAndChance] },
  },
  {
    // What ours is compared with: the build that does save its entities.
    files: ['apps/cli/bench/naive.ts'],
    rules: { 'no-restricted-syntax': ['error', noForwardRef] },
  },
  {
    files: ['**/*.mjs', '**/*.js', '**/*.cjs'],
    languageOptions: { globals: { process: 'readonly', console: 'readonly', module: 'writable', URL: 'readonly' } },
  },
);
