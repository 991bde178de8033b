import { fileURLToPath } from 'node:url';
import everything from '../../jest.config.js';

const pathOf = (file) => fileURLToPath(new URL(file, import.meta.url));

/** @type {import('jest').Config} */
export default {
  ...everything,
  // What is mutated needs neither PostgreSQL nor a queue: nothing is started for it.
  globalSetup: undefined,
  globalTeardown: undefined,
  rootDir: pathOf('../..'),
  roots: ['<rootDir>/machines', '<rootDir>/libs', '<rootDir>/test/mutation'],
  moduleNameMapper: { '^#libs/engine$': '<rootDir>/test/mutation/engine.ts', ...everything.moduleNameMapper },
  testMatch: ['<rootDir>/test/mutation/every.ts'],
  testEnvironment: pathOf('environment.js'),
};
